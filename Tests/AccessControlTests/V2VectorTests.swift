import AccessControl
import BoundedJSON
import FoundationEssentials
import PaymentNotice
import Testing

/// The notice vectors of `Tests/Fixtures/wechat-v2`.
enum V2Vectors {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/wechat-v2")

    static func json(_ name: String) throws -> JSONValue {
        try JSONValue.parse(try [UInt8](Data(contentsOf: folder.appending(path: name))))
    }

    /// Names of all vectors in the folder, sorted.
    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path())
            .filter { $0.hasSuffix(".json") && $0.first?.isNumber == true }
            .map { String($0.dropLast(5)) }.sorted()
    }

    static func key() throws -> APIv2Key {
        try APIv2Key(try json("config.json")["api_key"]?.stringBytes ?? [])
    }

    static func verifier(_ orderSignType: V2SignType = .md5) throws -> NoticeV2Verifier<APIv2Key> {
        let settings = NoticeVerifierSettings(providerMerchantIDs: [try json("config.json")["mch_id"]?.string ?? ""])
        try settings.validate()
        return NoticeV2Verifier(settings: settings, orderSignType: orderSignType, crypto: try key())
    }
}

/// One v2 request of a vector.
struct V2Request {
    let vector: JSONValue
    let body: [UInt8]
    let contentType: String?
    let orderSignType: V2SignType

    init(name: String) throws {
        vector = try V2Vectors.json(name + ".json")
        body = vector["body_base64"]?.stringBytes.flatMap { StrictBase64.decode($0) } ?? []
        contentType = NoticeHeaders(list: Vectors.headers(vector["headers"])).contentType
        orderSignType = try #require(V2SignType(rawValue: vector["order_sign_type"]?.string ?? ""))
    }

    /// The fields the vector says a parser must find.
    var fields: [String: String] {
        Dictionary(uniqueKeysWithValues: (vector["fields"]?.members ?? []).map { ($0.key, $0.value.string ?? "") })
    }
}

@Suite struct V2VectorTests {
    @Test("the folder holds the 15 vectors and each has the body it says")
    func complete() throws {
        let names = try V2Vectors.names()
        #expect(names.map { Int($0.prefix(2)) } == Array(1...15))
        for name in names {
            let request = try V2Request(name: name)
            #expect(request.vector["body_bytes"]?.int64 == Int64(request.body.count))
            #expect(request.contentType == "text/xml; charset=utf-8")
        }
    }

    @Test(
        "the verdict on every vector is the expected one, with its reason and kind of sign",
        arguments: try V2Vectors.names())
    func verdicts(name: String) throws {
        let request = try V2Request(name: name)
        let expected = try #require(request.vector["expect"])
        let verdict = try V2Vectors.verifier(request.orderSignType)
            .verdict(contentType: request.contentType, body: request.body)
        switch verdict {
        case .payment(let payment, let signType):
            #expect(expected["accept"]?.bool == true)
            #expect(expected["sign_type"]?.string == signType.rawValue)
            let fields = request.fields
            #expect(payment.transactionID == fields["transaction_id"])
            #expect(payment.outTradeNo == fields["out_trade_no"])
            #expect(payment.merchantID == fields["sub_mch_id"] && payment.providerMerchantID == fields["mch_id"])
            #expect(String(payment.amount) == fields["total_fee"] && String(payment.payerAmount) == fields["cash_fee"])
            #expect(payment.attach == fields["attach"] ?? "" && payment.deviceID == fields["device_info"] ?? "")
            #expect(payment.subPayer == fields["sub_openid"] && payment.subAppID == fields["sub_appid"])
            #expect(payment.discount == Int64(fields["coupon_fee"] ?? "0"))
            #expect(payment.successTime == "2025-10-09T16:52:58+08:00")
        case .refused(let refusal):
            #expect(expected["accept"]?.bool == false)
            #expect(expected["reason"]?.string == refusal.rawValue)
        }
    }

