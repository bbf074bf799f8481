internal import BoundedJSON
internal import PaymentNotice

/// What an announcement is known by: the caller's number, unique within a merchant number (`wechat-pay.md` §2.3).
public struct AnnouncementKey: Sendable, Hashable {
    /// What was announced. The numbers are a part of the rows' format.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// A payment request that was accepted.
        case order = 1
        /// A refund request.
        case refund = 2
    }

    /// What was announced.
    public let kind: Kind
    /// The merchant whose money it is.
    public let merchantID: String
    /// `out_trade_no` or `out_refund_no`.
    public let number: String

    /// Joins the members.
    public init(_ kind: Kind, merchantID: String, number: String) {
        self.kind = kind
        self.merchantID = merchantID
        self.number = number
    }

    /// An order's.
    public static func order(merchantID: String, outTradeNo: String) -> AnnouncementKey {
        AnnouncementKey(.order, merchantID: merchantID, number: outTradeNo)
    }

    /// A refund's.
    public static func refund(merchantID: String, outRefundNo: String) -> AnnouncementKey {
        AnnouncementKey(.refund, merchantID: merchantID, number: outRefundNo)
    }

    /// The refund that a notice of this event type tells of; nil where it tells of none.
    public init?(noticeOf eventType: String, plaintext: [UInt8]) {
        guard NoticeEventTypes.refunds.contains(eventType), let root = try? JSONValue.parse(plaintext),
            let merchantID = (root["sub_mchid"] ?? root["mchid"])?.string, let number = root["out_refund_no"]?.string
        else { return nil }
        self.init(.refund, merchantID: merchantID, number: number)
    }

    /// Whether the platform can be asked for it: letters and digits, in the caller's number also `_ - | * @`, within the bounds. Nothing else can
    /// be the number of an order or refund, so no announcement of another one is kept.
    public var isAskable: Bool {
        let numberMax =
            kind == .order ? PaymentEntryLimits.outTradeNoByteCountMax : PaymentEntryLimits.outRefundNoByteCountMax
        return NoticeText.isMerchantID(merchantID) && 1...numberMax ~= number.utf8.count
            && number.utf8.allSatisfy { NoticeText.isAlphanumeric($0) || Self.marks.contains($0) }
    }

    private static let marks = Array("_-|*@".utf8)
}
