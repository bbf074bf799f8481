internal import MessageModel

/// What an operator may decide about the native API.
public struct NativeAPISettings: Sendable {
    /// A signature's timestamp is less than so many seconds off, 1…7,200; a nonce is remembered for at least twice as long.
    public var clockWindowSeconds: UInt64 = 300
    /// Authorities besides the `Host` field that clients may have signed.
    public var publicAuthorities: [String] = []
    /// Takes requests without authentication, which may then do everything. For measurements.
    public var allowsUnsigned = false
    /// Requests under way that are no waiting receives.
    public var requestsInFlightMax = NativeLimits.requestsInFlightMax
    /// Receives that wait for a message.
    public var waitingReceiveCountMax = NativeLimits.waitingReceiveCountMax
    /// Streams under way, of lines and of deliveries.
    public var streamCountMax = NativeLimits.streamCountMax

    /// The defaults.
    public init() {}

    /// How long a nonce is remembered.
    var nonceLifetime: IdempotencyKey.Lifetime { .guarding(windowSeconds: clockWindowSeconds) }
}
