internal import MessageModel

/// The first answers of one group on their way into its rows, which are of bounded length.
struct OnceGroupWriter {
    private let rowByteCountMax: Int
    private var rows: [[UInt8]] = []
    private var counts: [Int] = []
    private var addedCount = 0
    /// Answers that come at least; rows get room for them.
    var expectedCount = 0

    init(rowByteCountMax: Int) { self.rowByteCountMax = rowByteCountMax }

    var isEmpty: Bool { rows.isEmpty }

    /// Adds the answer under a key. O(1).
    mutating func add(_ key: OnceKey, sequence: SequenceNumber, expiresAt: Timestamp) {
        let byteCount = OnceEntry.headByteCount + key.key.bytes.count
        if rows.isEmpty || rows[rows.count - 1].count + byteCount + 4 > rowByteCountMax {
            var row: [UInt8] = []
            row.reserveCapacity(min(rowByteCountMax, 64 + 2 * byteCount * max(1, expectedCount - addedCount)))
            OnceRows.begin(&row)
            rows.append(row)
            counts.append(0)
        }
        OnceEntry.append(
            key.place, key.key.lifetime, key.key.bytes, sequence: sequence, expiresAt: expiresAt,
            to: &rows[rows.count - 1])
        counts[counts.count - 1] += 1
        addedCount += 1
    }

    /// The finished rows of group number `group`.
    mutating func sealed(group: UInt64) -> [SealedRow] {
        var sealed: [SealedRow] = []
        for part in rows.indices {
            let key = Keys.onceGroup(OnceGroupID(group: group, part: part))
            OnceRows.seal(&rows[part], count: counts[part], under: key)
            sealed.append(SealedRow(key: key, value: rows[part]))
        }
        return sealed
    }
}
