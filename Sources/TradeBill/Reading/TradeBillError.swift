/// Why bytes are not a trade bill. Line numbers count from 1, columns are named as the bill names them.
public enum TradeBillError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A line above ``TradeBillLimits/lineByteCountMax``.
    case lineTooLong(line: Int)
    /// More detail lines than ``TradeBillLimits/lineCountMax``.
    case tooManyLines
    /// More lines among the details that cannot be read than ``TradeBillLimits/unreadableLineCountMax``; the line is the last of them.
    case tooManyUnreadable(line: Int)
    /// The first line is no header of a trade bill: it lacks this column, or has columns twice or too many; by what is wrong.
    case notABill(line: Int, reason: String)
    /// A line with another number of fields than its header.
    case fieldCount(line: Int, found: Int, expected: Int)
    /// A field that is not what its column holds.
    case malformed(line: Int, column: String, reason: String)
    /// The bytes end before the summary line: the bill is cut off.
    case truncated(line: Int)
    /// There is more behind the summary line.
    case trailing(line: Int)

    /// What was wrong and what is allowed; shows no field's content.
    public var description: String {
        switch self {
        case .lineTooLong(let line):
            "line \(line) is longer than the allowed \(TradeBillLimits.lineByteCountMax) bytes"
        case .tooManyLines: "the bill has more than the allowed \(TradeBillLimits.lineCountMax) detail lines"
        case .tooManyUnreadable(let line):
            "more than the allowed \(TradeBillLimits.unreadableLineCountMax) lines are neither details nor the summary header, the last is line \(line)"
        case .notABill(let line, let reason): "line \(line) is no header of a trade bill: \(reason)"
        case .fieldCount(let line, let found, let expected):
            "line \(line) has \(found) fields: its header has \(expected) columns, each field begins with a back-tick"
        case .malformed(let line, let column, let reason): "line \(line), column \(column): \(reason)"
        case .truncated(let line): "the bill is cut off behind line \(line): its summary line is missing"
        case .trailing(let line): "line \(line) stands behind the summary line, which is the last of a bill"
        }
    }
}
