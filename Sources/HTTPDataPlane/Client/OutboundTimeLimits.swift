/// How long the parts of one attempt may take, in milliseconds (merchant-push §3).
public struct OutboundTimeLimits: Sendable, Equatable {
    /// Resolving the name.
    public var dnsMillis: Int
    /// Connecting, all tried addresses together.
    public var connectMillis: Int
    /// The TLS handshake.
    public var tlsMillis: Int
    /// The whole attempt, from the call to the last byte of the answer, waiting for a connection included.
    public var totalMillis: Int

    /// The defaults of merchant-push §3; values below 1 count as 1.
    public init(
        dnsMillis: Int = 2_000, connectMillis: Int = 3_000, tlsMillis: Int = 5_000, totalMillis: Int = 15_000
    ) {
        self.dnsMillis = max(dnsMillis, 1)
        self.connectMillis = max(connectMillis, 1)
        self.tlsMillis = max(tlsMillis, 1)
        self.totalMillis = max(totalMillis, 1)
    }
}
