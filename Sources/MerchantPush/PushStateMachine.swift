internal import DequeModule
internal import PushSchedule

/// What to do with one order.
enum PushStep<Order: Sendable>: Sendable {
    /// Attempt it now; it occupies a slot until ``PushStateMachine/finished(_:nowMillis:sha256:)``.
    case start(Order, PushSlot)
    /// Back to the store for so many milliseconds, without using an attempt.
    case release(Order, delayMillis: Int)
    /// Its lease ended while it waited: the store has given it out again or will.
    case forget(Order)
}

/// A place among the attempts under way.
struct PushSlot: Sendable, Equatable {
    /// The endpoint's merchant.
    let merchantID: String
    /// Whether it is one of the slow share.
    let isSlow: Bool
    /// Whether the attempt probes an endpoint whose breaker is open.
    let isProbe: Bool
}

/// Decides which orders are attempted when: windows, slots of two lanes, bounded waiting lists (merchant-push §5, §6).
///
/// Pure: no clock, no store, no network. Every endpoint has its own window and list, and all endpoints that are slow, failing or unproven share a
/// quarter of the slots and of the waiting room, so a dead merchant delays nobody. What does not fit goes back to the store with a delay.
struct PushStateMachine<Order: Sendable>: Sendable {
    private let settings: MerchantPushSettings
    private let slowSlotCountMax: Int
    private let slowWaitingCountMax: Int
    private(set) var lanes: [String: EndpointLane<Order>] = [:]
    /// Endpoints that have orders and a window but found no slot: the fast and the slow ones, each in turn.
    private var fastRing = Deque<String>()
    private var slowRing = Deque<String>()
    private(set) var inFlightCount = 0
    private(set) var inFlightSlowCount = 0
    private(set) var waitingCount = 0
    private var waitingSlowCount = 0

    init(settings: MerchantPushSettings) {
        self.settings = settings
        slowSlotCountMax = max(settings.slotCountMax / MerchantPushLimits.slowShare, 1)
        slowWaitingCountMax = max(settings.inMemoryCountMax / MerchantPushLimits.slowShare, 1)
    }

    // MARK: - Events

    /// Takes an order that was pulled. `isReturning` where it was delivered before: one less of those that were sent back is still to come.
    mutating func arrived(
        _ order: Order, for endpoint: EndpointIdentity, isReturning: Bool, hiddenUntilMillis: Int64, nowMillis: Int64
    ) -> [PushStep<Order>] {
        var lane = lane(for: endpoint)
        lane.deferredCount = max(lane.deferredCount - (isReturning ? 1 : 0), 0)
        let isSlow = lane.health.belongsToSlowLane
        let hasRoom =
            lane.waiting.count < lane.waitingMax(visibilityMillis: settings.visibilityMillis)
            && (!isSlow || waitingSlowCount < slowWaitingCountMax)
        guard hasRoom else {
            let step = deferred(order, &lane, untilMillis: nowMillis, nowMillis: nowMillis)
            lanes[endpoint.merchantID] = lane
            return [step]
        }
        lane.waiting.append(.init(order: order, hiddenUntilMillis: hiddenUntilMillis, isSlow: isSlow))
        waitingCount += 1
        waitingSlowCount += isSlow ? 1 : 0
        lanes[endpoint.merchantID] = lane
        var steps: [PushStep<Order>] = []
        if !lane.isInRing { pump(endpoint.merchantID, startCountMax: .max, nowMillis, &steps) }
        return steps
    }

    /// Takes the result of an attempt: frees its slot and starts what may start now.
    mutating func finished(
        _ slot: PushSlot, _ result: EndpointHealth.Finished, nowMillis: Int64, sha256: RetryJitter.Hash
    ) -> (action: EndpointHealth.Action, steps: [PushStep<Order>]) {
        inFlightCount -= 1
        inFlightSlowCount -= slot.isSlow ? 1 : 0
        var steps: [PushStep<Order>] = []
        let action = lanes[slot.merchantID]?.health.finished(result, nowMillis: nowMillis, sha256: sha256) ?? .none
        if fastRing.isEmpty, slowRing.isEmpty {
            pump(slot.merchantID, startCountMax: .max, nowMillis, &steps)
        } else {
            // Others wait for slots: this endpoint joins behind them.
            enterRing(slot.merchantID)
            turnRings(nowMillis, &steps)
        }
        return (action, steps)
    }

