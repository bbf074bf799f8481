internal import Engine
internal import MessageModel

/// The row of `catalogue` that says what this store is.
struct FormatRow: Equatable, Sendable {
    /// A higher major cannot be read by this program; a higher minor can.
    ///
    /// 2 brought dead letters' origins, sequence lists, merged blocks, dictionaries, sweeps and walks, and counts of acknowledged members.
    /// 3 brought first answers in rows of groups and in sorted runs; those of format 2 stand in rows of their own until they expire.
    static let major = 3
    static let minor = 0

    var major = FormatRow.major
    var minor = FormatRow.minor
    /// Oldest major of a program that can read this store.
    var oldestReader = FormatRow.major
    /// Random words made at creation: idempotency hashes, message ids, receipts.
    var keys: (UInt64, UInt64, UInt64, UInt64)
    var nextQueueID: UInt32 = 1
    var nextTopicID: UInt32 = 1
    var revision: UInt64 = 0
    /// Not of this row but of the store's own counters, which raise it when a backup is opened: receipts of an earlier epoch are void.
    var epoch: UInt32 = 1

    init(keys: (UInt64, UInt64, UInt64, UInt64)) { self.keys = keys }

    static func == (left: FormatRow, right: FormatRow) -> Bool {
        left.keys == right.keys && left.revision == right.revision && left.major == right.major
            && left.minor == right.minor
    }

    func encoded(under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 64)
        row.u16(major)
        row.u16(minor)
        row.u16(oldestReader)
        for word in [keys.0, keys.1, keys.2, keys.3] { row.u64(word) }
        row.u32(nextQueueID)
        row.u32(nextTopicID)
        row.u64(revision)
        return row.sealed(under: key)
    }

    init(_ value: RawSpan, under key: Span<UInt8>) throws(RowFault) {
        var row = try RowReader(value, under: key)
        major = try row.u16()
        minor = try row.u16()
        oldestReader = try row.u16()
        keys = (try row.u64(), try row.u64(), try row.u64(), try row.u64())
        nextQueueID = try row.u32()
        nextTopicID = try row.u32()
        revision = try row.u64()
        // A newer minor may append fields: they are not for this program.
    }
}

/// Rows of `catalogue` by kind.
enum CatalogueKind {
    static let format: UInt8 = 0
    static let queue: UInt8 = 1
    static let topic: UInt8 = 2
    static let subscription: UInt8 = 3
    static let dictionary: UInt8 = 4
    static let formatKey = Keys.catalogue(kind: format, id: 0)
}
