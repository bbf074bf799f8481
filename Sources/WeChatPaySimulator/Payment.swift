public import PaymentNotice

/// One planned payment of the simulated world: everything about it but the wall time.
public struct Payment: Sendable, Equatable {
    /// What the platform does with its notice.
    public struct Traits: Sendable, Equatable {
        /// Signed by the public-key-mode key first.
        public var usesPublicKey: Bool
        /// Two copies at the same time.
        public var isSentTwice: Bool
        /// A deliberately wrong signature comes first.
        public var isProbed: Bool
        /// The first delivery gets lost.
        public var isFirstLost: Bool
    }

    /// When the shop asks, milliseconds since the start of the run.
    public let atMillis: Int
    /// How long the shopper takes to pay after the platform's ACK, milliseconds.
    public let shopperMillis: Int
    /// Position of the merchant in the schedule.
    public let merchantIndex: Int
    /// `sub_mchid`.
    public let merchantID: String
    /// The shop.
    public let storeID: String
    /// The till.
    public let deviceID: String
    /// Whether the gate is asked first.
    public let asksGate: Bool
    /// The shop's order number.
    public let outTradeNo: String
    /// The platform's order number.
    public let transactionID: String
    /// The shopper.
    public let payer: String
    /// Order amount, fen.
    public let amount: Int64
    /// What the shopper pays, fen.
    public let payerAmount: Int64
    /// Paying bank.
    public let bankType: String
    /// Whether its merchant made it up.
    public let isFake: Bool
    /// How the notice travels.
    public let traits: Traits

    /// The payment as the platform tells of it.
    /// - Parameter paidAtMillis: Unix milliseconds.
    public func transaction(paidAtMillis: Int64) -> PaidTransaction {
        PaidTransaction(
            mode: .partner, providerMerchantID: SimulatedMerchant.providerMerchantID, merchantID: merchantID,
            appID: SimulatedMerchant.providerAppID, outTradeNo: outTradeNo, transactionID: transactionID,
            tradeType: asksGate ? "NATIVE" : "JSAPI", bankType: bankType, attach: "store=\(storeID)",
            successTime: ChinaTime.text(millis: paidAtMillis), payer: payer, amount: amount, payerAmount: payerAmount,
            deviceID: deviceID)
    }
}

/// Times as the platform writes them: RFC 3339, seconds, `+08:00`.
enum ChinaTime {
    private static let offsetMillis: Int64 = 8 * 3_600_000
    private static let secondsTextCount = 19

    static func text(millis: Int64) -> String {
        RFC3339.utcText(millis: millis + offsetMillis).prefix(secondsTextCount) + "+08:00"
    }
}
