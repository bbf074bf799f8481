extension PaidTransaction {
    /// The payment an API v2 message tells of, as API v3 would tell it (wechat-pay §3.1): the same order becomes the same message.
    ///
    /// `total_fee` and `cash_fee` become the order's amount and what was paid; the coupons between them are the discount, as in API v3.
    /// `time_end` is Beijing time without a zone and gets one. A `device_info` of `WEB` names no terminal.
    public static func decode(_ fields: NoticeFields) throws(PaidTransactionError) -> PaidTransaction {
        let subMerchantID = fields.filled("sub_mch_id")
        let isPartner = subMerchantID != nil
        let device = try text("device_info", fields) ?? ""
        let currency = try text("fee_type", fields) ?? "CNY"
        return PaidTransaction(
            mode: isPartner ? .partner : .direct,
            providerMerchantID: isPartner ? try needed("mch_id", fields, NoticeText.isMerchantID) : nil,
            merchantID: try needed(isPartner ? "sub_mch_id" : "mch_id", fields, NoticeText.isMerchantID),
            appID: try text("appid", fields) ?? "", subAppID: isPartner ? try text("sub_appid", fields) : nil,
            outTradeNo: try needed("out_trade_no", fields, NoticeText.isIdentifier),
            transactionID: try needed("transaction_id", fields, NoticeText.isIdentifier),
            tradeType: try needed("trade_type", fields), tradeStateDescription: "",
            bankType: try needed("bank_type", fields),
            attach: try text("attach", fields, byteCountMax: NoticeLimits.textByteCountMax) ?? "",
            successTime: try successTime(fields), payer: try needed("openid", fields),
            subPayer: isPartner ? try text("sub_openid", fields) : nil, amount: try fen("total_fee", fields),
            payerAmount: try fen("cash_fee", fields), currency: currency,
            payerCurrency: try text("cash_fee_type", fields) ?? currency, deviceID: device == "WEB" ? "" : device)
    }

    private static func text(
        _ name: String, _ fields: NoticeFields, byteCountMax: Int = NoticeLimits.shortTextByteCountMax
    ) throws(PaidTransactionError) -> String? {
        guard let value = fields.filled(name) else { return nil }
        guard value.utf8.count <= byteCountMax else { throw .member(name) }
        return value
    }

    private static func needed(
        _ name: String, _ fields: NoticeFields, _ isAllowed: (String) -> Bool = { _ in true }
    ) throws(PaidTransactionError) -> String {
        guard let value = try text(name, fields), isAllowed(value) else { throw .member(name) }
        return value
    }

    /// Decimal digits only, no sign, within the limit; never floating point.
    private static func fen(_ name: String, _ fields: NoticeFields) throws(PaidTransactionError) -> Int64 {
        guard let value = fields.filled(name), value.utf8.count <= NoticeLimits.amountDigitCountMax,
            value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let amount = Int64(value), amount <= NoticeLimits.amountFenMax
        else { throw .member(name) }
        return amount
    }

    /// `20251009165258` becomes `2025-10-09T16:52:58+08:00`.
    private static func successTime(_ fields: NoticeFields) throws(PaidTransactionError) -> String {
        guard let time = fields.filled("time_end"), time.utf8.count == 14 else { throw .member("time_end") }
        let digits = Array(time.utf8)
        func part(_ start: Int, _ count: Int) -> String {
            String(decoding: digits[start..<(start + count)], as: UTF8.self)
        }
        let text = "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))T\(part(8, 2)):\(part(10, 2)):\(part(12, 2))+08:00"
        guard RFC3339.millis(text) != nil else { throw .member("time_end") }
        return text
    }
}
