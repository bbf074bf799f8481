import Engine
import MessageModel
import Testing

@testable import QueueStore

@Suite struct RecordRoundTripTests {
    @Test("every row kind is written anew as it was read", arguments: UInt64(1)...200)
    func rewrite(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        for sample in try random.samples() {
            #expect(try sample.rewrite(sample.bytes, sample.key) == sample.bytes, "\(sample.kind), seed \(seed)")
        }
    }

    @Test("what is read of an entry row is what was written", arguments: UInt64(1)...300)
    func entry(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        let row = random.entry()
        let key = Keys.entry(EntryID(queue: QueueID(rawValue: 1), first: random.next()))
        let bytes = row.encoded(under: key)
        #expect(try EntryRow(bytes.span.bytes, under: key.span) == row, "seed \(seed)")
    }

    @Test("what is read of counters is what was written", arguments: UInt64(1)...100)
    func counters(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        let queue = random.queueCounters()
        let topic = random.topicCounters()
        let store = random.storeCounters()
        let key = Keys.queue(QueueID(rawValue: 2))
        #expect(try QueueCounters(queue.encoded(under: key).span.bytes, under: key.span) == queue)
        #expect(try TopicCounters(topic.encoded(under: key).span.bytes, under: key.span) == topic)
        #expect(try StoreCounters(store.encoded(under: key).span.bytes, under: key.span) == store)
    }

    @Test("what is read of once, owner and consumer rows is what was written", arguments: UInt64(1)...100)
    func small(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        let key = Keys.once(bucket: 1, scope: 2, hash: (3, 4))
        let once = OnceRow(sequence: random.word(), expiresAt: random.moment(), key: Bytes(random.bytes(1...128)))
        #expect(try OnceRow(once.encoded(under: key).span.bytes, under: key.span) == once)
        let owners = BlockOwners(count: UInt32(random.number(0...1_000_000)))
        #expect(try BlockOwners(owners.encoded(under: key).span.bytes, under: key.span) == owners)
        let bytes = Bytes(random.bytes(0...2_000))
        #expect(try ConsumerRow.decode(ConsumerRow.encode(bytes, under: key).span.bytes, under: key.span) == bytes)
    }

    @Test("what is read of the catalogue is what was written", arguments: UInt64(1)...100)
    func catalogue(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        let key = Keys.catalogue(kind: 1, id: 9)
        let format = random.format()
        let readFormat = try FormatRow(format.encoded(under: key).span.bytes, under: key.span)
        #expect(readFormat == format)
        #expect(readFormat.oldestReader == format.oldestReader)
        #expect(readFormat.nextQueueID == format.nextQueueID)
        #expect(readFormat.nextTopicID == format.nextTopicID)
        let queue = random.queueEntry(QueueID(rawValue: 9))
        let readQueue = try QueueRow.decode(
            QueueRow.encode(queue, under: key).span.bytes, id: queue.id, under: key.span)
        #expect(readQueue == queue)
        #expect(readQueue.name.text == queue.name.text)
        let subscription = try random.subscription(to: queue.id)
        let order = random.number(0...63)
        let bytes = SubscriptionRow.encode(subscription, order: order, under: key)
        let readSubscription = try SubscriptionRow.decode(bytes.span.bytes, queue: queue.id, under: key.span)
        #expect(readSubscription.entry == subscription)
        #expect(readSubscription.order == order)
        let topic = random.topicEntry(TopicID(rawValue: 4))
        let readTopic = try TopicRow.decode(
            TopicRow.encode(topic, under: key).span.bytes, id: topic.id, under: key.span)
        #expect(readTopic == topic)
        #expect(readTopic.name.text == topic.name.text)
        let event = random.traceEvent()
        let readEvent = try TraceRow.decode(
            TraceRow.encode(event, under: key).span.bytes, at: event.at, under: key.span)
        #expect(readEvent == event)
    }

    @Test("deliveries above 32,767 are held there, and the delayed mark stays apart from them")
    func manyDeliveries() throws {
        let key = Keys.entry(EntryID(queue: QueueID(rawValue: 1), first: 1))
        for isDelayed in [false, true] {
            var row = EntryRow(count: 1, block: 1, enqueuedAt: .zero)
            row.setDetails([
                0: DeliveryDetail(deliveries: 40_000, isDelayed: isDelayed, firstReceivedAt: .zero, hiddenUntil: .zero)
            ])
            let read = try EntryRow(row.encoded(under: key).span.bytes, under: key.span)
            #expect(read.detail(of: 0)?.deliveries == 0x7FFF)
            #expect(read.detail(of: 0)?.isDelayed == isDelayed)
        }
    }
}