    /// Lets an endpoint that was paused by its answers be tried again.
    mutating func resumed(_ merchantID: String, nowMillis: Int64) {
        lanes[merchantID]?.health.resume(nowMillis: nowMillis)
    }

    /// Takes everything that waits, for a stop.
    mutating func emptied() -> [Order] {
        var orders: [Order] = []
        for merchantID in lanes.keys {
            orders += lanes[merchantID]?.waiting.map(\.order) ?? []
            lanes[merchantID]?.waiting.removeAll()
            lanes[merchantID]?.isInRing = false
        }
        fastRing.removeAll()
        slowRing.removeAll()
        waitingCount = 0
        waitingSlowCount = 0
        return orders
    }

    // MARK: - Decisions

    /// Takes the endpoint's lane out of the table, so that changing it copies nothing; the caller puts it back.
    private mutating func lane(for endpoint: EndpointIdentity) -> EndpointLane<Order> {
        let fresh = EndpointHealth(endpoint: endpoint.endpointID)
        guard var lane = lanes.removeValue(forKey: endpoint.merchantID) else {
            return EndpointLane(health: fresh, address: endpoint.address, attemptMillis: endpoint.attemptMillis)
        }
        if lane.address != endpoint.address { lane.health = fresh }
        lane.address = endpoint.address
        lane.attemptMillis = endpoint.attemptMillis
        return lane
    }

    /// Starts what window, breaker and slots allow for one endpoint; sends its orders back where it may not be tried for a while.
    private mutating func pump(
        _ merchantID: String, startCountMax: Int, _ nowMillis: Int64, _ steps: inout [PushStep<Order>]
    ) {
        // Out of the table while it changes: nothing is copied.
        guard var lane = lanes.removeValue(forKey: merchantID) else { return }
        defer { lanes[merchantID] = lane }
        var startedCount = 0
        while !lane.waiting.isEmpty {
            if let step = staleFront(of: &lane, nowMillis) {
                steps.append(step)
                continue
            }
            let isSlow = lane.health.belongsToSlowLane
            guard startedCount < startCountMax, hasSlot(isSlow: isSlow) else {
                enterRing(merchantID, &lane)
                return
            }
            switch lane.health.requestToSend(nowMillis: nowMillis) {
            case .send: steps.append(start(0, &lane, merchantID, isSlow: isSlow, isProbe: false))
            case .probe(let candidate): steps.append(start(candidate, &lane, merchantID, isSlow: isSlow, isProbe: true))
            case .windowFull: return
            case .waitUntil(let millis): return deferAll(&lane, untilMillis: millis, nowMillis, &steps)
            case .paused:
                let longest = nowMillis + Int64(settings.deferMillisMax)
                return deferAll(&lane, untilMillis: longest, nowMillis, &steps)
            }
            startedCount += 1
        }
    }

    private mutating func start(
        _ index: Int, _ lane: inout EndpointLane<Order>, _ merchantID: String, isSlow: Bool, isProbe: Bool
    ) -> PushStep<Order> {
        let taken = lane.waiting.remove(at: min(index, lane.waiting.count - 1))
        left(taken)
        inFlightCount += 1
        inFlightSlowCount += isSlow ? 1 : 0
        return .start(taken.order, PushSlot(merchantID: merchantID, isSlow: isSlow, isProbe: isProbe))
    }

