/// What the operator's console may ask of the recovery of orders. Thread-safe.
public protocol RecoveryDesk: Sendable {
    /// What is open, what was found.
    func report() async -> RecoveryReport
    /// Asks the platform for an order now, announced or not; a paid one enters before this returns (`wechat-pay.md` §4.2 point 2).
    func ask(merchantID: String, outTradeNo: String) async throws(RecoveryDeskError) -> RecoveryAnswer
}

/// Why an order could not be asked for.
public enum RecoveryDeskError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The merchant or order number cannot be one.
    case badNumber(String)
    /// Too many wait for an answer, or the daemon is stopping.
    case overloaded
    /// The platform gave no usable answer; the text says why.
    case platform(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .badNumber(let text): text
        case .overloaded: "too many questions wait for the platform, or the daemon is stopping; try again later"
        case .platform(let text): text
        }
    }
}

/// What the platform said of one order.
public struct RecoveryAnswer: Sendable, Equatable {
    /// `paid`, `open`, `ended` or `not_found`.
    public var answer: String
    /// The platform's word for it, such as `NOTPAY`; empty where it knows no such order.
    public var tradeState: String
    /// Whether the order was among the announced ones.
    public var wasAnnounced: Bool
    /// The platform's number of a paid order.
    public var transactionID: String?
    /// Its amount, fen.
    public var amountFen: Int64?
    /// What became of a paid order here.
    public var fate: EntryFate?

    /// Joins the members.
    public init(
        answer: String, tradeState: String, wasAnnounced: Bool, transactionID: String? = nil, amountFen: Int64? = nil,
        fate: EntryFate? = nil
    ) {
        self.answer = answer
        self.tradeState = tradeState
        self.wasAnnounced = wasAnnounced
        self.transactionID = transactionID
        self.amountFen = amountFen
        self.fate = fate
    }
}

/// What is open, and what was done since the start.
public struct RecoveryReport: Sendable, Equatable {
    /// The announcements.
    public var announcements = AnnouncementFigures()
    /// Questions under way.
    public var inFlightCount = 0
    /// When the next question is due, Unix milliseconds; nil where nothing waits.
    public var nextDueMillis: Int64?
    /// When the oldest open announcement was made, Unix milliseconds.
    public var oldestAnnouncedMillis: Int64?
    /// Until when nothing is asked because the platform failed or refused more calls, Unix milliseconds.
    public var pausedUntilMillis: Int64?
    /// Answers by kind, from a bounded set.
    public var answers: [(name: String, count: UInt64)] = []
    /// Announcements that ended without a payment, by reason, from a bounded set.
    public var dropped: [(name: String, count: UInt64)] = []
    /// Orders and refunds that entered because they were asked for.
    public var foundOrders: UInt64 = 0
    /// See ``foundOrders``.
    public var foundRefunds: UInt64 = 0
    /// Found ones that were there already: the notice came meanwhile.
    public var duplicates: UInt64 = 0
    /// Found ones that differed from their announcement: an alarm each.
    public var mismatches: UInt64 = 0
    /// Found orders that were paid and refunded since: an alarm each.
    public var refundedOrders: UInt64 = 0
    /// Rows that could not be read at the start.
    public var unreadableRows: UInt64 = 0
    /// The latest found ones, newest first, at most ``PaymentEntryLimits/foundCountMax``.
    public var found: [FoundEntry] = []

    /// Nothing happened yet.
    public init() {}

    /// Member by member.
    public static func == (left: RecoveryReport, right: RecoveryReport) -> Bool {
        left.announcements == right.announcements && left.inFlightCount == right.inFlightCount
            && left.nextDueMillis == right.nextDueMillis && left.oldestAnnouncedMillis == right.oldestAnnouncedMillis
            && left.pausedUntilMillis == right.pausedUntilMillis && left.answers.elementsEqual(right.answers, by: ==)
            && left.dropped.elementsEqual(right.dropped, by: ==) && left.foundOrders == right.foundOrders
            && left.foundRefunds == right.foundRefunds && left.duplicates == right.duplicates
            && left.mismatches == right.mismatches && left.refundedOrders == right.refundedOrders
            && left.unreadableRows == right.unreadableRows
            && left.found == right.found
    }
}

/// An order or refund that was found by asking.
public struct FoundEntry: Sendable, Equatable {
    /// What it is known by.
    public var key: AnnouncementKey
    /// The platform's number: `transaction_id` or `refund_id`.
    public var platformNumber: String
    /// The amount, fen.
    public var amountFen: Int64
    /// When it was announced, Unix milliseconds; nil where it was not.
    public var announcedAtMillis: Int64?
    /// When it was found, Unix milliseconds.
    public var foundAtMillis: Int64
    /// Whether it entered now; false where it was there already.
    public var isNew: Bool

    /// Joins the members.
    public init(
        key: AnnouncementKey, platformNumber: String, amountFen: Int64, announcedAtMillis: Int64?, foundAtMillis: Int64,
        isNew: Bool
    ) {
        self.key = key
        self.platformNumber = platformNumber
        self.amountFen = amountFen
        self.announcedAtMillis = announcedAtMillis
        self.foundAtMillis = foundAtMillis
        self.isNew = isNew
    }
}
