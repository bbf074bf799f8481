internal import AccessControl
internal import PaymentNotice
internal import PushSchedule

/// What follows an attempt, with the order's next row. Pure.
enum AttemptDecision: Sendable, Equatable {
    /// Done.
    case acknowledged(OrderRecord)
    /// Failed; the next attempt is due after so many milliseconds.
    case retry(OrderRecord, delayMillis: UInt64)
    /// Failed for the last time.
    case dead(OrderRecord)
    /// Not the endpoint's fault: no attempt was used, try again after so many milliseconds.
    case again(delayMillis: UInt64)

    /// Decides by the outcome, the number of the attempt, the merchant's ladder and what the endpoint asked for.
    ///
    /// Delays count from the end of the attempt; a Retry-After holds the whole endpoint, so the order is due at the later of both.
    static func after(_ result: AttemptResult, messageID: String) -> AttemptDecision {
        guard result.outcome.countsAsAttempt, var record = result.record, let endpoint = result.endpoint else {
            return .again(delayMillis: UInt64(max(result.faultDelayMillis, 0)))
        }
        record.attemptCount += 1
        record.firstPushAtMillis = record.firstPushAtMillis ?? result.startedAtMillis
        record.lastPushAtMillis = result.startedAtMillis
        record.nextDueAtMillis = nil
        record.setOutcome(result.outcome.rawValue)
        if result.outcome == .acked {
            record.acknowledgedAtMillis = result.endedAtMillis
            record.state = .acknowledged
            return .acknowledged(record)
        }
        let next = endpoint.ladder.nextDelayMillis(
            afterAttempt: Int(record.attemptCount), endpoint: endpoint.endpointID, message: messageID,
            sha256: Hashes.sha256)
        guard let next, !result.stopsMessage else {
            record.state = .dead
            return .dead(record)
        }
        let delayMillis = max(next, result.retryAfterMillis ?? 0)
        record.state = .waiting
        record.nextDueAtMillis = result.endedAtMillis + Int64(delayMillis)
        return .retry(record, delayMillis: UInt64(delayMillis))
    }
}
