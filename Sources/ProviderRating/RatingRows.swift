internal import Engine
internal import MessageModel

/// How the rating lies in the state rows of consumer 9.
///
/// | key | value |
/// |---|---|
/// | 1, start of the hour (Unix milliseconds, 8 bytes, big-endian) | the hour's sums, JSON |
/// | 2, start of the day in Beijing (the same) | the day's sums, JSON |
enum RatingRows {
    static let space = RowSpace.state(ConsumerID(rawValue: 9))

    /// Hours or days.
    enum Kind: UInt8, Sendable, CaseIterable {
        case hour = 1
        case day = 2
    }

    static func prefix(_ kind: Kind) -> Bytes { Bytes([kind.rawValue]) }

    static func key(_ kind: Kind, startMillis: Int64) -> Bytes {
        let start = UInt64(clamping: startMillis)
        return Bytes(
            [kind.rawValue]
                + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: start >> UInt64($0)) })
    }

    /// The start in a key; nil where it is none of these.
    static func startMillis(_ key: Bytes) -> Int64? {
        guard key.count == 9 else { return nil }
        return Int64(exactly: key.slice.dropFirst().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
