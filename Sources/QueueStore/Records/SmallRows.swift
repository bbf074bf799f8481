internal import MessageModel

/// A row of `refs`: how many `entries` rows share a block. It exists only for shared blocks.
struct BlockOwners: Equatable {
    var count: UInt32

    init(count: UInt32) { self.count = count }

    func encoded(under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 16)
        row.u32(count)
        return row.sealed(under: key)
    }

    init(_ value: RawSpan, under key: Span<UInt8>) throws(RowFault) {
        var row = try RowReader(value, under: key)
        count = try row.u32()
        try row.done()
    }
}

/// A row of `once`: the first answer given under a key. The whole key is compared, not only its hash.
struct OnceRow: Equatable {
    /// First sequence of what was stored.
    var sequence: SequenceNumber
    /// When the answer may be forgotten.
    var expiresAt: Timestamp
    /// The producer's key.
    var key: Bytes

    init(sequence: SequenceNumber, expiresAt: Timestamp, key: Bytes) {
        self.sequence = sequence
        self.expiresAt = expiresAt
        self.key = key
    }

    /// Kind 1 and count 1 leave room for answers of whole requests and batches.
    func encoded(under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 32 + self.key.count)
        write(to: &row)
        return row.sealed(under: key)
    }

    /// The fields, for a writer that is used for many rows.
    func write(to row: inout RowWriter) {
        row.u8(1)
        row.u16(1)
        row.u64(sequence)
        row.u48(expiresAt.milliseconds)
        row.counted(key.slice)
    }

    init(_ value: RawSpan, under key: Span<UInt8>) throws(RowFault) {
        var row = try RowReader(value, under: key)
        guard try row.u8() == 1, try row.u16() == 1 else { throw .field("idempotency kind") }
        sequence = try row.u64()
        expiresAt = Timestamp(milliseconds: try row.u48())
        self.key = Bytes(try row.counted())
        try row.done()
    }
}

/// A row of `state` or `orders`: a consumer's own bytes.
enum ConsumerRow {
    static func encode(_ bytes: Bytes, under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: bytes.count + 8)
        row.raw(bytes.slice)
        return row.sealed(under: key)
    }

    static func decode(_ value: RawSpan, under key: Span<UInt8>) throws(RowFault) -> Bytes {
        var row = try RowReader(value, under: key)
        return Bytes(try row.raw(row.remaining))
    }
}
