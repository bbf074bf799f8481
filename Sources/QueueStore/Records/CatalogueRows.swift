internal import Engine
internal import MessageModel

/// The row of `catalogue` that says what this store is.
struct FormatRow: Equatable, Sendable {
    /// A higher major cannot be read by this program; a higher minor can.
    static let major = 1
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

/// Attributes are tag (1 byte), length (2), value: a reader skips tags it does not know, so a newer minor may add some.
enum QueueRow {
    private static let visibility: UInt8 = 1
    private static let bodyMax: UInt8 = 2

    static func encode(_ entry: QueueEntry, under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 128)
        row.counted(Array(entry.name.text.utf8))
        for (tag, value) in [
            (visibility, entry.attributes.visibilityMillis), (bodyMax, UInt64(entry.attributes.bodyByteCountMax)),
        ] {
            row.u8(tag)
            row.u16(8)
            row.u64(value)
        }
        return row.sealed(under: key)
    }

    static func decode(_ value: RawSpan, id: QueueID, under key: Span<UInt8>) throws(RowFault) -> QueueEntry {
        var row = try RowReader(value, under: key)
        let name = try storedName(&row)
        var attributes = QueueAttributes()
        while row.remaining > 0 {
            let tag = try row.u8()
            let bytes = try row.counted()
            let number = bytes.reduce(0) { $0 << 8 | UInt64($1) }
            if tag == visibility { attributes.visibilityMillis = number }
            if tag == bodyMax { attributes.bodyByteCountMax = Int(number) }
        }
        return QueueEntry(id: id, name: name, attributes: attributes)
    }

    /// A name as it was checked before it was stored.
    static func storedName(_ row: inout RowReader) throws(RowFault) -> EntityName {
        let text = String(decoding: try row.counted(), as: UTF8.self)
        do throws(BrokerError) { return try EntityName(text) } catch { throw .field("name") }
    }
}

/// A topic's name.
enum TopicRow {
    static func encode(_ name: EntityName, under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 80)
        row.counted(Array(name.text.utf8))
        return row.sealed(under: key)
    }

    static func decode(_ value: RawSpan, under key: Span<UInt8>) throws(RowFault) -> EntityName {
        var row = try RowReader(value, under: key)
        return try QueueRow.storedName(&row)
    }
}

/// A subscription: name, tags; topic and queue stand in its key, its place in the order of subscribing in the row.
enum SubscriptionRow {
    static func encode(_ entry: SubscriptionEntry, order: Int, under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 160)
        row.u16(order)
        row.counted(Array(entry.name.text.utf8))
        row.u8(UInt8(entry.filterTags.count))
        for tag in entry.filterTags { row.counted(tag.bytes.slice) }
        return row.sealed(under: key)
    }

    static func decode(
        _ value: RawSpan, queue: QueueID, under key: Span<UInt8>
    ) throws(RowFault) -> (order: Int, entry: SubscriptionEntry) {
        var row = try RowReader(value, under: key)
        let order = try row.u16()
        let name = try QueueRow.storedName(&row)
        var tags: [MessageTag] = []
        for _ in 0..<(try row.u8()) {
            let text = String(decoding: try row.counted(), as: UTF8.self)
            do throws(BrokerError) { tags.append(try MessageTag(text)) } catch { throw .field("tag") }
        }
        return (order, SubscriptionEntry(name: name, queue: queue, filterTags: tags))
    }
}
