internal import Engine
internal import MessageModel

/// Attributes of an entity as stored: tag (1 byte), length (2), value. A reader skips tags it does not know, so a newer minor may add some.
enum AttributeTag {
    static let visibility: UInt8 = 1
    static let bodyMax: UInt8 = 2
    static let poll: UInt8 = 3
    static let retention: UInt8 = 4
    static let rewind: UInt8 = 5
    static let messageCountMax: UInt8 = 6
    static let byteCountMax: UInt8 = 7
    /// Dead-letter queue 4, deliveries 2 (0: no rule), age 8 (0: no rule).
    static let deadLetter: UInt8 = 8
    static let paused: UInt8 = 9
    static let traced: UInt8 = 10
    static let createdAt: UInt8 = 11
    static let changedAt: UInt8 = 12
    static let routing: UInt8 = 13
    static let bindingKey: UInt8 = 14
    static let annotation: UInt8 = 15
}

extension RowWriter {
    mutating func attribute(_ tag: UInt8, _ number: UInt64) {
        u8(tag)
        u16(8)
        u64(number)
    }

    mutating func attribute(_ tag: UInt8, _ bytes: some Collection<UInt8>) {
        u8(tag)
        counted(bytes)
    }

    /// Times that nobody wrote down stay away.
    mutating func attributes(_ times: EntityTimes) {
        guard times != .unknown else { return }
        attribute(AttributeTag.createdAt, times.createdAt.milliseconds)
        attribute(AttributeTag.changedAt, times.changedAt.milliseconds)
    }
}

/// One attribute as read.
struct StoredAttribute {
    let tag: UInt8
    let bytes: [UInt8]

    /// The value as a number.
    var number: UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// Reads all attributes up to the row's end.
    static func all(_ row: inout RowReader) throws(RowFault) -> [StoredAttribute] {
        var found: [StoredAttribute] = []
        while row.remaining > 0 { found.append(StoredAttribute(tag: try row.u8(), bytes: try row.counted())) }
        return found
    }
}

extension [StoredAttribute] {
    func number(_ tag: UInt8) -> UInt64? { first { $0.tag == tag }?.number }

    var times: EntityTimes {
        EntityTimes(
            createdAt: Timestamp(milliseconds: number(AttributeTag.createdAt) ?? 0),
            changedAt: Timestamp(milliseconds: number(AttributeTag.changedAt) ?? 0))
    }
}

/// A queue: name, then attributes. What has its default is not written.
enum QueueRow {
    static func encode(_ entry: QueueEntry, under key: RowKey) -> [UInt8] {
        let attributes = entry.attributes
        var row = RowWriter(reserving: 192)
        row.counted(Array(entry.name.text.utf8))
        row.attribute(AttributeTag.visibility, attributes.visibilityMillis)
        row.attribute(AttributeTag.bodyMax, UInt64(attributes.bodyByteCountMax))
        if attributes.pollMillis > 0 { row.attribute(AttributeTag.poll, attributes.pollMillis) }
        if let retention = attributes.retentionMillis { row.attribute(AttributeTag.retention, retention) }
        if attributes.rewindMillis > 0 { row.attribute(AttributeTag.rewind, attributes.rewindMillis) }
        if let most = attributes.messageCountMax { row.attribute(AttributeTag.messageCountMax, most) }
        if let most = attributes.byteCountMax { row.attribute(AttributeTag.byteCountMax, most) }
        if let policy = attributes.deadLetter { row.attribute(AttributeTag.deadLetter, encode(policy)) }
        if attributes.isPaused { row.attribute(AttributeTag.paused, 1) }
        if attributes.isTraced { row.attribute(AttributeTag.traced, 1) }
        row.attributes(entry.times)
        return row.sealed(under: key)
    }

    private static func encode(_ policy: DeadLetterPolicy) -> [UInt8] {
        var bytes = RowKey()
        bytes.append(u32: policy.queue.rawValue)
        bytes.append(u16: UInt16(policy.deliveryCountMax ?? 0))
        bytes.append(u64: policy.ageMillisMax ?? 0)
        return (0..<bytes.count).map { bytes.span[$0] }
    }

