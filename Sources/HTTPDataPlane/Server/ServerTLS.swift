internal import NIOSSL

/// Reads a listener's certificate and key.
enum ServerTLS {
    /// - Throws: ``DataPlaneError/tlsFile(path:reason:)``.
    static func context(_ files: DataPlaneServerSettings.TLSFiles) throws(DataPlaneError) -> NIOSSLContext {
        let chain = try load(files.certificateChainPath) { try NIOSSLCertificate.fromPEMFile($0) }
        guard !chain.isEmpty else { throw .tlsFile(path: files.certificateChainPath, reason: "holds no certificate") }
        let key = try load(files.privateKeyPath) { try NIOSSLPrivateKey(file: $0, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        return try load(files.privateKeyPath) { _ in try NIOSSLContext(configuration: configuration) }
    }

    private static func load<Value>(_ path: String, _ body: (String) throws -> Value) throws(DataPlaneError) -> Value {
        do {
            return try body(path)
        } catch {
            throw .tlsFile(path: path, reason: "not readable, not PEM, or key and certificate do not match")
        }
    }
}
