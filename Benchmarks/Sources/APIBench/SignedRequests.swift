internal import AccessControl
internal import BenchmarkSupport
internal import BoundedJSON
internal import Crypto
internal import Glibc
internal import NIOCore

/// Makes whole requests as clients would send them.
struct SignedRequests: Sendable {
    let key: APIKeyRecord
    let host: String
    let corpus: OrderCorpus
    /// Unix seconds when the requests are made; good for five minutes.
    private let now: Int
    /// The UTC day of that moment.
    private let date: String

    init(key: APIKeyRecord, host: String, corpus: OrderCorpus) {
        self.key = key
        self.host = host
        self.corpus = corpus
        var seconds = time(nil)
        now = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let padded = [Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map { $0 < 10 ? "0\($0)" : "\($0)" }
        date = "\(Int(parts.tm_year) + 1_900)-\(padded[0])-\(padded[1])"
    }

    /// `count` requests of one connection, no two alike.
    func script(_ work: APIWork, connection: Int, count: Int) -> PreparedScript {
        let requests = (0..<count).map { number -> ByteBuffer in
            let serial = connection * 1_000_000 + number
            switch work {
            case .bareDataPlane, .nativeUnsigned: return native(serial, isSigned: false)
            case .nativeSigned: return native(serial, isSigned: true)
            case .sendSHA1: return send(serial, batch: 1, isSHA1: true)
            case .batchSend: return send(serial, batch: 16, isSHA1: false)
            default: return send(serial, batch: 1, isSHA1: false)
            }
        }
        switch work {
        case .bareDataPlane: return PreparedScript(requests, marker: "\"id\":")
        case .nativeUnsigned, .nativeSigned: return PreparedScript(requests, marker: "\"id\":", status: 201)
        case .batchSend: return PreparedScript(requests, messagesPerRequest: 16, marker: "\"code\":0,")
        default: return PreparedScript(requests, marker: "\"code\":0,")
        }
    }

    /// A signed call of API 2.0 by POST.
    func cmq(_ action: String, _ parameters: [(String, [UInt8])], nonce: Int, isSHA1: Bool = false) -> ByteBuffer {
        var pairs = parameters
        pairs.append(("Action", Array(action.utf8)))
        pairs.append(("Nonce", Array(String(nonce).utf8)))
        pairs.append(("RequestClient", Array("SDK_Bench_1".utf8)))
        pairs.append(("SecretId", Array(key.id.utf8)))
        pairs.append(("SignatureMethod", Array((isSHA1 ? "HmacSHA1" : "HmacSHA256").utf8)))
        pairs.append(("Timestamp", Array(String(now).utf8)))
        pairs.sort { $0.0 < $1.0 }
        var text = Array("POST\(host)/v2/index.php?".utf8)
        var body: [UInt8] = []
        for (index, pair) in pairs.enumerated() {
            if index > 0 { text.append(UInt8(ascii: "&")) }
            text += Array("\(pair.0)=".utf8) + pair.1
            body += Array("\(pair.0)=".utf8) + Self.escaped(pair.1) + [UInt8(ascii: "&")]
        }
        let secret = Array(key.secret.utf8)
        let mac =
            isSHA1
            ? Array(HMAC<Insecure.SHA1>.authenticationCode(for: text, using: SymmetricKey(data: secret)))
            : Hashes.hmacSHA256(key: secret, text)
        body += Array("Signature=".utf8) + Self.escaped(Array(StrictBase64.encode(mac).utf8))
        return request("POST", "/v2/index.php", fields: [], body)
    }

    private func send(_ serial: Int, batch: Int, isSHA1: Bool) -> ByteBuffer {
        var parameters: [(String, [UInt8])] = [
            ("queueName", Array("orders".utf8)), ("delaySeconds", [UInt8(ascii: "0")]),
        ]
        for index in 0..<batch {
            let body = corpus.bodies[(serial + index) % corpus.bodies.count]
            parameters.append((batch == 1 ? "msgBody" : "msgBody.\(index + 1)", body))
        }
        return cmq(batch == 1 ? "SendMessage" : "BatchSendMessage", parameters, nonce: serial + 1, isSHA1: isSHA1)
    }

    private func native(_ serial: Int, isSigned: Bool) -> ByteBuffer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("body", String(decoding: corpus.bodies[serial % corpus.bodies.count], as: UTF8.self))
        writer.endObject()
        let path = "/v1/queues/orders/messages"
        let type = ("Content-Type", "application/json")
        let fields = isSigned ? nativeSignature(path, writer.bytes, nonce: serial) : []
        return request("POST", path, fields: [type] + fields, writer.bytes)
    }

    /// TC3-HMAC-SHA256 with the service `tillwire`, as the native API wants it; a nonce makes the send one that cannot be replayed.
    private func nativeSignature(_ path: String, _ body: [UInt8], nonce: Int) -> [(String, String)] {
        let signed = "content-type;host;x-tc-timestamp;x-tillwire-nonce"
        let canonical =
            "POST\n\(path)\n\ncontent-type:application/json\nhost:\(host)\nx-tc-timestamp:\(now)\nx-tillwire-nonce:n\(nonce)\n\n"
            + "\(signed)\n\(Hashes.hex(Hashes.sha256(body)))"
        let scope = "\(date)/tillwire/tc3_request"
        let text = "TC3-HMAC-SHA256\n\(now)\n\(scope)\n\(Hashes.hex(Hashes.sha256(Array(canonical.utf8))))"
        var mac = Array("TC3\(key.secret)".utf8)
        for step in [date, "tillwire", "tc3_request", text] { mac = Hashes.hmacSHA256(key: mac, Array(step.utf8)) }
        return [
            ("X-TC-Timestamp", "\(now)"), ("X-Tillwire-Nonce", "n\(nonce)"),
            (
                "Authorization",
                "TC3-HMAC-SHA256 Credential=\(key.id)/\(scope), SignedHeaders=\(signed), Signature=\(Hashes.hex(mac))"
            ),
        ]
    }

    private func request(
        _ method: String, _ path: String, fields: [(String, String)], _ body: [UInt8]
    ) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeString("\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\nContent-Length: \(body.count)\r\n")
        for (name, value) in fields { buffer.writeString("\(name): \(value)\r\n") }
        buffer.writeString("\r\n")
        buffer.writeBytes(body)
        return buffer
    }

    /// As `application/x-www-form-urlencoded` has it.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): text.append(byte)
            case UInt8(ascii: " "): text.append(UInt8(ascii: "+"))
            default: text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return text
    }
}
