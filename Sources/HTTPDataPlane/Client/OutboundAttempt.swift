internal import NIOCore

/// One attempt under way: what is asked, where its time went, and the one chance to finish it.
///
/// Confined to its event loop.
final class OutboundAttempt {
    let request: OutboundRequest
    let key: OutboundKey
    let ticket: OutboundTicket
    let timeLimits: OutboundTimeLimits
    let startedAt: NIODeadline
    var timings = OutboundTimings()
    /// Set when a reused connection broke: this attempt takes a new one, and only once.
    var reconnected = false
    /// True while a place among the connections is reserved for a connection that does not stand yet.
    var holdsSlot = false
    /// Vetted addresses that were not tried yet.
    var addressesLeft: [IPAddress] = []
    /// The channel being opened for this attempt.
    var channel: (any Channel)?
    /// The connection that carries the request.
    var connection: OutboundConnection?
    private(set) var isDone = false
    private let continuation: CheckedContinuation<OutboundSubmission.Outcome, Never>
    private var totalTimer: Scheduled<Void>?
    private var phaseTimer: Scheduled<Void>?
    private var phaseStartedAt: NIODeadline

    init(_ submission: OutboundSubmission, settings: OutboundSettings, now: NIODeadline) {
        request = submission.request
        key = OutboundKey(submission.request.url)
        ticket = submission.ticket
        timeLimits = submission.request.timeLimits ?? settings.timeLimits
        continuation = submission.continuation
        startedAt = now
        phaseStartedAt = now
    }

    /// Starts the clock of the whole attempt.
    func startTotalTimer(on loop: any EventLoop, _ onTimeout: @escaping () -> Void) {
        let limit = TimeAmount.milliseconds(Int64(timeLimits.totalMillis))
        totalTimer = loop.assumeIsolated().scheduleTask(in: limit, onTimeout)
    }

    /// Starts the clock of one phase and ends the one before.
    func startPhase(_ millis: Int, on loop: any EventLoop, _ onTimeout: @escaping () -> Void) {
        phaseTimer?.cancel()
        phaseStartedAt = loop.now
        phaseTimer = loop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(millis)), onTimeout)
    }

    /// Ends the phase; returns how long it took.
    func endPhase(now: NIODeadline) -> Int {
        phaseTimer?.cancel()
        phaseTimer = nil
        return Self.micros(from: phaseStartedAt, to: now)
    }

    /// Finishes the attempt; only the first call counts.
    func finish(_ outcome: OutboundSubmission.Outcome) {
        guard !isDone else { return }
        isDone = true
        totalTimer?.cancel()
        phaseTimer?.cancel()
        totalTimer = nil
        phaseTimer = nil
        continuation.resume(returning: outcome)
    }

    static func micros(from start: NIODeadline, to end: NIODeadline) -> Int {
        Int(max((end - start).nanoseconds, 0) / 1_000)
    }
}
