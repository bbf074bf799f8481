internal import Synchronization

/// A restriction on a merchant, as the platform announces it and answers queries (wechat-pay §6.5).
struct PlatformRestriction: Sendable, Equatable {
    let merchantID: String
    /// `business_code` of the message, `limitation_case_id` of the query.
    let caseID: String
    /// `PUNISHMENT`, `RECOVERY`, `DELAYPUNISHMENT`, `PUNISHMENTCANCELLED` or `TEST`.
    let state: String
    /// What is closed, such as `NO_TRANSACTION`.
    let functions: [String]
    /// When it takes effect, Unix milliseconds.
    let atMillis: Int64

    static let states = ["PUNISHMENT", "RECOVERY", "DELAYPUNISHMENT", "PUNISHMENTCANCELLED", "TEST"]
    static let functions = [
        "NO_TRANSACTION", "NO_TRANSACTION_AND_RECHARGE", "NO_PAYMENT", "NO_WITHDRAWAL", "NO_REFUND",
        "NO_PROFIT_SHARING", "NO_PAYMENT_POINT_COMPLETE_ORDER",
    ]
}

/// The restrictions in force or announced, by merchant. Thread-safe; bounded by
/// ``SimulatorLimits/platformRestrictionCountMax``.
final class PlatformRestrictionBook: Sendable {
    private let cases = Mutex<[String: PlatformRestriction]>([:])

    /// Takes an announcement: a punishment is kept until it is lifted or withdrawn.
    /// - Returns: false where the book is full.
    func take(_ restriction: PlatformRestriction) -> Bool {
        cases.withLock { cases in
            switch restriction.state {
            case "PUNISHMENT", "DELAYPUNISHMENT":
                guard cases[restriction.caseID] != nil || cases.count < SimulatorLimits.platformRestrictionCountMax
                else { return false }
                cases[restriction.caseID] = restriction
            case "RECOVERY", "PUNISHMENTCANCELLED": cases[restriction.caseID] = nil
            default: break
            }
            return true
        }
    }

    /// What holds for a merchant, in the order of cases.
    func all(of merchantID: String) -> [PlatformRestriction] {
        cases.withLock { cases in
            cases.values.filter { $0.merchantID == merchantID }.sorted { $0.caseID < $1.caseID }
        }
    }

    /// Whether new payments of the merchant are closed.
    func closesPayments(of merchantID: String, nowMillis: Int64) -> Bool {
        all(of: merchantID).contains {
            $0.atMillis <= nowMillis && !$0.functions.filter { $0.hasPrefix("NO_TRANSACTION") }.isEmpty
        }
    }
}
