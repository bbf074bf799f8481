internal import Deflate
internal import LMDB
internal import MessageModel
internal import Synchronization

/// A block's stored bytes, copied out of the map and checked.
struct StoredBlock {
    let header: BlockHeader
    let bytes: [UInt8]
    /// What it was deflated with, where the header names one.
    var dictionary: BlockDictionary?
}

/// Reads and inflates blocks. Thread-safe.
final class BlockReader: Sendable {
    /// Idle inflaters; each is used by one thread at a time.
    private let idle = Mutex<[InflaterBox]>([])
    /// Dictionaries met so far.
    let book = DictionaryBook()

    private struct InflaterBox: @unchecked Sendable {
        /// Only the thread that took it out of `idle` touches it.
        let inflater: Inflater
    }

    /// Copies a block's parts out and checks length and checksum; nil where there is no such block.
    func load(
        _ id: UInt64, _ tables: Tables, _ transaction: borrowing ReadTransaction
    ) throws(LMDBError) -> Result<StoredBlock, RowFault>? {
        let found = try transaction.withCursor(tables.payloads) { (cursor) throws(LMDBError) in
            try Self.read(id, &cursor)
        }
        guard case .success(var block) = found, block.header.dictionary != 0 else { return found }
        switch try book.dictionary(block.header.dictionary, tables, transaction) {
        case nil: return .failure(.field("dictionary: it is missing"))
        case .failure: return .failure(.field("dictionary: it is damaged"))
        case .success(let dictionary):
            block.dictionary = dictionary
            return .success(block)
        }
    }

    /// The same in the write transaction.
    func load(
        _ id: UInt64, _ tables: Tables, _ transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> Result<StoredBlock, RowFault>? {
        let found = try transaction.withCursor(tables.payloads) { (cursor) throws(LMDBError) in
            try Self.read(id, &cursor)
        }
        guard case .success(var block) = found, block.header.dictionary != 0 else { return found }
        // A dictionary that this very group writes is named by no block yet.
        if let held = book.held(block.header.dictionary) {
            block.dictionary = held
        } else {
            let key = DictionaryRow.key(block.header.dictionary)
            guard let value = try transaction.value(tables.catalogue, forKey: key.span),
                let row = try? DictionaryRow(value, under: key.span)
            else { return .failure(.field("dictionary: it is missing or damaged")) }
            block.dictionary = BlockDictionary(id: block.header.dictionary, bytes: row.bytes)
        }
        return .success(block)
    }

    /// The same at a cursor on `payloads`, without the dictionary.
    static func read(_ id: UInt64, _ cursor: inout Cursor) throws(LMDBError) -> Result<StoredBlock, RowFault>? {
        let key = Keys.payload(block: id, part: 0)
        guard try cursor.seek(atOrAfter: key.span), cursor.isAt(key.span) else { return nil }
        let header: BlockHeader
        let expected: UInt32
        var checksum = CRC32C()
        checksum.add(key.span)
        var bytes: [UInt8] = []
        do throws(RowFault) {
            header = try BlockHeader(cursor.value)
            var reader = RowReader(unsealed: cursor.value.extracting(last: cursor.value.byteCount - 36))
            expected = try reader.u32()
        } catch { return .failure(error) }
        checksum.add(cursor.value.extracting(first: 36))
        bytes.reserveCapacity(header.storedByteCount)
        append(cursor.value.extracting(droppingFirst: BlockHeader.byteCount), to: &bytes)
        for part in 1..<max(1, header.partCount) {
            let next = Keys.payload(block: id, part: part)
            guard try cursor.next(), cursor.isAt(next.span) else { return .failure(.length) }
            append(cursor.value, to: &bytes)
        }
        checksum.add(bytes.span)
        guard bytes.count == header.storedByteCount else { return .failure(.length) }
        guard checksum.value == expected else { return .failure(.checksum) }
        return .success(StoredBlock(header: header, bytes: bytes))
    }

    /// Inflates, with the header's raw length as hard limit.
    func inflate(_ block: StoredBlock) throws(RowFault) -> InflatedBlock {
        let raw = try raw(block, prefixByteCount: nil)
        guard raw.count == block.header.rawByteCount else { throw .length }
        return try InflatedBlock(
            raw: raw, count: block.header.count, source: block.header.source, firstSequence: block.header.firstSequence,
            cutAt: block.header.cutAt, isMerged: block.header.isMerged)
    }

    /// The record index at the block's start: what follows it is not inflated.
    func index(_ block: StoredBlock) throws(RowFault) -> BlockIndex {
        let header = block.header
        let most = RecordIndex.byteCountMax(slotCount: header.count, isMerged: header.isMerged)
        let prefix = try raw(block, prefixByteCount: min(header.rawByteCount, most))
        let index = try RecordIndex(prefix, count: header.count, isMerged: header.isMerged)
        guard index.byteCount + index.recordByteCount == header.rawByteCount else { throw .length }
        return BlockIndex(header: header, index: index)
    }

    /// All raw bytes, or the first ones.
    private func raw(_ block: StoredBlock, prefixByteCount: Int?) throws(RowFault) -> [UInt8] {
        switch (block.header.codec, block.dictionary) {
        case (.stored, _): prefixByteCount.map { Array(block.bytes.prefix($0)) } ?? block.bytes
        case (.deflate, _): try inflate(block, prefixByteCount, nil)
        case (.deflateWithDictionary, let dictionary?): try inflate(block, prefixByteCount, dictionary)
        case (.deflateWithDictionary, nil): throw .field("dictionary: it was not read")
        }
    }

    private func inflate(
        _ block: StoredBlock, _ prefixByteCount: Int?, _ dictionary: BlockDictionary?
    ) throws(RowFault) -> [UInt8] {
        let box = idle.withLock { $0.popLast() }
        do throws(DeflateError) {
            let held: InflaterBox
            if let box { held = box } else { held = InflaterBox(inflater: try Inflater()) }
            defer { idle.withLock { if $0.count < 16 { $0.append(held) } } }
            if let prefixByteCount {
                held.inflater.begin(prefixByteCount: prefixByteCount)
            } else {
                held.inflater.begin(rawByteCount: block.header.rawByteCount)
            }
            if let bytes = dictionary?.bytes { try held.inflater.use(dictionary: bytes.span) }
            try held.inflater.add(block.bytes.span)
            return try held.inflater.finish()
        } catch {
            throw .field("deflate stream")
        }
    }

    private static func append(_ part: RawSpan, to bytes: inout [UInt8]) {
        unsafe part.withUnsafeBytes { buffer in unsafe bytes.append(contentsOf: buffer) }
    }
}
