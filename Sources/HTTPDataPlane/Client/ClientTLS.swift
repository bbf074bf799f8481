internal import NIOSSL

/// The TLS settings of a client: 1.2 or newer, full verification, HTTP/1.1.
enum ClientTLS {
    /// Nil when the roots cannot be read.
    static func context(trustedRootsPath: String?) -> NIOSSLContext? {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        configuration.applicationProtocols = ["http/1.1"]
        if let trustedRootsPath { configuration.trustRoots = .file(trustedRootsPath) }
        return try? NIOSSLContext(configuration: configuration)
    }
}
