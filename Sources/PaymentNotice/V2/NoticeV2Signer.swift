/// Builds API v2 notices as the platform does: the counterpart of `NoticeV2Verifier`, over the same rules.
public struct NoticeV2Signer<Crypto: NoticeV2Crypto>: Sendable {
    /// The key.
    public let crypto: Crypto

    /// Makes a signer.
    public init(crypto: Crypto) {
        self.crypto = crypto
    }

    /// The fields of a payment's notice, without sign. Empty optional fields are left out.
    /// - Parameter nonce: 32 letters and digits in real traffic.
    public static func fields(_ payment: PaidTransaction, nonce: String, namesSignType: V2SignType?) -> NoticeFields {
        var fields = NoticeFields()
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { fields.set(name, value) }
        }
        add("appid", payment.appID)
        add("attach", payment.attach)
        add("bank_type", payment.bankType)
        add("cash_fee", String(payment.payerAmount))
        if payment.discount > 0 {
            add("coupon_count", "1")
            add("coupon_fee", String(payment.discount))
            add("coupon_fee_0", String(payment.discount))
            add("coupon_type_0", "CASH")
        }
        add("device_info", payment.deviceID)
        add("fee_type", payment.currency)
        add("is_subscribe", "N")
        add("mch_id", payment.mode == .partner ? payment.providerMerchantID : payment.merchantID)
        add("nonce_str", nonce)
        add("openid", payment.payer)
        add("out_trade_no", payment.outTradeNo)
        add("result_code", "SUCCESS")
        add("return_code", "SUCCESS")
        add("sign_type", namesSignType?.rawValue)
        if payment.mode == .partner {
            add("sub_appid", payment.subAppID)
            add("sub_mch_id", payment.merchantID)
            add("sub_openid", payment.subPayer)
        }
        add("time_end", RFC3339.beijingDigits(millis: payment.paidAtMillis))
        add("total_fee", String(payment.amount))
        add("trade_type", payment.tradeType)
        add("transaction_id", payment.transactionID)
        return fields
    }

    /// The request body: the fields and their sign, text in CDATA, amounts without, as the platform writes them.
    public func body(_ fields: NoticeFields, signType: V2SignType) -> [UInt8] {
        var signed = fields
        signed.set(V2Canonical.signField, crypto.sign(signType, message: V2Canonical.message(fields)))
        return FlatXMLWriter.write(signed)
    }
}
