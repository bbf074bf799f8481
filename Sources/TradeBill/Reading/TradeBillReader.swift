/// Reads a trade bill that arrives in parts (wechat-pay §4.1): detail header, detail lines, summary header, summary line.
///
/// A byte-order mark, CRLF or LF line ends and empty lines at the end are taken. Every field of a data line begins with a back-tick, so that a
/// comma inside a goods name separates nothing; header lines have none. Columns are found by name, old layouts' names included.
///
/// Texts of merchants stand in the lines as they are. One that holds what separates fields is read all the same; a line that cannot be read, such as
/// one that a line break in a text cuts in two, is set aside with its number and spoils no other. A bill with too many of them, or with nothing
/// else, is refused. Holds one line and what was set aside at most; one owner at a time. A reader that has thrown is done.
public struct TradeBillReader: Sendable {
    private enum Part {
        case header, details, summary, end
    }

    private var part = Part.header
    private var rest: [UInt8] = []
    private var lineNumber = 0
    private var header = TradeBillHeader()
    private var sums: [(sum: TradeBillSum, name: String)?] = []
    private var stated: [(sum: TradeBillSum, name: String, value: Int64)] = []
    private var totals = TradeBillTotals()
    private var unreadable: [UnreadableLine] = []

    /// A reader before the first byte.
    public init() {}

    /// Which lines the bill has; nil before its header was read.
    public var layout: TradeBillLayout? { part == .header ? nil : header.layout }

    /// Detail lines read so far.
    public var lineCount: Int { totals.lineCount }

    /// Takes the next part of the file and gives the detail lines that it completes.
    ///
    /// - Throws: ``TradeBillError``; the bill is not to be used then.
    /// - Complexity: O(n) in bytes.
    public mutating func read(_ bytes: ArraySlice<UInt8>) throws(TradeBillError) -> [TradeBillLine] {
        var lines: [TradeBillLine] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            if rest.isEmpty {
                try take(bytes[start..<end], into: &lines)
            } else {
                try hold(bytes[start..<end])
                let line = rest
                rest.removeAll(keepingCapacity: true)
                try take(line[...], into: &lines)
            }
            start = end + 1
        }
        try hold(bytes[start...])
        return lines
    }

    /// Ends the bill.
    ///
    /// - Returns: what the bill was found to hold.
    /// - Throws: ``TradeBillError/truncated(line:)`` where the summary line is missing.
    public mutating func finish() throws(TradeBillError) -> TradeBillSummary {
        var lines: [TradeBillLine] = []
        // A last line of data without its end is one that was cut: behind it the summary is missing in any case.
        guard rest.isEmpty || part != .details else { throw .truncated(line: lineNumber + 1) }
        if !rest.isEmpty {
            let line = rest
            rest = []
            try take(line[...], into: &lines)
        }
        guard part == .end else { throw .truncated(line: lineNumber) }
        return TradeBillSummary(
            layout: header.layout, lineCount: totals.lineCount, mismatches: totals.mismatches(stated),
            unreadable: unreadable)
    }

    private mutating func hold(_ bytes: ArraySlice<UInt8>) throws(TradeBillError) {
        guard rest.count + bytes.count <= TradeBillLimits.lineByteCountMax else {
            throw .lineTooLong(line: lineNumber + 1)
        }
        rest.append(contentsOf: bytes)
    }

    private mutating func take(
        _ whole: ArraySlice<UInt8>, into lines: inout [TradeBillLine]
    ) throws(TradeBillError) {
        lineNumber += 1
        guard whole.count <= TradeBillLimits.lineByteCountMax else { throw .lineTooLong(line: lineNumber) }
        var line = whole.last == 0x0D ? whole.dropLast() : whole
        if lineNumber == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        switch part {
        case .header:
            header = try TradeBillHeader(line, line: lineNumber)
            part = .details
        case .details:
            if line.first == BillFields.mark {
                if let read = try detail(line) { lines.append(read) }
            } else if try takeSummaryHeader(line) {
                part = .summary
            }
        case .summary:
            try takeSummary(line)
            part = .end
        case .end:
            guard line.isEmpty else { throw .trailing(line: lineNumber) }
        }
    }

    /// A detail line; nil where it was set aside.
    private mutating func detail(_ line: ArraySlice<UInt8>) throws(TradeBillError) -> TradeBillLine? {
        guard totals.lineCount < TradeBillLimits.lineCountMax else { throw .tooManyLines }
        let read: TradeBillLine
        do throws(TradeBillError) { read = try header.detail(line, line: lineNumber) } catch {
            try setAside(error)
            return nil
        }
        totals.add(read)
        return read
    }

    private mutating func setAside(_ error: TradeBillError) throws(TradeBillError) {
        guard unreadable.count < TradeBillLimits.unreadableLineCountMax else {
            throw .tooManyUnreadable(line: lineNumber)
        }
        unreadable.append(UnreadableLine(number: lineNumber, error: error))
    }

    /// Whether it is the summary header, which is known by its names alone; any other line here is the rest of one that a line break cut.
    private mutating func takeSummaryHeader(_ line: ArraySlice<UInt8>) throws(TradeBillError) -> Bool {
        let names: [String]
        do throws(TradeBillError) { names = try BillFields.names(line, line: lineNumber) } catch {
            try setAside(error)
            return false
        }
        guard names.contains(where: { TradeBillSum.byName[$0] == .count }) else {
            try setAside(
                .notABill(
                    line: lineNumber,
                    reason: "a data line begins with a back-tick, a summary header has a column 总交易单数"))
            return false
        }
        // Where no line can be read it is not one merchant's text that is wrong: the layout is another one.
        if totals.lineCount == 0, let first = unreadable.first { throw first.error }
        sums = names.map { name in TradeBillSum.byName[name].map { ($0, name) } }
        return true
    }

    private mutating func takeSummary(_ line: ArraySlice<UInt8>) throws(TradeBillError) {
        guard !line.isEmpty else { throw .truncated(line: lineNumber) }
        let fields = BillFields.split(line)
        guard fields.count == sums.count else {
            throw .fieldCount(line: lineNumber, found: fields.count, expected: sums.count)
        }
        for (field, column) in zip(fields, sums) {
            guard let (sum, name) = column else { continue }
            let value: Int64?
            if sum == .count {
                value = 1...18 ~= field.count ? BeijingDay.digits(field) : nil
            } else {
                value = YuanAmount.fen(field, fenMax: TradeBillLimits.sumFenMax)
            }
            guard let value else {
                throw .malformed(
                    line: lineNumber, column: name,
                    reason: sum == .count
                        ? "a count is needed" : "yuan with at most two decimals, not negative, are needed")
            }
            stated.append((sum, name, value))
        }
    }
}
