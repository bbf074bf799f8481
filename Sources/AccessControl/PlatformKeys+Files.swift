extension PlatformKeys {
    /// Loads the keys from files. The APIv3 key's file must be closed to group and others; certificates and public keys
    /// are no secrets.
    public static func load(
        certificateFiles: [(serial: String, path: String)], publicKeyFiles: [(id: String, path: String)],
        apiV3KeyFile: String
    ) throws(PlatformKeysError) -> PlatformKeys {
        try PlatformKeySources.load(
            certificateFiles: certificateFiles, publicKeyFiles: publicKeyFiles, apiV3KeyFile: apiV3KeyFile
        ).keys()
    }
}
