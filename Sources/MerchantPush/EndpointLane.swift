internal import DequeModule
internal import PushSchedule

/// One endpoint: its health and the orders that wait for it in memory. Pure.
struct EndpointLane<Order: Sendable>: Sendable {
    /// An order that waits.
    struct Waiting: Sendable {
        /// The order.
        let order: Order
        /// End of its lease; past it the store gives it out again.
        let hiddenUntilMillis: Int64
        /// Whether it takes a place of the slow share.
        let isSlow: Bool
    }

    /// Window, breaker, gate.
    var health: EndpointHealth
    /// What identifies the place behind the endpoint; another place starts with a clean health.
    var address: String
    /// Longest attempt, milliseconds.
    var attemptMillis: Int
    /// In the order of arrival.
    var waiting = Deque<Waiting>()
    /// Orders sent back to the store that have not come again: an estimate, for their delays.
    var deferredCount = 0
    /// Whether it stands in a ring, waiting for a slot.
    var isInRing = false

    /// How many orders may wait here: less where the endpoint is in trouble, and never more than it can take before leases end.
    func waitingMax(visibilityMillis: UInt64) -> Int {
        guard health.state == .active else { return MerchantPushLimits.waitingWhileOpenMax }
        let isSlow = health.belongsToSlowLane
        let most = isSlow ? MerchantPushLimits.waitingPerSlowEndpointMax : MerchantPushLimits.waitingPerEndpointMax
        guard let latency = health.meanLatencyMillis, latency >= 1 else { return most }
        let budget = Double(visibilityMillis) - Double(attemptMillis) - Double(MerchantPushLimits.leaseSlackMillis)
        let fitting = Int(max(budget, 0) / 2 / latency * health.windowSize)
        return min(most, max(fitting, 1))
    }

    /// How long it takes until all that waits here or was sent back is through, milliseconds.
    var backlogMillis: Int {
        let latency = max(health.meanLatencyMillis ?? MerchantPushLimits.latencyMillisAssumed, 1)
        return Int(Double(waiting.count + deferredCount + 1) * latency / max(health.windowSize, 1))
    }
}
