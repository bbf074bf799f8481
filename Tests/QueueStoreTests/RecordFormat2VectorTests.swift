import Engine
import MessageModel
import Testing

@testable import QueueStore

/// What format 2 brought, as fixed bytes made by other means than the code under test; see ``RecordVectorTests``.
@Suite struct RecordFormat2VectorTests {
    private static let moment = Timestamp(milliseconds: 1_760_000_000_123)
    private static let entryKey = Keys.entry(EntryID(queue: QueueID(rawValue: 7), first: 1_001))

    @Test("a dead letter's row: slots, origin, shared block")
    func origin() throws {
        var row = EntryRow(count: 2, block: 9, enqueuedAt: Self.moment)
        var slots = MemberSet()
        for slot in [3, 4] { slots.insert(slot) }
        row.slots = slots
        row.isShared = true
        row.origin = DeadLetterOrigin(
            queue: QueueID(rawValue: 3), sequence: 501, enqueuedAt: Timestamp(milliseconds: 1_759_999_999_000),
            deliveryCount: 16, reason: .deliveryCount)
        let bytes = try [UInt8](
            hex:
                "0151000200000000000000090199c82cc07b000001180000000300000000000001f50199c82c"
                + "bc180010012c76ee28")
        #expect(row.encoded(under: Self.entryKey).hex == bytes.hex)
        let read = try EntryRow(bytes.span.bytes, under: Self.entryKey.span)
        #expect(read == row)
        #expect(read.origin(of: 1, from: 1_001)?.sequence == 502)
    }

    @Test("a merged row: sequences of its own, members that are acknowledged")
    func offsets() throws {
        var row = EntryRow(count: 4, block: 12, enqueuedAt: Self.moment)
        row.generation = 3
        row.offsets = [0, 20, 40, 340]
        row.acknowledged.insert(2)
        let bytes = try [UInt8](hex: "01060004000000000000000c0199c82cc07b030000041414ac020104f2e00edd")
        #expect(row.encoded(under: Self.entryKey).hex == bytes.hex)
        let read = try EntryRow(bytes.span.bytes, under: Self.entryKey.span)
        #expect(read == row)
        #expect((0..<4).map { read.sequence(of: $0, from: 1_001) } == [1_001, 1_021, 1_041, 1_341])
        #expect(read.member(at: 1_041, from: 1_001) == 2)
        #expect(read.member(at: 1_042, from: 1_001) == nil)
    }

    @Test("a merged block's header and index")
    func merged() throws {
        var header = BlockHeader(
            codec: .stored, count: 1, rawByteCount: 23, storedByteCount: 23, partCount: 1, cutAt: Self.moment,
            source: .queue(QueueID(rawValue: 0)), firstSequence: 0)
        header.isMerged = true
        let bytes = try [UInt8](hex: "010000010000001700000017000100000199c82cc07b0001000000000000000000000000")
        #expect(header.fields.hex == bytes.hex)
        #expect(try BlockHeader((bytes + [0, 0, 0, 0]).span.bytes) == header)
        let raw = try [UInt8](hex: "0003" + "80000005" + "00000000000003e9" + "0199c82cc07b" + "616263")
        let block = try InflatedBlock(
            raw: raw, count: 1, source: header.source, firstSequence: 0, cutAt: .zero, isMerged: true)
        #expect(block.identity(slot: 0) == (.topic(TopicID(rawValue: 5)), 1_001))
        #expect(block.cutAt(slot: 0) == Self.moment)
        #expect(block.body(slot: 0) == "abc")
    }

