internal import PaymentEntry
internal import WeChatPayAPI

/// What was done since the start.
struct RecoveryCounts: Sendable {
    /// What the platform said, by kind.
    var answers: [String: UInt64] = [:]
    /// Announcements that ended without a payment or result.
    var dropped: [RecoveryEnd: UInt64] = [:]
    var foundOrders: UInt64 = 0
    var foundRefunds: UInt64 = 0
    var duplicates: UInt64 = 0
    var mismatches: UInt64 = 0
    var refundedOrders: UInt64 = 0
    var unreadableRows: UInt64 = 0
    /// The latest found ones, oldest first.
    private(set) var found: [FoundEntry] = []

    /// Counts one that entered, or was there already, and keeps it among the latest.
    mutating func note(_ entry: FoundEntry) {
        switch (entry.isNew, entry.key.kind) {
        case (false, _): duplicates += 1
        case (true, .order): foundOrders += 1
        case (true, .refund): foundRefunds += 1
        }
        if found.count == PaymentEntryLimits.foundCountMax { found.removeFirst() }
        found.append(entry)
    }
}

extension Result where Success == OrderAnswer, Failure == PlatformCallError {
    /// The kind of answer, from a bounded set.
    var kind: String {
        switch self {
        case .success(.paid): "paid"
        case .success(.open): "open"
        case .success(.ended): "ended"
        case .failure(let error): error.shortDescription
        }
    }
}

extension Result where Success == RefundAnswer, Failure == PlatformCallError {
    /// The kind of answer, from a bounded set.
    var kind: String {
        switch self {
        case .success(let refund): RefundOutcome(rawValue: refund.status)?.kind ?? "open"
        case .failure(let error): error.shortDescription
        }
    }
}

/// The states of a refund that are results.
enum RefundOutcome: String {
    case success = "SUCCESS"
    case closed = "CLOSED"
    case abnormal = "ABNORMAL"

    /// The event type of the notice that tells of it.
    var eventType: String { "REFUND." + rawValue }

    /// The kind of answer.
    var kind: String {
        switch self {
        case .success: "refund_success"
        case .closed: "refund_closed"
        case .abnormal: "refund_abnormal"
        }
    }
}

extension PlatformCallError {
    /// What it means for the question.
    var verdict: RecoveryVerdict {
        switch self {
        case .notFound: .notFound
        // Our signature is refused: no other question would fare better.
        case .refused(status: 401, _, _): .failed(isGlobal: true)
        // Another merchant's trouble, not that of all.
        case .refused, .notOurs: .refused
        case .malformedAnswer: .failed(isGlobal: false)
        case .rateLimited, .platformFault, .unreachable, .untrustedAnswer, .notStarted: .failed(isGlobal: true)
        }
    }
}
