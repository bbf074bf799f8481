extension PlatformKeys {
    /// Loads the keys from files. The APIv3 key's file must be closed to group and others; certificates and public keys
    /// are no secrets.
    public static func load(
        certificateFiles: [(serial: String, path: String)], publicKeyFiles: [(id: String, path: String)],
        apiV3KeyFile: String
    ) throws(PlatformKeysError) -> PlatformKeys {
        var certificates: [CertificateSource] = []
        var publicKeys: [PublicKeySource] = []
        let apiV3Key: String
        do {
            for (serial, path) in certificateFiles {
                certificates.append(CertificateSource(serial: serial, pem: try SecretFile.readPublicText(path: path)))
            }
            for (id, path) in publicKeyFiles {
                publicKeys.append(PublicKeySource(id: id, pem: try SecretFile.readPublicText(path: path)))
            }
            apiV3Key = try SecretFile.readText(path: apiV3KeyFile)
        } catch {
            throw .file(error)
        }
        return try PlatformKeys(
            certificates: certificates, publicKeys: publicKeys, apiV3Key: Array(apiV3Key.utf8))
    }
}
