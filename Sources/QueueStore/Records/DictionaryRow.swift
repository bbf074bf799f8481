internal import MessageModel

/// A row of `catalogue` (kind 4, id of the dictionary): what small blocks of one source are deflated with. Written once, before the first block
/// that names it, and never changed or deleted: a block cannot be read without it.
struct DictionaryRow: Equatable, Sendable {
    /// Whose messages it was learned from; the top bit marks a topic.
    var source: SourceID
    /// When it was learned.
    var learnedAt: Timestamp
    /// What it saved on messages it was not learned from, in thousandths.
    var savedPermille: Int
    /// Its bytes, at most ``MessageModel/Limits/dictionaryByteCountMax``.
    var bytes: [UInt8]

    init(source: SourceID, learnedAt: Timestamp, savedPermille: Int, bytes: [UInt8]) {
        self.source = source
        self.learnedAt = learnedAt
        self.savedPermille = savedPermille
        self.bytes = bytes
    }

    /// Where the row stands.
    static func key(_ id: UInt16) -> RowKey { Keys.catalogue(kind: CatalogueKind.dictionary, id: UInt32(id)) }

    /// Reads a key; nil where it names no dictionary.
    static func id(_ key: RawSpan) -> UInt16? {
        guard key.byteCount == 5 else { return nil }
        var reader = RowReader(unsealed: key)
        guard (try? reader.u8()) == CatalogueKind.dictionary, let id = try? reader.u32() else { return nil }
        return 1...UInt32(Limits.dictionaryCountMax) ~= id ? UInt16(id) : nil
    }

    func encoded(under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: bytes.count + 24)
        row.u32(source.rawValue)
        row.u48(learnedAt.milliseconds)
        row.u16(savedPermille)
        row.counted(bytes)
        return row.sealed(under: key)
    }

    init(_ value: RawSpan, under key: Span<UInt8>) throws(RowFault) {
        var row = try RowReader(value, under: key)
        source = SourceID(rawValue: try row.u32())
        learnedAt = Timestamp(milliseconds: try row.u48())
        savedPermille = try row.u16()
        bytes = try row.counted()
        guard 1...Limits.dictionaryByteCountMax ~= bytes.count else { throw .field("dictionary size") }
        try row.done()
    }
}
