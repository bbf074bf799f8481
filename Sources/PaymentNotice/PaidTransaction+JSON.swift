public import BoundedJSON

/// Why a text is not a paid transaction.
public enum PaidTransactionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text is not JSON.
    case notJSON(JSONErrorReason, byteOffset: Int)
    /// A member is missing, of the wrong type, or outside its bounds; by its path.
    case member(String)

    /// What was wrong and what is allowed; shows no value of the text.
    public var description: String {
        switch self {
        case .notJSON(let reason, let offset): "the transaction is not JSON at byte \(offset): \(reason.sentence)"
        case .member(let path): "the transaction's member \(path) is missing, of the wrong type or out of bounds"
        }
    }
}

extension PaidTransaction {
    /// Reads the plaintext of a payment notice, or the answer of an order query about a paid order.
    ///
    /// Unknown members are passed over. The state is read, not judged: see `isConsistentSuccess`.
    public static func decode(_ plaintext: [UInt8]) throws(PaidTransactionError) -> PaidTransaction {
        let root: JSONValue
        do {
            root = try JSONValue.parse(plaintext)
        } catch {
            throw .notJSON(error.reason, byteOffset: error.byteOffset)
        }
        guard root.isObject else { throw .member("(the whole)") }
        return try decode(MemberReader(root: root))
    }

    private static func decode(_ reader: MemberReader) throws(PaidTransactionError) -> PaidTransaction {
        let isPartner = reader.has("sp_mchid")
        let successTime = try reader.text("success_time")
        guard RFC3339.millis(successTime) != nil else { throw .member("success_time") }
        return PaidTransaction(
            mode: isPartner ? .partner : .direct,
            providerMerchantID: isPartner ? try reader.merchantID("sp_mchid") : nil,
            merchantID: try reader.merchantID(isPartner ? "sub_mchid" : "mchid"),
            appID: try reader.optionalText(isPartner ? "sp_appid" : "appid") ?? "",
            subAppID: isPartner ? try reader.optionalText("sub_appid") : nil,
            outTradeNo: try reader.identifier("out_trade_no"),
            transactionID: try reader.identifier("transaction_id"),
            tradeType: try reader.text("trade_type"), tradeState: try reader.text("trade_state"),
            tradeStateDescription: try reader.optionalText(
                "trade_state_desc", byteCountMax: NoticeLimits.textByteCountMax) ?? "",
            bankType: try reader.text("bank_type"),
            attach: try reader.optionalText("attach", byteCountMax: NoticeLimits.textByteCountMax) ?? "",
            successTime: successTime,
            payer: try reader.text("payer", isPartner ? "sp_openid" : "openid"),
            subPayer: isPartner ? try reader.optionalText("payer", "sub_openid") : nil,
            amount: try reader.fen("amount", "total"), payerAmount: try reader.fen("amount", "payer_total"),
            currency: try reader.text("amount", "currency"),
            payerCurrency: try reader.optionalText("amount", "payer_currency") ?? "",
            deviceID: try reader.optionalText("scene_info", "device_id") ?? "")
    }

    /// The resource plaintext, or order query answer, in the platform's member order. Optional members that are
    /// empty are left out, except `attach`.
    public func encode() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writeParties(to: &writer)
        writer.member("out_trade_no", outTradeNo)
        writer.member("transaction_id", transactionID)
        writer.member("trade_type", tradeType)
        writer.member("trade_state", tradeState)
        writer.member("trade_state_desc", tradeStateDescription)
        writer.member("bank_type", bankType)
        writer.member("attach", attach)
        writer.member("success_time", successTime)
        writePayerAndAmount(to: &writer)
        if !deviceID.isEmpty {
            writer.key("scene_info")
            writer.beginObject()
            writer.member("device_id", deviceID)
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }

    private func writeParties(to writer: inout JSONWriter) {
        switch mode {
        case .partner:
            writer.member("sp_appid", appID)
            writer.member("sp_mchid", providerMerchantID ?? "")
            if let subAppID { writer.member("sub_appid", subAppID) }
            writer.member("sub_mchid", merchantID)
        case .direct:
            writer.member("mchid", merchantID)
            writer.member("appid", appID)
        }
    }

    private func writePayerAndAmount(to writer: inout JSONWriter) {
        writer.key("payer")
        writer.beginObject()
        writer.member(mode == .partner ? "sp_openid" : "openid", payer)
        if let subPayer { writer.member("sub_openid", subPayer) }
        writer.endObject()
        writer.key("amount")
        writer.beginObject()
        writer.member("total", amount)
        writer.member("payer_total", payerAmount)
        writer.member("currency", currency)
        writer.member("payer_currency", payerCurrency)
        writer.endObject()
    }
}
