/// A payment or refund that was requested and of which nothing was heard yet.
public struct Announcement: Sendable, Equatable {
    /// What it is known by.
    public let key: AnnouncementKey
    /// The amount of the order or refund, fen.
    public let amountFen: Int64
    /// For a refund, the order it belongs to: its `transaction_id` or `out_trade_no`. Empty for an order.
    public let orderNumber: String
    /// When it was announced, Unix milliseconds.
    public let announcedAtMillis: Int64
    /// When nothing can come any more, Unix milliseconds: the order's end, or the longest life of a refund.
    public let endsAtMillis: Int64

    /// Joins the members.
    public init(
        key: AnnouncementKey, amountFen: Int64, orderNumber: String = "", announcedAtMillis: Int64, endsAtMillis: Int64
    ) {
        self.key = key
        self.amountFen = amountFen
        self.orderNumber = orderNumber
        self.announcedAtMillis = announcedAtMillis
        self.endsAtMillis = endsAtMillis
    }
}

/// An announcement in the book.
public struct OpenAnnouncement: Sendable, Equatable {
    /// Its number: unique in the book's life, greater than those of announcements before it.
    public let number: UInt64
    /// What was announced.
    public let announcement: Announcement

    /// Joins the members.
    public init(number: UInt64, announcement: Announcement) {
        self.number = number
        self.announcement = announcement
    }
}

/// What became of an announcement.
public enum AnnouncementOutcome: Sendable, Equatable {
    /// It is open now.
    case added
    /// It was open already; nothing changed.
    case known
    /// It was open already with another amount or end; these stand now.
    case replaced
    /// Too many are open; this one is not remembered, those before it stay.
    case full
    /// The platform cannot be asked for such a number, or for this merchant.
    case unaskable
}

/// What changed in the book since the last look.
public struct AnnouncementChanges: Sendable {
    /// New ones that are still open.
    public var added: [OpenAnnouncement] = []
    /// Numbers of those handed out before that are not open any more.
    public var settled: [UInt64] = []
}

/// What the book holds and took.
public struct AnnouncementFigures: Sendable, Equatable {
    /// Open now.
    public var openCount = 0
    /// Taken since the start.
    public var announced: UInt64 = 0
    /// Of them, taken out because their payment or refund became known.
    public var settled: UInt64 = 0
    /// Announced again while open.
    public var repeated: UInt64 = 0
    /// Not remembered because too many were open: an alarm.
    public var overflowed: UInt64 = 0
    /// Not remembered because the platform cannot be asked for such numbers or merchants.
    public var unaskable: UInt64 = 0
}