    static func decode(_ value: RawSpan, id: QueueID, under key: Span<UInt8>) throws(RowFault) -> QueueEntry {
        var row = try RowReader(value, under: key)
        let name = try storedName(&row)
        let stored = try StoredAttribute.all(&row)
        var attributes = QueueAttributes()
        if let found = stored.number(AttributeTag.visibility) { attributes.visibilityMillis = found }
        if let found = stored.number(AttributeTag.bodyMax) { attributes.bodyByteCountMax = Int(clamping: found) }
        attributes.pollMillis = stored.number(AttributeTag.poll) ?? 0
        attributes.retentionMillis = stored.number(AttributeTag.retention)
        attributes.rewindMillis = stored.number(AttributeTag.rewind) ?? 0
        attributes.messageCountMax = stored.number(AttributeTag.messageCountMax)
        attributes.byteCountMax = stored.number(AttributeTag.byteCountMax)
        attributes.isPaused = stored.number(AttributeTag.paused) ?? 0 != 0
        attributes.isTraced = stored.number(AttributeTag.traced) ?? 0 != 0
        if let found = stored.first(where: { $0.tag == AttributeTag.deadLetter }) {
            attributes.deadLetter = try policy(found.bytes)
        }
        return QueueEntry(id: id, name: name, attributes: attributes, times: stored.times)
    }

    private static func policy(_ bytes: [UInt8]) throws(RowFault) -> DeadLetterPolicy {
        guard bytes.count == 14 else { throw .field("dead-letter policy") }
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        let (deliveries, age) = (Int(number(4..<6)), number(6..<14))
        return DeadLetterPolicy(
            queue: QueueID(rawValue: UInt32(number(0..<4))), deliveryCountMax: deliveries == 0 ? nil : deliveries,
            ageMillisMax: age == 0 ? nil : age)
    }

    /// A name as it was checked before it was stored.
    static func storedName(_ row: inout RowReader) throws(RowFault) -> EntityName {
        let text = String(decoding: try row.counted(), as: UTF8.self)
        do throws(BrokerError) { return try EntityName(text) } catch { throw .field("name") }
    }
}

/// A topic: name, then attributes. Its subscriptions are rows of their own. What has its default is not written.
enum TopicRow {
    static func encode(_ entry: TopicEntry, under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 128)
        row.counted(Array(entry.name.text.utf8))
        if entry.attributes.bodyByteCountMax != TopicAttributes().bodyByteCountMax {
            row.attribute(AttributeTag.bodyMax, UInt64(entry.attributes.bodyByteCountMax))
        }
        if entry.attributes.routing != .tags {
            row.attribute(AttributeTag.routing, UInt64(entry.attributes.routing.rawValue))
        }
        if entry.attributes.isTraced { row.attribute(AttributeTag.traced, 1) }
        row.attributes(entry.times)
        return row.sealed(under: key)
    }

    /// The topic without its subscriptions.
    static func decode(_ value: RawSpan, id: TopicID, under key: Span<UInt8>) throws(RowFault) -> TopicEntry {
        var row = try RowReader(value, under: key)
        let name = try QueueRow.storedName(&row)
        let stored = try StoredAttribute.all(&row)
        var attributes = TopicAttributes()
        if let found = stored.number(AttributeTag.bodyMax) { attributes.bodyByteCountMax = Int(clamping: found) }
        if let found = stored.number(AttributeTag.routing) {
            guard let routing = TopicAttributes.Routing(rawValue: UInt8(clamping: found)) else {
                throw .field("routing")
            }
            attributes.routing = routing
        }
        attributes.isTraced = stored.number(AttributeTag.traced) ?? 0 != 0
        return TopicEntry(id: id, name: name, attributes: attributes, subscriptions: [], times: stored.times)
    }
}

/// A subscription: name, tags, then attributes; topic and queue stand in its key, its place in the order of subscribing in the row.
enum SubscriptionRow {
    static func encode(_ entry: SubscriptionEntry, order: Int, under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 192)
        row.u16(order)
        row.counted(Array(entry.name.text.utf8))
        row.u8(UInt8(entry.filterTags.count))
        for tag in entry.filterTags { row.counted(tag.bytes.slice) }
        for key in entry.bindingKeys { row.attribute(AttributeTag.bindingKey, Array(key.text.utf8)) }
        if !entry.annotation.isEmpty { row.attribute(AttributeTag.annotation, entry.annotation.slice) }
        row.attributes(entry.times)
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
        let stored = try StoredAttribute.all(&row)
        var keys: [BindingKey] = []
        for attribute in stored where attribute.tag == AttributeTag.bindingKey {
            let text = String(decoding: attribute.bytes, as: UTF8.self)
            do throws(BrokerError) { keys.append(try BindingKey(text)) } catch { throw .field("binding key") }
        }
        let annotation = stored.first { $0.tag == AttributeTag.annotation }.map { Bytes($0.bytes) } ?? .empty
        return (
            order,
            SubscriptionEntry(
                name: name, queue: queue, filterTags: tags, bindingKeys: keys, annotation: annotation,
                times: stored.times)
        )
    }
}
