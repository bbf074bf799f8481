/// Whether, how much and when to send to one endpoint: window, breaker, gate and pause of merchant-push §5.
///
/// Pure: times are milliseconds of the caller's clock and must not run backwards; below 0 counts as 0. Every state keeps
/// accepting messages: this decides only about sending.
public struct EndpointHealth: Sendable {
    /// The state shown to people.
    public enum State: String, Sendable, CaseIterable {
        /// Sends within the window. Can go to: `open`, `paused`.
        case active
        /// Only probes, 5 s to 300 s apart. Can go to: `active`, `held`, `paused`.
        case open
        /// Open for 24 h: a probe every 15 min. Can go to: `active`, `paused`.
        case held
        /// Nothing is sent. Can go to: `active` by ``resume(nowMillis:)`` only.
        case paused
    }

    /// May a request start now?
    public enum SendDecision: Sendable, Equatable {
        /// Yes; it counts as under way until ``finished(_:nowMillis:sha256:)``.
        case send
        /// Yes, one probe, with the due message at this place in age order (0 is the oldest, at most 2).
        case probe(candidate: Int)
        /// No, ask again then.
        case waitUntil(millis: Int64)
        /// No, until a request under way has finished.
        case windowFull
        /// No, until somebody resumes the endpoint.
        case paused
    }

    /// One result.
    public struct Finished: Sendable {
        /// What became of the attempt.
        public var outcome: OutcomeClass
        /// The message, by any number that is stable and its own.
        public var message: UInt64
        /// Whether the decision was `probe`.
        public var wasProbe: Bool
        /// How long the attempt took.
        public var latencyMillis: Int
        /// What Retry-After asked for, from ``RetryAfter``.
        public var retryAfterMillis: Int?

        /// A result without Retry-After unless told otherwise.
        public init(
            outcome: OutcomeClass, message: UInt64, wasProbe: Bool, latencyMillis: Int, retryAfterMillis: Int? = nil
        ) {
            self.outcome = outcome
            self.message = message
            self.wasProbe = wasProbe
            self.latencyMillis = latencyMillis
            self.retryAfterMillis = retryAfterMillis
        }
    }

    /// What a result changed.
    public enum Action: Sendable, Equatable {
        /// Nothing anybody needs to hear of.
        case none
        /// The breaker opened; the first probe is due then.
        case opened(nextProbeMillis: Int64)
        /// A probe failed; the next is due then.
        case probeFailed(nextProbeMillis: Int64)
        /// A good probe closed the breaker.
        case recovered
        /// The third 410 paused the endpoint.
        case paused
    }

    /// The endpoint's id; enters the jitter of its probes.
    public let endpoint: String
    /// The state now. It becomes `held` with the failed probe behind 24 h.
    public private(set) var state = State.active
    /// Requests under way, probes included.
    public private(set) var inFlightCount = 0
    /// True once the endpoint has accepted anything; to be kept across restarts by the caller.
    public private(set) var isProven: Bool
    /// Nothing is sent before this time (Retry-After).
    public private(set) var gateMillis: Int64 = 0
    private var window = SendWindow()
    private var tally = FailureTally()
    private var lastActivityMillis: Int64?
    private var openedAtMillis: Int64 = 0
    private var nextProbeMillis: Int64 = 0
    private var probeCount = 0
    private var isProbing = false
    private var candidate = 0
    private var goneCount = 0
    private var lastGoneMillis: Int64 = 0

    /// An endpoint without history, or one that has accepted before.
    public init(endpoint: String, isProven: Bool = false) {
        self.endpoint = endpoint
        self.isProven = isProven
    }

    /// W: requests that may be under way while active, 1...64.
    public var windowSize: Double { window.size }

    /// The mean latency in milliseconds; nil before the first result.
    public var meanLatencyMillis: Double? { window.meanLatencyMillis }

    /// True when the endpoint belongs to the slow lane: unproven, failing or slower than 1 s (merchant-push §6).
    public var belongsToSlowLane: Bool { !isProven || tally.inARowCount > 0 || state != .active || window.isSlow }

    // MARK: - Decisions

    /// Decides whether a request may start, and counts it as under way if so.
    public mutating func requestToSend(nowMillis: Int64) -> SendDecision {
        let now = max(nowMillis, 0)
        switch state {
        case .paused: return .paused
        case .active: return startInWindow(now)
        case .open, .held: return startProbe(now)
        }
    }

