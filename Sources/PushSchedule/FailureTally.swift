/// Decides when results are bad enough to stop sending: ten failures in a row, or 70 % of at least 20 within 30 s.
///
/// One failing message never stops an endpoint: failures that could be the message's own doing count only once a second
/// message has failed too (merchant-push §5).
struct FailureTally: Sendable {
    private struct Bucket {
        var number: Int64 = -1
        var failureCount: UInt32 = 0
        var resultCount: UInt32 = 0
    }

    private var buckets = InlineArray<6, Bucket>(repeating: Bucket())
    private(set) var inARowCount = 0
    private var lastFailedMessage: UInt64?
    private var rowHasSeveralMessages = false
    /// When a failure last had another message than the failure before it.
    private var severalMessagesAtMillis: Int64?

    mutating func succeeded(nowMillis: Int64) {
        inARowCount = 0
        rowHasSeveralMessages = false
        record(isFailure: false, nowMillis)
    }

    /// Returns true when sending should stop.
    mutating func failed(message: UInt64, isBeforeRequest: Bool, nowMillis: Int64) -> Bool {
        if let lastFailedMessage, lastFailedMessage != message {
            severalMessagesAtMillis = nowMillis
            if inARowCount > 0 { rowHasSeveralMessages = true }
        }
        lastFailedMessage = message
        inARowCount += 1
        record(isFailure: true, nowMillis)
        let isLongRow = inARowCount >= ScheduleLimits.failuresInARowMax && (rowHasSeveralMessages || isBeforeRequest)
        return isLongRow || (isBadShare(nowMillis) && (isBeforeRequest || hadSeveralMessages(nowMillis)))
    }

    /// Forgets everything, after the endpoint recovered.
    mutating func reset() {
        self = FailureTally()
    }

    private func hadSeveralMessages(_ nowMillis: Int64) -> Bool {
        let span = ScheduleLimits.resultBucketMillis * Int64(ScheduleLimits.resultBucketCount)
        return severalMessagesAtMillis.map { nowMillis - $0 <= span } ?? false
    }

    private mutating func record(isFailure: Bool, _ nowMillis: Int64) {
        let number = nowMillis / ScheduleLimits.resultBucketMillis
        let index = Int(number % Int64(ScheduleLimits.resultBucketCount))
        if buckets[index].number != number { buckets[index] = Bucket(number: number) }
        buckets[index].resultCount &+= 1
        if isFailure { buckets[index].failureCount &+= 1 }
    }

    private func isBadShare(_ nowMillis: Int64) -> Bool {
        let oldest = nowMillis / ScheduleLimits.resultBucketMillis - Int64(ScheduleLimits.resultBucketCount) + 1
        var failureCount = 0
        var resultCount = 0
        for index in buckets.indices where buckets[index].number >= oldest {
            failureCount += Int(buckets[index].failureCount)
            resultCount += Int(buckets[index].resultCount)
        }
        return resultCount >= ScheduleLimits.failureShareResultCountMin
            && failureCount * 100 >= resultCount * ScheduleLimits.failureSharePercent
    }
}
