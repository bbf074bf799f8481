/// What platform keys are made of: texts of certificates and public keys, and the APIv3 key. Holds a secret: not for logs.
public struct PlatformKeySources: Sendable, Equatable {
    /// Platform certificates.
    public var certificates: [PlatformKeys.CertificateSource]
    /// WeChat Pay public keys.
    public var publicKeys: [PlatformKeys.PublicKeySource]
    /// 32 bytes.
    public var apiV3Key: [UInt8]

    /// Joins the members; nothing is checked before ``keys(adding:allowsNone:)``.
    public init(
        certificates: [PlatformKeys.CertificateSource] = [], publicKeys: [PlatformKeys.PublicKeySource] = [],
        apiV3Key: [UInt8]
    ) {
        self.certificates = certificates
        self.publicKeys = publicKeys
        self.apiV3Key = apiV3Key
    }

    /// In place of a serial: whatever serial the certificate carries, so that the file may be replaced by another certificate.
    public static let anySerial = "*"

    /// Reads the files. A certificate named with ``anySerial`` is taken under its own serial. The APIv3 key's file must be closed to group and others, or be named `env:NAME` (``SecretFile``);
    /// certificates and public keys are no secrets.
    ///
    /// - Throws: ``PlatformKeysError``.
    public static func load(
        certificateFiles: [(serial: String, path: String)], publicKeyFiles: [(id: String, path: String)],
        apiV3KeyFile: String
    ) throws(PlatformKeysError) -> PlatformKeySources {
        var sources = PlatformKeySources(apiV3Key: [])
        do {
            sources.apiV3Key = Array(try SecretFile.readText(path: apiV3KeyFile).utf8)
            for (serial, path) in certificateFiles {
                sources.certificates.append(.init(serial: serial, pem: try SecretFile.readPublicText(path: path)))
            }
            for (id, path) in publicKeyFiles {
                sources.publicKeys.append(.init(id: id, pem: try SecretFile.readPublicText(path: path)))
            }
        } catch {
            throw .file(error)
        }
        for index in sources.certificates.indices where sources.certificates[index].serial == anySerial {
            let pem = sources.certificates[index].pem
            sources.certificates[index] = try PlatformCertificate(pem: pem, saidToBe: anySerial).source
        }
        return sources
    }

    /// Prepares the keys, with further certificates beside these; of two of one serial the one here counts.
    public func keys(
        adding further: [PlatformKeys.CertificateSource] = [], allowsNone: Bool = false
    ) throws(PlatformKeysError) -> PlatformKeys {
        let own = Set(certificates.map(\.serial))
        return try PlatformKeys(
            certificates: certificates + further.filter { !own.contains($0.serial) }, publicKeys: publicKeys,
            apiV3Key: apiV3Key, allowsNone: allowsNone)
    }
}
