internal import Deflate
internal import MessageModel

/// The rows of `once` that hold many first answers: what one group gave, and pieces of sorted runs. Version 1, count 2, entries, CRC32C.
enum OnceRows {
    /// Bytes before the entries.
    static let headByteCount = 3
    /// Bytes around the entries.
    static let frameByteCount = headByteCount + 4

    /// The beginning of a row; entries are appended to it.
    static func begin(_ bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: [1, 0, 0])
    }

    /// Ends a row of `count` entries under `key`: `bytes` are its finished value.
    static func seal(_ bytes: inout [UInt8], count: Int, under key: RowKey) {
        bytes[1] = UInt8(truncatingIfNeeded: count >> 8)
        bytes[2] = UInt8(truncatingIfNeeded: count)
        var checksum = CRC32C()
        checksum.add(key.span)
        checksum.add(bytes.span)
        let value = checksum.value
        for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    /// The entries of a row whose version and checksum are right.
    @_lifetime(copy value)
    static func entries(_ value: RawSpan, under key: Span<UInt8>) throws(RowFault) -> RawSpan {
        _ = try RowReader(value, under: key)
        guard value.byteCount > frameByteCount else { throw .length }
        return body(value)
    }

    /// What stands between head and checksum, whatever it is.
    @_lifetime(copy value)
    static func body(_ value: RawSpan) -> RawSpan {
        value.extracting(min(headByteCount, value.byteCount)..<max(headByteCount, value.byteCount - 4))
    }

    /// Calls `visit` with each entry, in order.
    ///
    /// - Throws: where they are not as many as the row says, or one is none.
    static func each(
        _ value: RawSpan, under key: Span<UInt8>, _ visit: (OnceEntry, RawSpan) -> Void
    ) throws(RowFault) {
        var reader = try RowReader(value, under: key)
        let count = try reader.u16()
        let entries = try entries(value, under: key)
        var offset = 0
        var found = 0
        while offset < entries.byteCount {
            guard let entry = OnceEntry(entries, at: offset) else { throw .field("first answer") }
            visit(entry, entries)
            offset = entry.key.upperBound
            found += 1
        }
        guard found == count else { throw .field("count of first answers") }
    }
}

/// Names the row of `once` with a group's first answers, or one of several.
struct OnceGroupID: Hashable, Comparable {
    /// What its key begins with: such rows stand behind all others of the table, and each behind those of earlier groups.
    static let kind: UInt8 = 0xF0

    let group: UInt64
    let part: Int

    init(group: UInt64, part: Int) {
        self.group = group
        self.part = part
    }

    /// Reads a key; nil where it is none.
    init?(_ key: RawSpan) {
        guard key.byteCount == 11 else { return nil }
        var reader = RowReader(unsealed: key)
        guard let kind = try? reader.u8(), kind == Self.kind, let group = try? reader.u64(),
            let part = try? reader.u16()
        else { return nil }
        self.init(group: group, part: part)
    }

    static func < (left: OnceGroupID, right: OnceGroupID) -> Bool {
        (left.group, left.part) < (right.group, right.part)
    }
}

/// Names a run: first answers of one bucket of expiry, sorted, in rows of about a page. Its rows never change.
struct OnceRunID: Hashable, Comparable {
    /// What keys of its rows begin with.
    static let kind: UInt8 = 0x20

    let bucket: UInt32
    /// How often its answers were merged: 1 for those that came from memory.
    let level: UInt8
    /// Higher than that of any older run.
    let number: UInt64

    init(bucket: UInt32, level: UInt8, number: UInt64) {
        self.bucket = bucket
        self.level = level
        self.number = number
    }

    /// Reads the key of one of its rows; nil where it is none.
    init?(_ key: RawSpan) {
        guard key.byteCount == 34 else { return nil }
        var reader = RowReader(unsealed: key)
        guard let kind = try? reader.u8(), kind == Self.kind, let bucket = try? reader.u32(),
            let level = try? reader.u8(), let number = try? reader.u64()
        else { return nil }
        self.init(bucket: bucket, level: level, number: number)
    }

    static func < (left: OnceRunID, right: OnceRunID) -> Bool {
        (left.bucket, left.level, left.number) < (right.bucket, right.level, right.number)
    }
}

extension [UInt8] {
    /// All of it, for reading.
    var raw: RawSpan {
        @_lifetime(borrow self)
        borrowing get { unsafe span.bytes }
    }
}