    /// Removes the first order if its lease is too short for another attempt and its commit.
    private mutating func staleFront(of lane: inout EndpointLane<Order>, _ nowMillis: Int64) -> PushStep<Order>? {
        guard let front = lane.waiting.first else { return nil }
        let needed = Int64(lane.attemptMillis) + MerchantPushLimits.leaseSlackMillis
        guard front.hiddenUntilMillis - nowMillis < needed else { return nil }
        lane.waiting.removeFirst()
        left(front)
        guard front.hiddenUntilMillis > nowMillis else { return .forget(front.order) }
        return deferred(front.order, &lane, untilMillis: nowMillis, nowMillis: nowMillis)
    }

    private mutating func deferAll(
        _ lane: inout EndpointLane<Order>, untilMillis: Int64, _ nowMillis: Int64, _ steps: inout [PushStep<Order>]
    ) {
        while let front = lane.waiting.popFirst() {
            left(front)
            steps.append(deferred(front.order, &lane, untilMillis: untilMillis, nowMillis: nowMillis))
        }
    }

    /// Sends an order back until the endpoint may be tried, and behind what is sent back already.
    private func deferred(
        _ order: Order, _ lane: inout EndpointLane<Order>, untilMillis: Int64, nowMillis: Int64
    ) -> PushStep<Order> {
        let delay = Int(clamping: untilMillis - nowMillis) + lane.backlogMillis
        lane.deferredCount += 1
        let longest =
            lane.health.state == .active
            ? min(settings.deferMillisActiveMax, settings.deferMillisMax) : settings.deferMillisMax
        return .release(order, delayMillis: min(max(delay, settings.deferMillisMin), longest))
    }

    private mutating func left(_ waiting: EndpointLane<Order>.Waiting) {
        waitingCount -= 1
        waitingSlowCount -= waiting.isSlow ? 1 : 0
    }

    // MARK: - Slots

    private func hasSlot(isSlow: Bool) -> Bool {
        inFlightCount < settings.slotCountMax && (!isSlow || inFlightSlowCount < slowSlotCountMax)
    }

    private mutating func enterRing(_ merchantID: String) {
        guard var lane = lanes.removeValue(forKey: merchantID) else { return }
        if !lane.waiting.isEmpty { enterRing(merchantID, &lane) }
        lanes[merchantID] = lane
    }

    private mutating func enterRing(_ merchantID: String, _ lane: inout EndpointLane<Order>) {
        guard !lane.isInRing else { return }
        lane.isInRing = true
        if lane.health.belongsToSlowLane { slowRing.append(merchantID) } else { fastRing.append(merchantID) }
    }

    /// Gives free slots to the endpoints in the rings, one attempt each in turn.
    private mutating func turnRings(_ nowMillis: Int64, _ steps: inout [PushStep<Order>]) {
        var before: Int
        repeat {
            before = inFlightCount
            turn(\.fastRing, isSlow: false, nowMillis, &steps)
            turn(\.slowRing, isSlow: true, nowMillis, &steps)
            // An endpoint may have changed its ring on the way: it must not wait for the next result.
        } while inFlightCount > before
    }

    private mutating func turn(
        _ ring: WritableKeyPath<Self, Deque<String>>, isSlow: Bool, _ nowMillis: Int64, _ steps: inout [PushStep<Order>]
    ) {
        var turnCount = self[keyPath: ring].count
        while turnCount > 0, hasSlot(isSlow: isSlow), let merchantID = self[keyPath: ring].popFirst() {
            turnCount = serve(merchantID, nowMillis, &steps) ? self[keyPath: ring].count : turnCount - 1
        }
    }

    /// Returns whether an attempt was started.
    private mutating func serve(_ merchantID: String, _ nowMillis: Int64, _ steps: inout [PushStep<Order>]) -> Bool {
        lanes[merchantID]?.isInRing = false
        let before = inFlightCount
        pump(merchantID, startCountMax: 1, nowMillis, &steps)
        return inFlightCount > before
    }
}

/// Which endpoint an order goes to.
struct EndpointIdentity: Sendable, Equatable {
    /// The merchant.
    let merchantID: String
    /// The endpoint's id.
    let endpointID: String
    /// What identifies the place behind it.
    let address: String
    /// Longest attempt, milliseconds.
    let attemptMillis: Int
}