    @Test(
        "fields and string to sign are the vector's, and the right sign comes out of them",
        arguments: try V2Vectors.names())
    func strings(name: String) throws {
        let request = try V2Request(name: name)
        guard let fields = try? FlatXMLReader.read(request.body) else {
            #expect(["forbidden-dtd", "malformed-xml"].contains(request.vector["expect"]?["reason"]?.string))
            return
        }
        // The vector with a changed body tells the fields and the string of what the right sender signed.
        let isTampered = name == "09-md5-bad-sign"
        let found = Dictionary(uniqueKeysWithValues: fields.list.map { ($0.name, $0.value) })
        #expect((found == request.fields) != isTampered)
        let key = try #require(request.vector["api_key"]?.string)
        let canonical = String(decoding: V2Canonical.message(fields), as: UTF8.self) + V2Canonical.keyPrefix + key
        #expect((canonical == request.vector["string_to_sign"]?.string) != isTampered)
        guard let sign = fields.filled("sign") else { return }
        let signType: V2SignType = sign.utf8.count == 64 ? .hmacSHA256 : .md5
        let made = try V2Vectors.key().sign(signType, message: V2Canonical.message(fields))
        #expect((made == sign) != isTampered)
    }

    @Test("a downgrade is refused by what the order was created with, and taken where it was MD5")
    func downgrade() throws {
        let request = try V2Request(name: "11-md5-for-hmac-order")
        func isTaken(_ verdict: NoticeV2Verdict) -> Bool { if case .payment = verdict { true } else { false } }
        #expect(isTaken(try V2Vectors.verifier(.md5).verdict(contentType: nil, body: request.body)))
        #expect(!isTaken(try V2Vectors.verifier(.hmacSHA256).verdict(contentType: nil, body: request.body)))
    }

    @Test("another key breaks every sign; a key has 32 bytes")
    func keys() throws {
        let other = try APIv2Key([UInt8](repeating: 0x61, count: 32))
        let settings = try V2Vectors.verifier().settings
        let verifier = NoticeV2Verifier(settings: settings, orderSignType: .md5, crypto: other)
        for name in ["01-md5-valid", "02-hmac-valid"] {
            let verdict = verifier.verdict(contentType: nil, body: try V2Request(name: name).body)
            guard case .refused(.signatureMismatch) = verdict else {
                Issue.record("taken under another key")
                return
            }
        }
        #expect(throws: KeyError.apiV2KeyLength(31)) { try APIv2Key([UInt8](repeating: 0x61, count: 31)) }
        #expect(throws: KeyError.apiV2KeyLength(0)) { try APIv2Key([]) }
    }

    @Test("signs are the published values of MD5 and HMAC-SHA256")
    func publishedValues() throws {
        let key = try APIv2Key(Array("192006250b4c09247ec02edce69f6a2d".utf8))
        // WeChat Pay's own published example of a signature (API v2, signature algorithm).
        let message = Array(
            "appid=wxd930ea5d5a258f4f&body=test&device_info=1000&mch_id=10000100&nonce_str=ibuaiVcKdpRxkhJA".utf8)
        #expect(key.sign(.md5, message: message) == "9A0A8659F005D6984697E2CA0A9CF3B7")
        #expect(
            key.sign(.hmacSHA256, message: message)
                == "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6")
    }

    @Test("a key file must be closed to others")
    func files() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "v2-key-\(UInt64.random(in: 0 ... .max))")
            .path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try SecretFile.create(path: path, Array("8f3b1c6d9e2a47505bd0c7a1e4f69238\n".utf8))
        let message = Array("a=1".utf8)
        let key = try V2Vectors.key()
        #expect(try APIv2Key.load(path: path).sign(.md5, message: message) == key.sign(.md5, message: message))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: PlatformKeysError.file(.readableByOthers(path: path, mode: 0o644))) {
            try APIv2Key.load(path: path)
        }
    }
}