    @Test("a queue's row with every setting")
    func queue() throws {
        let id = QueueID(rawValue: 7)
        let key = Keys.catalogue(kind: CatalogueKind.queue, id: 7)
        var attributes = QueueAttributes(visibilityMillis: 45_000, bodyByteCountMax: 65_536)
        attributes.pollMillis = 20_000
        attributes.retentionMillis = 345_600_000
        attributes.rewindMillis = 3_600_000
        attributes.messageCountMax = 1_000_000
        attributes.byteCountMax = 10_240_000_000
        attributes.deadLetter = DeadLetterPolicy(
            queue: QueueID(rawValue: 9), deliveryCountMax: 16, ageMillisMax: 300_000)
        (attributes.isPaused, attributes.isTraced) = (true, true)
        let times = EntityTimes(createdAt: Self.moment, changedAt: Timestamp(milliseconds: 1_760_000_001_000))
        let entry = QueueEntry(id: id, name: "orders", attributes: attributes, times: times)
        let bytes = try [UInt8](
            hex:
                "0100066f7264657273010008000000000000afc8020008000000000001000003000800000000"
                + "00004e200400080000000014997000050008000000000036ee8006000800000000000f424007"
                + "000800000002625a000008000e00000009001000000000000493e00900080000000000000001"
                + "0a000800000000000000010b000800000199c82cc07b0c000800000199c82cc3e87513a18f")
        #expect(QueueRow.encode(entry, under: key).hex == bytes.hex)
        #expect(try QueueRow.decode(bytes.span.bytes, id: id, under: key.span) == entry)
    }

    @Test("a topic's row that routes by key, and a subscription's with binding keys and an annotation")
    func routing() throws {
        let topicKey = Keys.catalogue(kind: CatalogueKind.topic, id: 5)
        let topic = TopicEntry(
            id: TopicID(rawValue: 5), name: "paid",
            attributes: TopicAttributes(bodyByteCountMax: 4_096, routing: .routingKey, isTraced: true),
            subscriptions: [])
        let topicBytes = try [UInt8](
            hex:
                "0100047061696402000800000000000010000d000800000000000000020a0008000000000000"
                + "000175131e74")
        #expect(TopicRow.encode(topic, under: topicKey).hex == topicBytes.hex)
        #expect(try TopicRow.decode(topicBytes.span.bytes, id: topic.id, under: topicKey.span) == topic)
        let queue = QueueID(rawValue: 7)
        let key = Keys.catalogue(kind: CatalogueKind.subscription, id: 5, second: 7)
        let entry = SubscriptionEntry(
            name: "cn", queue: queue, bindingKeys: [try BindingKey("order.*.cn"), try BindingKey("#")],
            annotation: "http://127.0.0.1/")
        let bytes = try [UInt8](
            hex:
                "0100010002636e000e000a6f726465722e2a2e636e0e0001230f0011687474703a2f2f313237"
                + "2e302e302e312f5099a155")
        #expect(SubscriptionRow.encode(entry, order: 1, under: key).hex == bytes.hex)
        #expect(try SubscriptionRow.decode(bytes.span.bytes, queue: queue, under: key.span).entry == entry)
    }

    @Test("a trace event, and its key")
    func trace() throws {
        let event = TraceEvent(
            kind: .delivered, queue: QueueID(rawValue: 7), at: Self.moment, deliveryCount: 2, consumer: "till-3")
        let key = Keys.trace(.topic(TopicID(rawValue: 5)), 1_001, at: Self.moment, number: 4)
        #expect(key.array.hex == "8000000500000000000003e90199c82cc07b0004")
        let bytes = try [UInt8](hex: "0100000007020002000674696c6c2d33daeccb6e")
        #expect(TraceRow.encode(event, under: key).hex == bytes.hex)
        #expect(try TraceRow.decode(bytes.span.bytes, at: event.at, under: key.span) == event)
        #expect(Keys.traceTime(key.array.span.bytes) == Self.moment)
    }

    @Test("rows of due that sweep and walk")
    func due() {
        let queue = QueueID(rawValue: 7)
        let sweep = DueID(at: Self.moment, kind: .sweep, queue: queue, sequence: 0)
        #expect(Keys.due(sweep).array.hex == "0199c82cc07b03000000070000000000000000")
        #expect(
            Keys.due(.walk(.rewinding, of: queue, since: Self.moment)).array.hex
                == "0199c82cc07b04000000070000000000000001")
    }
}
