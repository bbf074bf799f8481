/// The bounds of an outbound client; the defaults are those of merchant-push §9 and §10.
public struct OutboundLimits: Sendable, Equatable {
    /// Connections to one (scheme, host, port), idle ones included.
    public var connectionsPerEndpointMax = 64
    /// Connections in all, shared out evenly among the event loops.
    public var connectionCountMax = 2_048
    /// Requests waiting for a connection, shared out likewise; a request beyond is refused as `sender_error`.
    public var waitingRequestCountMax = 4_096
    /// A connection is closed after this long.
    public var connectionAgeSecondsMax = 600
    /// A connection is closed after this many requests.
    public var connectionUseCountMax = 1_000
    /// A connection without a request is closed after this long; under the 75 s most servers keep theirs.
    public var connectionIdleSecondsMax = 50
    /// Status line and header fields of an answer.
    public var answerHeadByteCountMax = 16_384
    /// Header fields of an answer.
    public var answerFieldCountMax = 100
    /// Interim (1xx) answers before the final one.
    public var interimAnswerCountMax = 8
    /// The body of an answer; the connection is closed beyond it.
    public var answerBodyByteCountMax = 65_536
    /// The body of a request.
    public var requestBodyByteCountMax = 1_048_576
    /// The header fields of a request.
    public var requestHeaderByteCountMax = 32_768
    /// How long a resolved name is believed. The system resolver does not tell the record's own time to live, so this stays
    /// well under the 300 s that are allowed at most.
    public var nameCacheSecondsMax = 60
    /// How long a name that does not exist is believed not to.
    public var negativeNameCacheSecondsMax = 30
    /// Names kept per event loop.
    public var nameCacheEntryCountMax = 4_096
    /// Lookups under way or queued per event loop.
    public var pendingLookupCountMax = 256

    /// Threads that wait for the system resolver.
    static let resolverThreadCount = 4
    /// Addresses of one name that are tried.
    static let addressTryCountMax = 4
    /// Addresses of one name that are looked at; a name with more is refused, because every one must be vetted.
    static let addressCountMax = 64
    /// Idle connections are looked through this often.
    static let sweepSeconds = 5
    /// The longest name cache that may be set.
    static let nameCacheSecondsCeiling = 300

    /// The defaults.
    public init() {}
}
