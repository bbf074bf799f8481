import AccessControl
import Foundation
import HTTPDataPlane
import NIOCore

/// Signs requests the way CMQ's clients do, by other code than the server's.
struct SignedClient: Sendable {
    var id: String
    var secret: String
    var name = "SDK_Python_1.3"
    var host = "cmq.test:8083"

    /// A signed request of API 2.0, with HMAC-SHA256.
    func request(
        _ action: String, _ parameters: [(String, String)] = [], method: String = "POST", seconds: UInt64,
        nonce: UInt64 = 1, path: String = "/v2/index.php", peer: String = "127.0.0.1"
    ) -> DataPlaneRequest {
        let common = [
            ("Action", action), ("RequestClient", name), ("SecretId", id), ("Nonce", "\(nonce)"),
            ("Timestamp", "\(seconds)"), ("SignatureMethod", "HmacSHA256"),
        ]
        return signed(parameters + common, method: method, path: path, peer: peer)
    }

    /// Signs exactly these parameters.
    func signed(_ parameters: [(String, String)], method: String, path: String, peer: String) -> DataPlaneRequest {
        let sorted = parameters.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        let text = method + host + path + "?" + sorted.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        let signature = Data(Hashes.hmacSHA256(key: Array(secret.utf8), Array(text.utf8))).base64EncodedString()
        let form = (parameters + [("Signature", signature)])
            .map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&")
        return Self.http(method, path, form, host: host, peer: peer)
    }

    /// A request of API 3.0, signed in its header fields; `signs` are the names that are signed, in order.
    func tc3(
        _ action: String, _ json: String, seconds: UInt64, signs: [String], peer: String = "127.0.0.1",
        isSecure: Bool = false
    ) -> DataPlaneRequest {
        let fields = [
            ("content-type", "application/json"), ("host", host), ("x-tc-action", action),
            ("x-tc-timestamp", "\(seconds)"), ("x-tc-version", "2020-02-17"),
        ]
        var canonical = "POST\n/\n\n"
        for name in signs { canonical += "\(name):\(fields.first { $0.0 == name }?.1 ?? "")\n" }
        let names = signs.joined(separator: ";")
        canonical += "\n\(names)\n\(Hashes.hex(Hashes.sha256(Array(json.utf8))))"
        let date = TC3Keys.date(unixSeconds: seconds)
        let scope = "\(date)/tdmq/tc3_request"
        let text = "TC3-HMAC-SHA256\n\(seconds)\n\(scope)\n\(Hashes.hex(Hashes.sha256(Array(canonical.utf8))))"
        let signature = Hashes.hex(TC3Keys.sign(Array(text.utf8), secret: secret, date: date, service: "tdmq"))
        let authorization =
            "TC3-HMAC-SHA256 Credential=\(id)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
        return DataPlaneRequest(
            method: "POST", target: "/", headers: HTTPFields(fields + [("authorization", authorization)]),
            body: ByteBuffer(string: json), peerAddress: peer, isSecure: isSecure)
    }

    /// A request as it stands on the wire.
    static func http(
        _ method: String, _ path: String, _ form: String, host: String, peer: String = "127.0.0.1",
        isSecure: Bool = false
    ) -> DataPlaneRequest {
        let isGet = method == "GET"
        return DataPlaneRequest(
            method: method, target: isGet ? path + "?" + form : path, headers: ["Host": host],
            body: isGet ? ByteBuffer() : ByteBuffer(string: form), peerAddress: peer, isSecure: isSecure)
    }

    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let isPlain = 48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || [45, 46, 95, 126].contains(byte)
            result += isPlain ? String(UnicodeScalar(byte)) : String(format: "%%%02X", byte)
        }
        return result
    }
}
