internal import AccessControl
internal import CMQProtocol
internal import MessageModel
internal import Synchronization

/// Requests per second of each queue, topic and control action, where the operator set a limit. Thread-safe.
///
/// Counts by the whole second of the server's clock. Of names at most ``QueueAPILimits/rateCountMax`` are held; where all belong to this second,
/// a further name is let through uncounted.
final class RateLimits: Sendable {
    private struct Contents {
        var second: UInt64 = 0
        var counts: [String: Int] = [:]
    }

    private let settings: QueueAPISettings
    private let time: any TimeSource
    private let contents = Mutex(Contents())

    init(settings: QueueAPISettings, time: any TimeSource) {
        self.settings = settings
        self.time = time
    }

    /// Counts one request.
    ///
    /// - Throws: ``CMQProtocol/CMQFault/throttled`` or ``CMQProtocol/CMQFault/controlThrottled``.
    func enter(_ facts: CallFacts) throws(CMQFault) {
        let isControl = facts.family == .control
        guard let most = isControl ? settings.controlRequestsPerSecondMax : settings.messageRequestsPerSecondMax else {
            return
        }
        let name =
            isControl ? facts.action.rawValue : "\(facts.family == .publish ? "t" : "q"):\(facts.entity.lowercased())"
        let second = time.now.milliseconds / 1_000
        let isWithin = contents.withLock { contents in
            if contents.second != second {
                contents.second = second
                contents.counts.removeAll(keepingCapacity: true)
            }
            let count = contents.counts[name] ?? 0
            guard count < most else { return false }
            if count > 0 || contents.counts.count < QueueAPILimits.rateCountMax { contents.counts[name] = count + 1 }
            return true
        }
        guard isWithin else { throw isControl ? .controlThrottled : .throttled }
    }
}
