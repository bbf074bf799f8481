/// Bounds of the queue API's service. A name ends in the unit of its value. Bounds of the wire are `CMQLimits`.
public enum QueueAPILimits {
    /// Bytes of the body of a call that brings no messages.
    public static let plainByteCountMax = 65_536
    /// Delayed messages of one queue before further delayed sends over the API are refused (`cmq-protocol.md` §2.1).
    public static let delayedCountMax: UInt64 = 20_000
    /// Longest delay of a send where the operator does not say (`cmq-protocol.md` §2.1).
    public static let delaySecondsDefault: UInt64 = 3_600
    /// Keys of delayed sends that are remembered, so that a repeat finds its first answer though the queue has reached
    /// ``delayedCountMax`` meanwhile.
    static let rememberedDelayedSendCountMax = 4_096
    /// Changes of queues, topics and subscriptions that wait for their turn.
    static let waitingChangeCountMax = 256
    /// Messages a queue made over the API holds where the call does not say (`cmq-protocol.md` §3.1).
    static let queueMessageCountDefault: UInt64 = 100_000_000
    /// Largest number of messages a queue may be said to hold; also told for a queue without a limit.
    static let queueMessageCountMax: UInt64 = 1_000_000_000
    /// Largest body of a queue or topic made over the API where the call does not say.
    static let bodyByteCountDefault = 65_536
    /// Retention of a queue made over the API where the call does not say: 4 days.
    static let retentionSecondsDefault: UInt64 = 345_600
    /// Retention of what waits for an HTTP subscriber: 1 day (`cmq-protocol.md` §4).
    static let topicRetentionSeconds: UInt64 = 86_400
    /// Bytes of bodies in one send or publish (`cmq-protocol.md` §13, row 12).
    static let batchByteCountMax = 1_048_576

    // MARK: The door

    /// Seconds a request's time may be off where the operator does not say.
    public static let clockWindowSecondsDefault: UInt64 = 300
    /// Largest such window: what the original gateway once allowed.
    public static let clockWindowSecondsMax: UInt64 = 7_200
    /// Requests between arrival and answer where the operator does not say.
    public static let requestsInFlightMax = 8_192
    /// Their body bytes where the operator does not say.
    public static let requestBytesInFlightMax = 67_108_864
    /// Receives that wait where the operator does not say.
    public static let pollCountMax = 4_096
    /// Milliseconds the end of the service waits for answers under way where the operator does not say.
    public static let drainMillisMax = 5_000
    /// Answers that are remembered as written.
    static let writtenAnswerCountMax = 65_536
    /// Names whose requests are counted in one second.
    static let rateCountMax = 16_384
    /// Bytes of a caller's own id in logs and traces.
    static let callerIDByteCountMax = 64
    /// Buckets of answer times, microseconds.
    static let answerBucketsMicros: [UInt64] = [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
        5_000_000,
    ]
}
