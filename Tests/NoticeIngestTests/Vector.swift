import AccessControl
import Foundation
import PaymentNotice
import Testing

/// One file of the fixtures `wechat-v3`.
struct Vector: Decodable, Sendable {
    struct Expectation: Decodable, Sendable {
        let accept: Bool
        let reason: String
        let status: Int
    }

    let name: String
    let now: UInt64
    let headers: [[String]]
    let bodyBase64: String
    let plaintext: String?
    let expect: Expectation

    var body: [UInt8] { Array(Data(base64Encoded: bodyBase64) ?? Data()) }
    var fields: [(String, String)] { headers.map { ($0[0], $0[1]) } }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/wechat-v3")

    /// All notices of the folder by name.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.first?.isNumber == true && $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
            .sorted()
    }()

    static func load(_ name: String) throws -> Vector {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Vector.self, from: Data(contentsOf: folder.appending(path: name + ".json")))
    }
}

/// The receiver's settings for the whole folder.
struct VectorConfiguration: Decodable {
    struct Certificate: Decodable {
        let serial: String
        let file: String
        let privateKey: String
    }
    struct PublicKey: Decodable {
        let id: String
        let file: String
    }

    let apiv3Key: String
    let spMchid: String
    let directMchid: String
    let platformCertificates: [Certificate]
    let wechatpayPublicKey: PublicKey

    static func load() throws -> VectorConfiguration {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Self.self, from: Data(contentsOf: Vector.folder.appending(path: "config.json")))
    }

    func verifier(certificateCount: Int = .max) throws -> NoticeVerifier<PlatformKeys> {
        let keys = try PlatformKeys(
            certificates: platformCertificates.prefix(certificateCount).map {
                .init(serial: $0.serial, pem: try text($0.file))
            },
            publicKeys: [.init(id: wechatpayPublicKey.id, pem: try text(wechatpayPublicKey.file))],
            apiV3Key: Array(apiv3Key.utf8))
        return NoticeVerifier(
            settings: NoticeVerifierSettings(providerMerchantIDs: [spMchid], directMerchantIDs: [directMchid]),
            crypto: keys)
    }

    /// Signs and seals as the platform of the vectors does.
    func sealer() throws -> SimulatedPlatform {
        let first = try #require(platformCertificates.first)
        return try SimulatedPlatform(
            serial: first.serial, key: RSAKeyPair(privateKeyPEM: text(first.privateKey)), apiV3Key: Array(apiv3Key.utf8)
        )
    }

    private func text(_ file: String) throws -> String {
        try String(contentsOf: Vector.folder.appending(path: file), encoding: .utf8)
    }
}
