/// The queue API: CMQ's calls and the native JSON API, on a listener of their own.
public struct QueueListenerSettings: Sendable, Equatable {
    /// Where it listens.
    public var listener = ListenerSettings(port: 8_083)
    /// The file of API keys, mode 0600; nil: there are none.
    public var keysFile: String?
    /// Seconds a request's timestamp may differ from our clock; answers are remembered for at least twice as long, for whoever repeats a request.
    public var clockWindowSeconds = 300
    /// Names under which clients know this listener where a proxy stands before it: `host` or `host:port`, as typed by the clients.
    public var publicAuthorities: [String] = []
    /// Requests for messages of one queue or topic in one second; nil: no limit.
    public var messageRequestsPerSecondMax: Int?
    /// Requests for one control action in one second; nil: no limit.
    public var controlRequestsPerSecondMax: Int?
    /// Whether a secret id that does not begin with `AKID` has an error of its own, as at Tencent's.
    public var requiresSecretIDPrefix = false
    /// Takes API 3.0 requests over plain HTTP from other machines though their action is not among what is signed.
    public var allowsUnsignedAction = false
    /// Takes CMQ requests with an `appId` and no signature, as private deployments do. Whoever reaches the port may do everything.
    public var allowsUnsignedAppID = false
    /// Takes native requests without authentication; on a loopback address only. For measurements.
    public var allowsUnsignedNative = false

    /// The defaults: no keys.
    public init() {}

    /// Whether anything lets anybody in: the listener is then opened.
    public var isConfigured: Bool { keysFile != nil || allowsUnsignedAppID || allowsUnsignedNative }
}
