/// Which callback is sent when: in order per merchant, several merchants at once, each with pauses of its own. Pure.
///
/// A start looks through all lanes; there are as many as merchants with open callbacks, at most ``RiskControlLimits/loadedCallbackCountMax``.
struct CallbackLanes: Sendable {
    private struct Lane: Sendable {
        var waiting: [CallbackMessage] = []
        var tryCount = 0
        var dueAtMillis: Int64 = 0
        var isInFlight = false
    }

    private var lanes: [String: Lane] = [:]
    /// Callbacks in all lanes.
    private(set) var count = 0
    /// Callbacks under way.
    private(set) var inFlightCount = 0

    /// Adds a callback behind the others of its merchant.
    mutating func add(_ message: CallbackMessage) {
        lanes[message.merchantID, default: Lane()].waiting.append(message)
        count += 1
    }

    /// Takes the callback that is due longest and whose merchant has none under way; the smaller number where two are due alike.
    mutating func start(nowMillis: Int64) -> CallbackMessage? {
        guard inFlightCount < RiskControlLimits.callbackInFlightCountMax else { return nil }
        var best: (merchantID: String, dueAtMillis: Int64, number: UInt64)?
        for (merchantID, lane) in lanes where !lane.isInFlight && lane.dueAtMillis <= nowMillis {
            guard let first = lane.waiting.first else { continue }
            if let known = best, (known.dueAtMillis, known.number) < (lane.dueAtMillis, first.number) { continue }
            best = (merchantID, lane.dueAtMillis, first.number)
        }
        guard let best else { return nil }
        lanes[best.merchantID]?.isInFlight = true
        inFlightCount += 1
        return lanes[best.merchantID]?.waiting.first
    }

    /// Takes the result of a try. A callback that was not answered stays first in its lane, due after its pause, or later where the answer asked for it.
    mutating func finished(
        _ message: CallbackMessage, isAnswered: Bool, nowMillis: Int64, retryAfterMillis: Int64? = nil
    ) {
        guard var lane = lanes[message.merchantID], lane.isInFlight else { return }
        inFlightCount -= 1
        lane.isInFlight = false
        if isAnswered {
            lane.waiting.removeFirst()
            lane.tryCount = 0
            lane.dueAtMillis = nowMillis
            count -= 1
        } else {
            let pauses = RiskControlLimits.callbackPausesMillis
            let pause = pauses[min(lane.tryCount, pauses.count - 1)]
            lane.tryCount += 1
            lane.dueAtMillis = nowMillis + max(pause, min(retryAfterMillis ?? 0, pauses[pauses.count - 1]))
        }
        lanes[message.merchantID] = lane.waiting.isEmpty ? nil : lane
    }

    /// When the next try is due; nil where nothing waits that is not under way.
    var nextDueMillis: Int64? {
        guard inFlightCount < RiskControlLimits.callbackInFlightCountMax else { return nil }
        return lanes.values.lazy.filter { !$0.isInFlight }.map(\.dueAtMillis).min()
    }
}
