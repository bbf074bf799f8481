/// Where and how a listener listens.
public struct DataPlaneServerSettings: Sendable, Equatable {
    /// PEM files of a certificate chain (leaf first) and its private key.
    public struct TLSFiles: Sendable, Equatable {
        /// Path of the chain.
        public var certificateChainPath: String
        /// Path of the key.
        public var privateKeyPath: String

        /// Names the two files; they are read when the server starts.
        public init(certificateChainPath: String, privateKeyPath: String) {
            self.certificateChainPath = certificateChainPath
            self.privateKeyPath = privateKeyPath
        }
    }

    /// The address or name to listen on.
    public var host: String
    /// The port; 0 takes any free one.
    public var port: Int
    /// TLS when present, plain HTTP when not.
    public var tls: TLSFiles?
    /// The limits.
    public var limits: HTTPLimits

    /// A listener on loopback and a free port unless told otherwise.
    public init(
        host: String = "127.0.0.1", port: Int = 0, tls: TLSFiles? = nil, limits: HTTPLimits = HTTPLimits()
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.limits = limits
    }
}
