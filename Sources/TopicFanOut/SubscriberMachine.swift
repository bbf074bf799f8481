internal import CMQProtocol
internal import MessageModel

/// Decides what one subscriber is sent, and when: pure, times are the caller's.
///
/// Messages are pulled in the order of the queue. While nothing fails, as many go out at once as the window says: it begins at 1 and doubles with
/// every full window that was taken. What failed has a record; the first such message is tried again when its ladder says, alone, and everything
/// behind it waits (`cmq-protocol.md` §4.6).
struct SubscriberMachine: Sendable {
    /// What to do with pulled messages, by their index.
    struct Plan: Sendable, Equatable {
        /// Their time is over.
        var expired: [Int] = []
        /// To be sent now.
        var attempts: [Int] = []
        /// To be given back.
        var rest: [Int] = []
        /// Nothing is to be sent before this moment.
        var waitsUntil: Timestamp?
        /// Records whose messages are no longer there.
        var stale: [PushPlace] = []
    }

    /// What follows a push.
    enum Verdict: Sendable, Equatable {
        /// The message leaves the queue; whether there was a record.
        case delivered(hadRecord: Bool)
        /// It stays, with this record.
        case retry(PushRecord)
        /// Its ladder has ended after so many attempts.
        case exhausted(attemptCount: Int, hadRecord: Bool)
        /// It stays, nothing was used up.
        case unsent
    }

    /// Failing messages.
    private(set) var records: [PushPlace: PushRecord] = [:]
    /// Nothing is sent before this moment, after a fault of ours.
    private(set) var holdUntil = Timestamp.zero
    /// Since when pushes fail without one that was taken; nil where the last one was, or none was made yet.
    private(set) var failingSince: Timestamp?
    private var window = 1
    private var isProven = false
    private var meanLatencyMillis: Double?

    /// A subscriber with what the disk remembers of it.
    init(records: [PushPlace: PushRecord] = [:]) {
        self.records = records
        failingSince = records.values.map(\.failingSince).min()
    }

    /// Whether it shares the slots of those that fail, are slow or have accepted nothing yet.
    var isSlow: Bool { !isProven || failingSince != nil || isSlowToAnswer }

    private var isSlowToAnswer: Bool { (meanLatencyMillis ?? 0) > TopicFanOutLimits.slowLatencyMillis }

    /// How many messages to pull.
    var pullCount: Int {
        guard records.isEmpty else { return 1 }
        return min(window, isSlowToAnswer ? TopicFanOutLimits.windowMaxSlow : TopicFanOutLimits.windowMax)
    }

    /// The failing message that is tried next.
    var nextRecord: PushRecord? { records.values.min { $0.dueAt < $1.dueAt } }

    /// Plans a batch, in the order of the queue. An empty one means that the queue holds nothing.
    mutating func plan(
        _ batch: [(place: PushPlace, takenAt: Timestamp)], now: Timestamp, lifeMillis: UInt64
    ) -> Plan {
        var plan = Plan()
        for (index, message) in batch.enumerated() {
            if now.millisecondsSince(message.takenAt) >= lifeMillis {
                plan.expired.append(index)
            } else {
                plan.rest.append(index)
            }
        }
        let first = plan.rest.first.map { batch[$0].place }
        if batch.isEmpty || first.map({ records[$0] == nil }) ?? false {
            // Records belong to the first messages of the queue: these are no longer there. Were one of them, its ladder would only get longer.
            let expired = Set(plan.expired.map { batch[$0].place })
            plan.stale = records.keys.filter { !expired.contains($0) }
            for place in plan.stale { records[place] = nil }
        }
        guard let first else { return plan }
        let due = max(holdUntil, records[first]?.dueAt ?? .zero)
        guard due <= now else {
            plan.waitsUntil = due
            return plan
        }
        plan.attempts = records[first] == nil ? plan.rest : [plan.rest[0]]
        plan.rest.removeFirst(plan.attempts.count)
        return plan
    }

    /// A message left the queue without a push.
    mutating func forget(_ place: PushPlace) { records[place] = nil }

    /// Nothing is sent before `moment`.
    mutating func hold(until moment: Timestamp) { holdUntil = max(holdUntil, moment) }

    /// Takes in what pushes that went out together came to; verdicts are in order.
    mutating func ended(
        _ results: [(place: PushPlace, outcome: PushOutcome, latencyMillis: UInt64)], ladder: NotifyLadder,
        now: Timestamp, random: (ClosedRange<UInt64>) -> UInt64
    ) -> [Verdict] {
        let width = pullCount
        let verdicts = results.map { result -> Verdict in
            switch result.outcome {
            case .delivered:
                measure(result.latencyMillis)
                return .delivered(hadRecord: records.removeValue(forKey: result.place) != nil)
            case .failed(let text, _):
                measure(result.latencyMillis)
                return failed(result.place, text, ladder, now, random)
            case .notSent(_, let delayMillis):
                if delayMillis > 0 { hold(until: now.adding(milliseconds: delayMillis)) }
                return .unsent
            }
        }
        note(verdicts, width: width, now)
        return verdicts
    }

    private mutating func note(_ verdicts: [Verdict], width: Int, _ now: Timestamp) {
        var takenCount = 0
        var hasFailed = false
        for verdict in verdicts {
            switch verdict {
            case .delivered: takenCount += 1
            case .retry, .exhausted: hasFailed = true
            case .unsent: break
            }
        }
        if hasFailed {
            window = 1
            failingSince = failingSince ?? now
        } else if takenCount > 0 {
            isProven = true
            failingSince = records.values.map(\.failingSince).min()
            if takenCount >= width { window = min(window * 2, TopicFanOutLimits.windowMax) }
        }
    }

    private mutating func failed(
        _ place: PushPlace, _ outcome: String, _ ladder: NotifyLadder, _ now: Timestamp,
        _ random: (ClosedRange<UInt64>) -> UInt64
    ) -> Verdict {
        let known = records[place]
        let count = (known?.attemptCount ?? 0) + 1
        guard let delay = ladder.delayMillis(afterAttempt: count, random: random) else {
            records[place] = nil
            return .exhausted(attemptCount: count, hadRecord: known != nil)
        }
        let record = PushRecord(
            attemptCount: count, dueAt: now.adding(milliseconds: delay), failingSince: known?.failingSince ?? now,
            outcome: outcome)
        records[place] = record
        return .retry(record)
    }

    private mutating func measure(_ latencyMillis: UInt64) {
        let latest = Double(latencyMillis)
        meanLatencyMillis = meanLatencyMillis.map { $0 * 0.8 + latest * 0.2 } ?? latest
    }
}
