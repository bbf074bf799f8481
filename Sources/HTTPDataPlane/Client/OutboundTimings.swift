/// Where the time of one attempt went, in microseconds; phases that did not happen are 0.
public struct OutboundTimings: Sendable, Equatable {
    /// Resolving the name.
    public var dnsMicros = 0
    /// Connecting.
    public var connectMicros = 0
    /// The TLS handshake.
    public var tlsMicros = 0
    /// From writing the request to the first byte of the answer.
    public var firstByteMicros = 0
    /// From the call to the last byte of the answer.
    public var totalMicros = 0

    /// All zero.
    public init() {}
}
