/// Cuts lines of a bill into fields.
enum BillFields {
    /// What every field of a data line begins with.
    static let mark = UInt8(ascii: "`")
    private static let comma = UInt8(ascii: ",")

    /// The fields of a data line that begins with the mark, without their marks. A comma separates only where a mark follows. A line without a mark in
    /// front has no fields.
    static func split(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        guard line.first == mark else { return [] }
        var fields: [ArraySlice<UInt8>] = []
        fields.reserveCapacity(32)
        var start = line.startIndex + 1
        var position = start
        let last = line.endIndex - 1
        while position < last {
            if line[position] == comma, line[position + 1] == mark {
                fields.append(line[start..<position])
                start = position + 2
                position = start
            } else {
                position += 1
            }
        }
        fields.append(line[start...])
        return fields
    }

    /// The names in a header line.
    static func names(_ line: ArraySlice<UInt8>, line number: Int) throws(TradeBillError) -> [String] {
        var names: [String] = []
        for name in line.split(separator: comma, omittingEmptySubsequences: false) {
            guard names.count < TradeBillLimits.columnCountMax else {
                throw .notABill(line: number, reason: "more than \(TradeBillLimits.columnCountMax) columns")
            }
            guard let text = String(validating: name, as: UTF8.self) else {
                throw .notABill(line: number, reason: "it is not UTF-8")
            }
            names.append(text)
        }
        return names
    }
}
