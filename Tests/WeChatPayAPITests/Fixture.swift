import AccessControl
import BoundedJSON
import FoundationEssentials
import PaymentNotice

/// Keys and answers of `Tests/Fixtures/wechat-v3`. Their signatures were made at 1,760,000,000 s, which is where the tests' clock stands.
struct Fixture {
    static let certificateSerial = "3A5C7E91B2D4F60813579BDF02468ACE1F3D5B79"
    static let otherSerial = "5F0E1D2C3B4A59687786A5B4C3D2E1F009182736"
    static let publicKeyID = "PUB_KEY_ID_0116200012342025100100213456000001"
    static let provider = "1620001234"
    static let merchant = "1630005678"
    static let directMerchant = "1640009012"
    static let apiV3Key = Array("Kx7Qm2Zt9Vb4Nc8Rw1Ys6Hd3Lf5Gj0Pa".utf8)
    static let merchantSerial = "7C1B2A3948576675849302A1B0C9D8E7F6051423"

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/wechat-v3")

    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appending(path: path)))
    }

    static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// The platform's key of that kind.
    static func signer(_ serial: String) throws -> NoticeSigner<SimulatedPlatform> {
        let file =
            switch serial {
            case certificateSerial: "platform-a.key.pem"
            case otherSerial: "platform-b.key.pem"
            default: "wechatpay-public.key.pem"
            }
        let key = try RSAKeyPair(privateKeyPEM: try text("keys/" + file))
        return NoticeSigner(sealer: try SimulatedPlatform(serial: serial, key: key, apiV3Key: apiV3Key))
    }

    /// Keys with certificate A, and the public key where asked for.
    static func keys(hasPublicKey: Bool = false) throws -> PlatformKeys {
        try PlatformKeys(
            certificates: [.init(serial: certificateSerial, pem: try text("keys/platform-a.cert.pem"))],
            publicKeys: hasPublicKey
                ? [.init(id: publicKeyID, pem: try text("keys/wechatpay-public.pub.pem"))] : [], apiV3Key: apiV3Key)
    }

    static func apiSigner() throws -> MerchantAPISigner {
        try MerchantAPISigner(
            merchantID: provider, serial: merchantSerial, privateKeyPEM: try text("keys/merchant-api.key.pem"))
    }

    /// An answer of `api-signatures.json`, exactly as it stands there.
    static func answer(named name: String) throws -> FakePlatform.Answer {
        let file = try JSONValue.parse(try bytes("api-signatures.json"))
        guard
            let answer = file["responses"]?.array?.first(where: { $0["name"]?.string?.hasPrefix(name) == true })
        else { throw FixtureError.missing(name) }
        let headers = (answer["headers"]?.array ?? []).compactMap(\.array).map {
            ($0.first?.string ?? "", $0.last?.string ?? "")
        }
        return .exactly(status: 200, headers: headers, body: answer["body"]?.stringBytes ?? [])
    }

    enum FixtureError: Error { case missing(String) }
}
