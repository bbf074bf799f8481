/// The limits of a listener (reliability rule 33); all may be changed, none switched off.
public struct HTTPLimits: Sendable, Equatable {
    /// Method, target and version together.
    public var requestLineByteCountMax = 8_192
    /// Names and values of all header fields together.
    public var headerByteCountMax = 16_384
    /// Header and trailer fields of one request.
    public var headerFieldCountMax = 64
    /// A request body, by Content-Length and while reading.
    public var bodyByteCountMax = 1_048_576
    /// Bytes of all bodies of the listener whose requests are not complete yet; at least one body.
    public var unfinishedBodyByteCountMax = 268_435_456
    /// From the first byte of a head that is not complete to its end.
    public var headerSecondsMax = 10
    /// From the head to the end of the body.
    public var bodySecondsMax = 30
    /// The average rate of a body, judged every 5 s.
    public var bodyBytesPerSecondMin = 500
    /// A body that is taken in parts, by itself of any length: without a byte while bytes are wanted.
    public var streamPauseSecondsMax = 30
    /// Bytes of such a body that were received and not taken; one read more may already be in.
    public var streamBufferByteCountMax = 262_144
    /// A connection with nothing under way.
    public var idleSecondsMax = 75
    /// A connection that takes none of the bytes waiting for it.
    public var stalledWriteSecondsMax = 30
    /// Open connections of the listener.
    public var connectionCountMax = 10_000
    /// Open connections from one address.
    public var connectionsPerAddressMax = 1_000
    /// Requests of one connection under way; beyond it the connection is not read (one read's worth may already be in).
    public var pipelinedRequestCountMax = 64
    /// Requests handed over in one batch.
    public var batchRequestCountMax = 256

    /// The defaults.
    public init() {}

    /// The first limit that is not at least 1, as text for the operator; nil when all are sound.
    public var fault: String? {
        let named: [(String, Int)] = [
            ("requestLineByteCountMax", requestLineByteCountMax), ("headerByteCountMax", headerByteCountMax),
            ("headerFieldCountMax", headerFieldCountMax), ("bodyByteCountMax", bodyByteCountMax),
            ("unfinishedBodyByteCountMax", unfinishedBodyByteCountMax),
            ("headerSecondsMax", headerSecondsMax), ("bodySecondsMax", bodySecondsMax),
            ("bodyBytesPerSecondMin", bodyBytesPerSecondMin), ("streamPauseSecondsMax", streamPauseSecondsMax),
            ("streamBufferByteCountMax", streamBufferByteCountMax), ("idleSecondsMax", idleSecondsMax),
            ("stalledWriteSecondsMax", stalledWriteSecondsMax), ("connectionCountMax", connectionCountMax),
            ("connectionsPerAddressMax", connectionsPerAddressMax),
            ("pipelinedRequestCountMax", pipelinedRequestCountMax), ("batchRequestCountMax", batchRequestCountMax),
        ]
        return named.first { $0.1 < 1 }.map { "\($0.0) is \($0.1); it must be at least 1" }
    }
}
