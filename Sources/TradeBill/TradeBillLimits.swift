/// The bounds of a trade bill and of what is kept of a comparison. A name ends in the unit of its value.
///
/// Lengths come from the documented types (WeChat Pay, trade bill); where a document may be loose the bound here is wider.
public enum TradeBillLimits {
    /// Bytes of one line. A line has 27 fields; the goods name and the caller's own data are the long ones.
    public static let lineByteCountMax = 16_384
    /// Bytes of one field.
    public static let fieldByteCountMax = 4_096
    /// Columns of a header; the widest known layout has 29.
    public static let columnCountMax = 64
    /// Detail lines of one bill. A comparison keeps 8 bytes for each.
    public static let lineCountMax = 20_000_000
    /// Lines among the details that cannot be read and are passed over; with more the file is no bill that can be trusted.
    public static let unreadableLineCountMax = 1_000
    /// Bytes of `transaction_id`; a longer one cannot be the key of an order's row.
    public static let transactionIDByteCountMax = 32
    /// Bytes of an order or refund number.
    public static let orderNumberByteCountMax = 64
    /// Bytes of a merchant number; 8 to 10 digits in practice.
    public static let merchantIDByteCountMax = 32
    /// Bytes of a state.
    public static let stateByteCountMax = 32
    /// One amount in fen: ten billion yuan, far above any real payment.
    public static let amountFenMax: Int64 = 1_000_000_000_000
    /// One sum of the summary in fen; a hundred times it still fits 64 bits, so that reading it never overflows.
    public static let sumFenMax: Int64 = 90_000_000_000_000_000
    /// Bytes of an amount's text: 16 digits before the point, and decimals.
    public static let amountByteCountMax = 24
    /// Findings of one kind that a report lists; more are counted.
    public static let findingCountMax = 10_000
    /// Merchants that a report lists; the others are one line.
    public static let merchantCountMax = 20_000
    /// States of refunds that a report tells apart; the others are one line.
    public static let refundStateCountMax = 32
    /// Bytes of a finding's remark.
    public static let remarkByteCountMax = 200
    /// Bytes of an encoded report: everything above at its largest.
    public static let reportByteCountMax = 268_435_456
    /// Values and names in an encoded report.
    public static let reportNodeCountMax = 16_777_216
    /// Lines of each kind that a page and a text show.
    public static let shownCountMax = 1_000
}
