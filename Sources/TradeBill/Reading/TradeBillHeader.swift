/// The detail header of a bill: where each column stands, and how a line is read by it.
struct TradeBillHeader {
    private(set) var layout = TradeBillLayout.all
    private var columnCount = 0
    /// Where the columns of free text stand side by side; nil where the bill has none, or not so.
    private var texts: Range<Int>?
    /// Position of each column that is read; -1 where the bill lacks it.
    private var positions = [Int](repeating: -1, count: TradeBillColumn.allCases.count)
    /// The name the bill gives each of them.
    private var names = [String](repeating: "", count: TradeBillColumn.allCases.count)

    /// No columns.
    init() {}

    /// Reads a header line.
    init(_ line: ArraySlice<UInt8>, line number: Int) throws(TradeBillError) {
        let names = try BillFields.names(line, line: number)
        columnCount = names.count
        for (position, name) in names.enumerated() {
            guard let column = TradeBillColumn.byName[name] else { continue }
            guard positions[column.rawValue] < 0 else {
                throw .notABill(line: number, reason: "column \(name) stands there twice")
            }
            positions[column.rawValue] = position
            self.names[column.rawValue] = name
        }
        let places = names.indices.filter { TradeBillColumn.freeTexts.contains(names[$0]) }
        if let first = places.first, let last = places.last, last - first + 1 == places.count {
            texts = first..<(last + 1)
        }
        for column in TradeBillColumn.needed where positions[column.rawValue] < 0 {
            throw .notABill(line: number, reason: "column \(column.names[0]) is missing")
        }
        if has(.refundAcceptedTime) {
            layout = .refund
        } else if !has(.refund) {
            layout = .success
        }
    }

    private func has(_ column: TradeBillColumn) -> Bool { positions[column.rawValue] >= 0 }

    /// Reads a detail line.
    func detail(_ text: ArraySlice<UInt8>, line: Int) throws(TradeBillError) -> TradeBillLine {
        let fields = try aligned(BillFields.split(text), line: line)
        for field in fields where field.count > TradeBillLimits.fieldByteCountMax {
            throw .malformed(
                line: line, column: "\((fields.firstIndex { $0.count > TradeBillLimits.fieldByteCountMax } ?? 0) + 1)",
                reason: "longer than the allowed \(TradeBillLimits.fieldByteCountMax) bytes")
        }
        let row = BillRow(header: self, fields: fields, line: line)
        let state = try row.text(.state, byteCountMax: TradeBillLimits.stateByteCountMax)
        let merchant = try row.text(.merchant, byteCountMax: TradeBillLimits.merchantIDByteCountMax)
        // In direct mode the column is 0, empty or missing.
        let sub = try row.optionalText(.subMerchant, byteCountMax: TradeBillLimits.merchantIDByteCountMax)
        let settlement = try row.amount(.settlement)
        return TradeBillLine(
            number: line, kind: Self.kind(state), state: state, timeMillis: try row.time(),
            merchantID: sub.isEmpty || sub == "0" ? merchant : sub,
            transactionID: try row.text(.transaction, byteCountMax: TradeBillLimits.transactionIDByteCountMax),
            outTradeNo: try row.text(.outTradeNo, byteCountMax: TradeBillLimits.orderNumberByteCountMax),
            amount: has(.amount) ? try row.amount(.amount) : settlement, settlementAmount: settlement,
            couponAmount: try row.amount(.coupon), refundAmount: try row.amount(.refund),
            refundRequestedAmount: try row.amount(.refundRequested),
            couponRefundAmount: try row.amount(.couponRefund),
            refundState: try row.optionalText(.refundState, byteCountMax: TradeBillLimits.stateByteCountMax))
    }

    /// The fields, one for each column.
    ///
    /// A goods name that holds a comma and a back-tick gives more fields than there are columns. What stands before the free texts is counted from
    /// the front then, what stands behind them from the back, and all between is theirs.
    private func aligned(
        _ fields: [ArraySlice<UInt8>], line: Int
    ) throws(TradeBillError) -> [ArraySlice<UInt8>] {
        guard fields.count != columnCount else { return fields }
        guard fields.count > columnCount, let texts else {
            throw .fieldCount(line: line, found: fields.count, expected: columnCount)
        }
        var aligned = Array(fields[..<texts.lowerBound])
        aligned.append(contentsOf: [ArraySlice<UInt8>](repeating: [], count: texts.count))
        aligned.append(contentsOf: fields.suffix(columnCount - texts.upperBound))
        return aligned
    }

    private static func kind(_ state: String) -> TradeBillLine.Kind {
        switch state {
        case "SUCCESS": .payment
        case "REFUND": .refund
        case "REVOKED": .revocation
        default: .other
        }
    }

    /// One line by its header.
    private struct BillRow {
        let header: TradeBillHeader
        let fields: [ArraySlice<UInt8>]
        let line: Int

        func field(_ column: TradeBillColumn) -> ArraySlice<UInt8>? {
            let position = header.positions[column.rawValue]
            return position < 0 ? nil : fields[position]
        }

        func malformed(_ column: TradeBillColumn, _ reason: String) -> TradeBillError {
            .malformed(line: line, column: header.names[column.rawValue], reason: reason)
        }

        /// 0 where the layout lacks the column.
        func amount(_ column: TradeBillColumn) throws(TradeBillError) -> Int64 {
            guard let field = field(column) else { return 0 }
            guard let fen = YuanAmount.fen(field, fenMax: TradeBillLimits.amountFenMax) else {
                throw malformed(column, "yuan with at most two decimals, not negative, are needed")
            }
            return fen
        }

        func text(_ column: TradeBillColumn, byteCountMax: Int) throws(TradeBillError) -> String {
            let text = try optionalText(column, byteCountMax: byteCountMax)
            guard !text.isEmpty else { throw malformed(column, "it is empty") }
            return text
        }

        /// Numbers and states are printable ASCII without blanks.
        func optionalText(_ column: TradeBillColumn, byteCountMax: Int) throws(TradeBillError) -> String {
            guard let field = field(column) else { return "" }
            guard field.count <= byteCountMax else {
                throw malformed(column, "longer than the allowed \(byteCountMax) bytes")
            }
            for byte in field where !(0x21...0x7E ~= byte) {
                throw malformed(column, "a character other than printable ASCII")
            }
            return String(decoding: field, as: UTF8.self)
        }

        /// `yyyy-MM-dd HH:mm:ss`, Beijing time.
        func time() throws(TradeBillError) -> Int64 {
            let bytes = Array(field(.time) ?? [])
            guard bytes.count == 19, bytes[10] == UInt8(ascii: " "), bytes[13] == UInt8(ascii: ":"),
                bytes[16] == UInt8(ascii: ":"), let day = BeijingDay(utf8: bytes[0..<10]),
                let hour = BeijingDay.digits(bytes[11..<13]), hour < 24,
                let minute = BeijingDay.digits(bytes[14..<16]), minute < 60,
                let second = BeijingDay.digits(bytes[17..<19]), second < 60
            else { throw malformed(.time, "a time such as 2025-10-09 16:52:58 is needed") }
            return day.startMillis + ((hour * 60 + minute) * 60 + second) * 1_000
        }
    }
}
