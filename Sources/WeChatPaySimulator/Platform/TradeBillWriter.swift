/// Writes trade bills as the platform does: UTF-8 with a byte-order mark, CRLF, a back-tick before every field of data, amounts in yuan by
/// integer arithmetic (wechat-pay §4.1). Pure.
enum TradeBillWriter {
    /// The file.
    static func write(_ lines: [BillLine], kind: BillKind) -> [UInt8] {
        let columns = kind.columns
        var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
        bytes.reserveCapacity(1_024 + lines.count * 360)
        append(columns.map(\.rawValue), mark: "", to: &bytes)
        for line in lines { append(columns.map(line.text), mark: "`", to: &bytes) }
        append(kind.summaryColumns, mark: "", to: &bytes)
        append(summary(lines, kind), mark: "`", to: &bytes)
        return bytes
    }

    private static func summary(_ lines: [BillLine], _ kind: BillKind) -> [String] {
        let amount = Format.yuan(lines.reduce(0) { $0 + $1.amount })
        let refunds = Format.yuan(lines.reduce(0) { $0 + $1.refundAmount })
        let fee = BillLine.feeText(lines.reduce(0) { $0 + $1.feeUnits })
        let count = String(lines.count)
        return kind == .success
            ? [count, amount, fee, amount] : [count, amount, refunds, "0.00", fee, amount, refunds]
    }

    private static func append(_ fields: [String], mark: String, to bytes: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: mark.utf8)
            bytes.append(contentsOf: field.utf8)
        }
        bytes.append(0x0D)
        bytes.append(0x0A)
    }
}
