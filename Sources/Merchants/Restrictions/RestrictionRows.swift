internal import Engine
internal import MessageModel

/// How cases and the audit trail lie in the state rows of consumer 2.
///
/// | key | value |
/// |---|---|
/// | 1, case id | the case, JSON |
/// | 2, sequence (8 bytes, big-endian) | an audit entry, JSON |
/// | 3 | first and next sequence of the audit trail (8 bytes each, big-endian) |
enum RestrictionRows {
    static let space = RowSpace.state(ConsumerID(rawValue: 2))
    static let casePrefix = Bytes([1])
    static let auditPrefix = Bytes([2])
    static let trailKey = Bytes([3])

    static func caseKey(_ caseID: String) -> Bytes { Bytes([1] + Array(caseID.utf8)) }

    static func auditKey(_ sequence: UInt64) -> Bytes { Bytes([2] + bigEndian(sequence)) }

    /// The number in the last 8 bytes of a key.
    static func auditSequence(_ key: Bytes) -> UInt64? {
        key.count == 9 ? key.slice.dropFirst().reduce(0) { $0 << 8 | UInt64($1) } : nil
    }

    /// Range of the audit trail.
    static func trail(first: UInt64, next: UInt64) -> Bytes { Bytes(bigEndian(first) + bigEndian(next)) }

    /// Reads ``trail(first:next:)``; nil for anything else.
    static func trail(_ value: Bytes) -> (first: UInt64, next: UInt64)? {
        guard value.count == 16 else { return nil }
        let first = value.slice.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let next = value.slice.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return first <= next ? (first, next) : nil
    }

    private static func bigEndian(_ value: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }
    }
}
