/// Bounds of the server that no setting changes.
enum ServerLimits {
    /// The most event loops of one process.
    static let eventLoopCountMax = 64
    /// Connections the kernel keeps for us before they are accepted.
    static let listenBacklogCount: Int32 = 1_024
    /// After a refusal the rest of what the client sends is thrown away for this long, so that the answer is not lost to a reset.
    static let lingerMillisMax = 500
    /// A streamed answer that waits behind another answer of its connection ends after so long.
    static let streamTurnSecondsMax = 30
    /// The rate of a body is judged this long after its head, then again after each such step.
    static let bodyRateCheckSeconds = 5
    /// A body up to this size is copied behind its head into one write.
    static let coalescedBodyByteCountMax = 16_384
    /// Bytes read from a connection at once.
    static let readByteCountMax = 65_536
    /// Bytes of a streamed body that may still come in after reading stopped: two reads' worth.
    static let streamOverrunByteCountMax = 131_072
    /// What is left over of lines, names and separators, beyond the counted bytes of a head that is not complete yet.
    static let headSlackByteCount = 2_048
}
