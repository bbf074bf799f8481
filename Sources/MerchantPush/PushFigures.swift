public import PushSchedule
public import Telemetry

/// What a merchant push has done since its start.
public struct PushFigures: Sendable, Equatable {
    /// Attempts by their outcome.
    public internal(set) var attempts: [OutcomeClass: UInt64] = [:]
    /// Orders acknowledged by their merchants, durably.
    public internal(set) var acked: UInt64 = 0
    /// Failed attempts with another one to come, durably.
    public internal(set) var scheduled: UInt64 = 0
    /// Orders moved to `dead-orders`: an alarm each.
    public internal(set) var dead: UInt64 = 0
    /// Orders moved to a hold queue.
    public internal(set) var held: UInt64 = 0
    /// Held orders moved back.
    public internal(set) var returned: UInt64 = 0
    /// Orders sent back for a while because their endpoint had no room; no attempt was used.
    public internal(set) var deferred: UInt64 = 0
    /// Acknowledged by the merchant, but the lease had ended: the order may be delivered twice.
    public internal(set) var leaseEnded: UInt64 = 0
    /// Messages of the queue that are no order payment messages; moved to `dead-orders`, an alarm each.
    public internal(set) var malformed: UInt64 = 0
    /// Results the store did not take; the orders come back when their lease ends.
    public internal(set) var notCommitted: UInt64 = 0
    /// Receives that failed.
    public internal(set) var pullFailures: UInt64 = 0
    /// Attempts under way.
    public internal(set) var inFlight = 0
    /// Of these, to slow, failing or unproven endpoints.
    public internal(set) var inFlightSlow = 0
    /// Orders that wait for a slot or their endpoint's window.
    public internal(set) var waitingInMemory = 0
    /// Results that wait for their commit.
    public internal(set) var uncommitted = 0
    /// Endpoints by state.
    public internal(set) var endpoints: [EndpointHealth.State: Int] = [:]
    /// From the order's first receipt to its first attempt.
    public internal(set) var timeToFirstAttempt = TimeBuckets(uppers: MerchantPushLimits.deliveryBucketsMillis)
    /// From the order's first receipt to its merchant's acknowledgement.
    public internal(set) var timeToAck = TimeBuckets(uppers: MerchantPushLimits.deliveryBucketsMillis)

    /// Nothing happened yet.
    public init() {}
}

/// What the store holds for merchants at this moment.
public struct PushBacklog: Sendable, Equatable {
    /// Orders that are due or under way.
    public var waiting: UInt64 = 0
    /// Orders that wait for their next attempt.
    public var delayed: UInt64 = 0
    /// Orders whose ladder ended.
    public var dead: UInt64 = 0
    /// Held orders by merchant; merchants without any are left out.
    public var held: [String: UInt64] = [:]

    /// Nothing is there.
    public init() {}
}

/// One endpoint as push sees it.
public struct EndpointFigures: Sendable, Equatable {
    /// The merchant.
    public let merchantID: String
    /// Its state.
    public let state: EndpointHealth.State
    /// Requests that may be under way.
    public let windowSize: Double
    /// Requests under way.
    public let inFlight: Int
    /// Orders waiting in memory.
    public let waiting: Int
    /// Mean latency in milliseconds; nil before the first result.
    public let meanLatencyMillis: Double?
}
