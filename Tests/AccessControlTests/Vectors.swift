import AccessControl
import BoundedJSON
import FoundationEssentials
import PaymentNotice

/// The notice vectors of `Tests/Fixtures/wechat-v3`.
enum Vectors {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/wechat-v3")

    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appending(path: path)))
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    static func json(_ path: String) throws -> JSONValue {
        try JSONValue.parse(try bytes(path))
    }

    /// Names of all vectors in the folder, sorted.
    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path())
            .filter { $0.hasSuffix(".json") && $0.first?.isNumber == true }
            .map { String($0.dropLast(5)) }.sorted()
    }

    static func keys() throws -> PlatformKeys {
        let config = try json("config.json")
        let certificates = try (config["platform_certificates"]?.array ?? []).map { item in
            PlatformKeys.CertificateSource(
                serial: item["serial"]?.string ?? "", pem: try text(item["file"]?.string ?? ""))
        }
        let publicKey = config["wechatpay_public_key"]
        return try PlatformKeys(
            certificates: certificates,
            publicKeys: [
                PlatformKeys.PublicKeySource(
                    id: publicKey?["id"]?.string ?? "", pem: try text(publicKey?["file"]?.string ?? ""))
            ],
            apiV3Key: config["apiv3_key"]?.stringBytes ?? [])
    }

    static func verifier() throws -> NoticeVerifier<PlatformKeys> {
        let config = try json("config.json")
        var settings = NoticeVerifierSettings(
            providerMerchantIDs: [config["sp_mchid"]?.string ?? ""],
            directMerchantIDs: [config["direct_mchid"]?.string ?? ""])
        settings.clockWindowSeconds = config["clock_window_seconds"]?.int64 ?? 0
        try settings.validate()
        return NoticeVerifier(settings: settings, crypto: try keys())
    }

    static func headers(_ list: JSONValue?) -> [(name: String, value: String)] {
        (list?.array ?? []).map { pair in
            let parts = pair.array ?? []
            return (parts.first?.string ?? "", parts.last?.string ?? "")
        }
    }
}

/// One request of a vector, and the moment it arrives.
struct VectorRequest {
    let vector: JSONValue
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    let nowSeconds: Int64

    init(name: String) throws {
        vector = try Vectors.json(name + ".json")
        headers = Vectors.headers(vector["headers"])
        body = vector["body_base64"]?.stringBytes.flatMap { StrictBase64.decode($0) } ?? []
        nowSeconds = vector["now"]?.int64 ?? 0
    }
}
