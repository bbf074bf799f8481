internal import MessageModel

/// How the queue API takes requests. What may be done with queues and topics is ``QueueOperationSettings``.
public struct QueueAPISettings: Sendable {
    /// A request's time is less than so many seconds off the server's, either way, 1…7,200. Captured requests are good for so long, and the guard
    /// against them remembers at least twice as long.
    public var clockWindowSeconds = QueueAPILimits.clockWindowSecondsDefault
    /// Authorities by which clients know this server where that is not what the `Host` field says: those of a reverse proxy in front of it.
    public var publicHosts: [String] = []
    /// Whether a request with an `appId` instead of key and signature may do everything. Only for networks where everybody may.
    public var allowsUnsigned = false
    /// Whether API 3.0 requests are taken over plain HTTP from other machines though `X-TC-Action` is not among what they sign. Tencent's Python client
    /// does not sign it: whoever captures such a request can send its body with another action (`reliability.md` rule 30).
    public var allowsUnsignedAction = false
    /// Whether a secret id that does not begin with `AKID` has an error of its own.
    public var requiresSecretIDPrefix = false
    /// Requests between arrival and answer, waiting receives not counted; one more is answered 4420.
    public var requestsInFlightMax = QueueAPILimits.requestsInFlightMax
    /// Body bytes of these requests; at least the largest request.
    public var requestBytesInFlightMax = QueueAPILimits.requestBytesInFlightMax
    /// Receives that wait for a message; one more is answered 4420.
    public var pollCountMax = QueueAPILimits.pollCountMax
    /// Requests for messages of one queue or topic in one second; one more is answered 4420. Nil: no limit.
    public var messageRequestsPerSecondMax: Int?
    /// Requests for one control action in one second; one more is answered 4480. Nil: no limit.
    public var controlRequestsPerSecondMax: Int?
    /// Milliseconds the end of the service waits for answers under way.
    public var drainMillisMax = QueueAPILimits.drainMillisMax

    /// The defaults.
    public init() {}

    /// How long an answer is remembered for a repeat of its request.
    var guardLifetime: IdempotencyKey.Lifetime { .guarding(windowSeconds: clockWindowSeconds) }
}
