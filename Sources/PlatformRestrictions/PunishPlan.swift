internal import Merchants

/// What a punishment's plan closes. The plan is free text (`wechat-pay.md` §6.4), so this reads words; the platform can be asked for the functions
/// themselves, and an operator can put what is missed.
enum PunishPlan {
    /// The functions that the text names: payments where it speaks of paying, transactions or collecting, refunds where it speaks of refunds. None where
    /// it speaks of neither, as with a longer settlement: the platform itself refuses what it has closed, so what is missed here takes no money.
    static func actions(_ plan: String) -> [LimitedFunction] {
        // The payment score is a product of its own.
        let words = plan.replacing("支付分", with: "")
        var actions: [LimitedFunction] = []
        if ["支付", "交易", "收款"].contains(where: { words.contains($0) }) { actions.append(.noTransaction) }
        if words.contains("退款") { actions.append(.noRefund) }
        return actions
    }
}

/// Texts of the platform made fit for rows, logs and pages.
enum ShownText {
    /// Without control characters, the first bytes, whole characters only.
    static func cut(_ text: String, byteCountMax: Int) -> String {
        var kept = ""
        var count = 0
        for scalar in text.unicodeScalars where scalar.value >= 0x20 && !(0x7F...0x9F ~= scalar.value) {
            count += String(scalar).utf8.count
            guard count <= byteCountMax else { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept
    }

    /// A reason code, or nil where the text is none.
    static func code(_ text: String?) -> String? {
        guard let text, 1...MerchantLimits.reasonCodeByteCountMax ~= text.utf8.count else { return nil }
        let isCode = text.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122: true
            default: "-_.:".utf8.contains(byte)
            }
        }
        return isCode ? text : nil
    }
}