    /// Takes a result in; exactly once per `send` or `probe` decision.
    public mutating func finished(_ result: Finished, nowMillis: Int64, sha256: RetryJitter.Hash) -> Action {
        let now = max(nowMillis, 0)
        inFlightCount = max(inFlightCount - 1, 0)
        lastActivityMillis = now
        if result.wasProbe { isProbing = false }
        guard result.outcome.countsAsAttempt else { return .none }
        window.measured(latencyMillis: result.latencyMillis)
        if let pause = result.retryAfterMillis {
            let bounded = min(max(pause, 0), ScheduleLimits.retryAfterMillisMax)
            gateMillis = max(gateMillis, now + Int64(bounded))
        }
        if result.outcome == .acked { return succeeded(wasProbe: result.wasProbe, now) }
        return failed(result, now, sha256)
    }

    /// Stops sending, by wish of merchant or operator.
    public mutating func pause() {
        state = .paused
    }

    /// Sends again after a pause, carefully; nothing happens in other states.
    public mutating func resume(nowMillis: Int64) {
        guard state == .paused else { return }
        close()
        goneCount = 0
        lastActivityMillis = max(nowMillis, 0)
    }

    // MARK: - Sending

    private mutating func startInWindow(_ now: Int64) -> SendDecision {
        if now < gateMillis { return .waitUntil(millis: gateMillis) }
        if inFlightCount == 0, let last = lastActivityMillis, now - last >= ScheduleLimits.idleMillis {
            window.idled(periodCount: (now - last) / ScheduleLimits.idleMillis)
            lastActivityMillis = now
        }
        guard inFlightCount < window.limit else { return .windowFull }
        inFlightCount += 1
        lastActivityMillis = now
        return .send
    }

    private mutating func startProbe(_ now: Int64) -> SendDecision {
        guard !isProbing else { return .windowFull }
        let due = max(nextProbeMillis, gateMillis)
        guard now >= due else { return .waitUntil(millis: due) }
        isProbing = true
        inFlightCount += 1
        lastActivityMillis = now
        return .probe(candidate: candidate)
    }

    // MARK: - Results

    private mutating func succeeded(wasProbe: Bool, _ now: Int64) -> Action {
        isProven = true
        goneCount = 0
        switch state {
        case .active:
            tally.succeeded(nowMillis: now)
            window.grow()
            return .none
        case .open, .held:
            guard wasProbe else { return .none }
            close()
            return .recovered
        case .paused: return .none
        }
    }

    private mutating func failed(_ result: Finished, _ now: Int64, _ sha256: RetryJitter.Hash) -> Action {
        if result.outcome.shrinksWindow { window.shrink(nowMillis: now) }
        if result.outcome == .gone, countsThirdGone(now) {
            state = .paused
            return .paused
        }
        switch state {
        case .active:
            let isBefore = result.outcome.isBeforeRequest
            let stops = tally.failed(message: result.message, isBeforeRequest: isBefore, nowMillis: now)
            return stops ? open(now, sha256) : .none
        case .open, .held: return result.wasProbe ? probeFailed(result.outcome, now, sha256) : .none
        case .paused: return .none
        }
    }

    private mutating func open(_ now: Int64, _ sha256: RetryJitter.Hash) -> Action {
        state = .open
        openedAtMillis = now
        probeCount = 0
        candidate = 0
        scheduleProbe(now, sha256)
        return .opened(nextProbeMillis: nextProbeMillis)
    }

    private mutating func probeFailed(_ outcome: OutcomeClass, _ now: Int64, _ sha256: RetryJitter.Hash) -> Action {
        if outcome.isClientFault { candidate = (candidate + 1) % ScheduleLimits.probeCandidateCount }
        if now - openedAtMillis >= ScheduleLimits.heldAfterMillis { state = .held }
        probeCount += 1
        scheduleProbe(now, sha256)
        return .probeFailed(nextProbeMillis: nextProbeMillis)
    }

    /// 5 s·2ᵏ up to 300 s, 15 min when held, ±20 %.
    private mutating func scheduleProbe(_ now: Int64, _ sha256: RetryJitter.Hash) {
        let doubled = ScheduleLimits.probeDelayMillis << min(probeCount, 10)
        let base = state == .held ? ScheduleLimits.heldProbeMillis : min(doubled, ScheduleLimits.probeDelayMillisMax)
        let delay = RetryJitter.delayMillis(
            baseMillis: base, endpoint: endpoint, message: "probe", attempt: probeCount, sha256: sha256)
        nextProbeMillis = now + Int64(delay)
    }

    private mutating func close() {
        state = .active
        window.recovered()
        tally.reset()
        probeCount = 0
        candidate = 0
    }

    private mutating func countsThirdGone(_ now: Int64) -> Bool {
        if goneCount == 0 || now - lastGoneMillis >= ScheduleLimits.goneApartMillis {
            goneCount += 1
            lastGoneMillis = now
        }
        return goneCount >= ScheduleLimits.gonePauseCount
    }
}
