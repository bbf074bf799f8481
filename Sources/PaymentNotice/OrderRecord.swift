/// Where an order stands on its way to the merchant.
public enum OrderState: UInt8, Sendable, CaseIterable {
    /// Stored; the merchant has not acknowledged it yet.
    case waiting = 1
    /// Stored; the merchant is not registered, or its endpoint is held.
    case held = 2
    /// The merchant acknowledged it.
    case acknowledged = 3
    /// The ladder ended, or the merchant asked to stop; kept and replayable.
    case dead = 4
}

/// The row of table `orders`: what became of one order. Its key is the transaction id; the store treats the value as
/// opaque bytes. Kept for traces, repeats and reconciliation.
public struct OrderRecord: Sendable, Equatable {
    /// The merchant whose money it is.
    public var merchantID: String
    /// The caller's order number.
    public var outTradeNo: String
    /// Order amount, fen.
    public var amount: Int64
    /// What the payer paid, fen.
    public var payerAmount: Int64
    /// How it first became known.
    public var source: PaymentSource
    /// First receipt, Unix milliseconds.
    public var receivedAtMillis: Int64
    /// When the payer paid, Unix milliseconds; nil in rows that were written before it was kept.
    public var paidAtMillis: Int64?
    /// Whether it was paid while a restriction that prohibits it was in force, as far as that was known when it was stored.
    public var isProhibited = false
    /// How many more times the platform told of it.
    public var repeatCount: UInt32
    /// First attempt to push, Unix milliseconds.
    public var firstPushAtMillis: Int64?
    /// Last attempt to push, Unix milliseconds.
    public var lastPushAtMillis: Int64?
    /// Attempts to push so far.
    public var attemptCount: UInt32
    /// When the next attempt is due, Unix milliseconds.
    public var nextDueAtMillis: Int64?
    /// The merchant's acknowledgement, Unix milliseconds.
    public var acknowledgedAtMillis: Int64?
    /// Where it stands.
    public var state: OrderState
    /// Class of the last outcome, at most 32 bytes.
    public private(set) var lastOutcome: String
    /// SHA-256 of the message, 32 bytes.
    public var bodyHash: [UInt8]

    /// The row of an order received for the first time.
    /// - Parameter bodyHash: SHA-256 of the encoded message.
    public init(_ message: OrderPaymentMessage, bodyHash: [UInt8], receivedAtMillis: Int64, state: OrderState) {
        precondition(bodyHash.count == NoticeLimits.hashByteCount, "SHA-256 has 32 bytes")
        self.init(
            merchantID: message.merchantID, outTradeNo: message.outTradeNo, amount: message.amount,
            payerAmount: message.payerAmount, source: message.source, receivedAtMillis: receivedAtMillis, state: state,
            bodyHash: bodyHash)
        paidAtMillis = message.timestampMillis
    }

    init(
        merchantID: String, outTradeNo: String, amount: Int64, payerAmount: Int64, source: PaymentSource,
        receivedAtMillis: Int64, state: OrderState, bodyHash: [UInt8]
    ) {
        self.merchantID = merchantID
        self.outTradeNo = outTradeNo
        self.amount = amount
        self.payerAmount = payerAmount
        self.source = source
        self.receivedAtMillis = receivedAtMillis
        self.repeatCount = 0
        self.attemptCount = 0
        self.state = state
        self.lastOutcome = ""
        self.bodyHash = bodyHash
    }

    /// Sets the last outcome, cut to 32 bytes at a character's border.
    public mutating func setOutcome(_ text: String) {
        var kept = text
        while kept.utf8.count > NoticeLimits.outcomeByteCountMax { kept = String(kept.unicodeScalars.dropLast()) }
        lastOutcome = kept
    }

    /// Whether a repeated notice of the same transaction tells of something else: another amount, merchant or order
    /// number. Then it is no repeat: keep the first, raise an alarm, answer success (wechat-pay §2.3).
    public func conflicts(with repeated: OrderPaymentMessage) -> Bool {
        amount != repeated.amount || merchantID != repeated.merchantID || outTradeNo != repeated.outTradeNo
    }

    /// As for a message.
    public func conflicts(with repeated: PaidTransaction) -> Bool {
        amount != repeated.amount || merchantID != repeated.merchantID || outTradeNo != repeated.outTradeNo
    }

    /// As for a message.
    public func conflicts(with repeated: OrderRecord) -> Bool {
        amount != repeated.amount || merchantID != repeated.merchantID || outTradeNo != repeated.outTradeNo
    }
}
