/// One row of a detector's memory. The key's first byte says what it is:
///
/// | key | value |
/// |---|---|
/// | 0 | control: clock, counts, ranges |
/// | 1, first order (8), part (1) | part of a rule set's text, in use from that order on |
/// | 2, merchant id | its history |
/// | 3, decision number (8) | a decision, JSON |
/// | 4, segment (8) | 36 remembered orders |
public struct DetectorRow: Sendable, Equatable {
    /// Its key, 1 to 33 bytes.
    public var key: [UInt8]
    /// Its value, at most 1,909 bytes; nil where the row goes.
    public var value: [UInt8]?

    /// Joins key and value.
    public init(key: [UInt8], value: [UInt8]?) {
        self.key = key
        self.value = value
    }

    /// Keys begin so that have to be read to build a detector again, in this order.
    public static let restoringPrefixes: [[UInt8]] = [[0], [1], [2], [4]]
    /// Keys of decisions begin so.
    public static let decisionPrefix: [UInt8] = [3]
    /// The key of a decision.
    public static func decisionKey(_ number: UInt64) -> [UInt8] { key(3, number) }

    static let controlKey: [UInt8] = [0]
    static func rulesKey(sinceOrder order: UInt64, part: Int) -> [UInt8] { key(1, order) + [UInt8(part)] }
    static func merchantKey(_ id: String) -> [UInt8] { [2] + Array(id.utf8) }
    static func segmentKey(_ segment: UInt64) -> [UInt8] { key(4, segment) }

    private static func key(_ head: UInt8, _ number: UInt64) -> [UInt8] {
        var bytes = [head]
        bytes.append(bigEndian: number)
        return bytes
    }
}

/// What changed since rows were last taken.
struct DetectorChanges: Sendable {
    var control = false
    var rules = false
    var merchants: Set<UInt32> = []

    var isEmpty: Bool { !control && !rules && merchants.isEmpty }
}

/// Why a detector could not be built from rows.
public struct DetectorRowError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    public let description: String
}
