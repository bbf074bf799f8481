import Engine
import MessageModel
import TestSupport
import Testing
import Tillwire

@testable import QueueStore

/// A store goes on with what is not damaged (`reliability.md` rule 23), and what is damaged never makes it lose anything else.
@Suite("Running on with damaged rows")
struct StoreDamageTests {
    private static func retaining(_ millis: UInt64) -> QueueAttributes {
        var attributes = QueueAttributes()
        attributes.retentionMillis = millis
        return attributes
    }

    /// Makes two queues that take the same messages of a topic and publishes two blocks of forty.
    private static func fanOut(_ broker: EmbeddedBroker, left: QueueAttributes = .init()) async throws {
        let topic = try await broker.createTopic("events")
        for (name, attributes) in [("left", left), ("right", QueueAttributes())] {
            let queue = try await broker.createQueue(EntityName(name), attributes: attributes)
            try await topic.subscribe(queue, as: EntityName(name))
        }
        for block in 0..<2 {
            _ = try await topic.publish((0..<40).map { OutgoingMessage(body: Bytes("event \(block * 40 + $0)")) })
        }
    }

    @Test("a sweep of many rows goes on behind one that is damaged")
    func sweep() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let queue = try await broker.createQueue("q", attributes: Self.retaining(30_000))
            try await queue.sendEach((0..<300).map { "\($0)" })
        }
        let damaged = DamagedStore(of: store)
        try damaged.flip("entries", Keys.entry(EntryID(queue: QueueID(rawValue: 1), first: 5)))
        _ = try await store.run { broker in
            let queue = try broker.queue("q")
            store.time.advance(milliseconds: 30_000)
            #expect(try await queue.comesTo(moving: store.time) { $0.waiting == 1 })
        }
    }

    @Test("where the owners of one block are damaged, merging it with others loses nothing")
    func compaction() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            try await Self.fanOut(broker)
            let left = try broker.queue("left")
            let messages = try await left.receive(max: 80, visibilityMillis: 1_000)
            try await left.acknowledge(messages.enumerated().filter { $0.offset % 20 != 0 }.map(\.element))
        }
        try DamagedStore(of: store).flip("refs", Keys.refs(block: 2))
        _ = try await store.run { broker in
            let left = try broker.queue("left")
            #expect(
                try await eventually {
                    store.time.advance(milliseconds: 10_000)
                    return try await broker.verify().blockCount == 3
                })
            #expect(try await left.receive(max: 80).texts == ["event 0", "event 20", "event 40", "event 60"])
            #expect(try await broker.queue("right").receive(max: 80).count == 80)
        }
    }

    @Test("where the owners of a block are damaged, what expires goes from the counts and from the index alike")
    func expiry() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in try await Self.fanOut(broker, left: Self.retaining(30_000)) }
        let damaged = DamagedStore(of: store)
        try damaged.flip("refs", Keys.refs(block: 1))
        let left = try await store.run { broker in
            let left = try broker.queue("left")
            store.time.advance(milliseconds: 30_000)
            #expect(try await left.comesTo(moving: store.time) { $0.waiting == 0 })
            #expect(try await broker.queue("right").receive(max: 80).count == 80)
            return left.id
        }.result
        #expect(try damaged.keys("entries").allSatisfy { $0.queue != left })
    }

    @Test("a dead letter of a block whose owners are not counted any more leaves it to the others")
    func deadLetter() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let dead = try await broker.createQueue("dead")
            var attributes = QueueAttributes()
            attributes.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 1)
            try await Self.fanOut(broker, left: attributes)
        }
        try DamagedStore(of: store).delete("refs", Keys.refs(block: 1))
        _ = try await store.run { broker in
            _ = try await broker.queue("left").receive(max: 40, visibilityMillis: 50)
            store.time.advance(milliseconds: 50)
            let dead = try broker.queue("dead")
            #expect(try await dead.comesTo(moving: store.time) { $0.waiting == 40 })
            #expect(try await dead.receive(max: 80).texts == (0..<40).map { "event \($0)" })
            #expect(try await broker.queue("right").receive(max: 80).count == 80)
        }
    }

    @Test(
        "what is refused over a damaged key leaves no trace in its group: the next message under another of its keys is stored"
    )
    func keys() async throws {
        let store = TemporaryStore()
        let known = try IdempotencyKey("known")
        let fresh = try IdempotencyKey("fresh")
        _ = try await store.run { broker in
            let queue = try await broker.createQueue("q")
            let topic = try await broker.createTopic("events")
            try await topic.subscribe(queue, as: "q")
            try await topic.publish("x", key: known)
        }
        let damaged = DamagedStore(of: store)
        try damaged.flip("once", try #require(try damaged.keys("once").first))
        _ = try await store.run { broker in
            let topic = try broker.topic("events")
            let queue = try broker.queue("q")
            try await queue.acknowledge(try await queue.receive())
            func publish(_ keys: [IdempotencyKey]) -> Transaction<ReceiptHandle> {
                let messages = keys.map { OutgoingMessage(body: "y", key: $0) }
                return Transaction(sends: [SendBatch(source: .topic(topic.id), messages: messages)])
            }
            let outcomes = try await broker.commit([publish([fresh, known]), publish([fresh])])
            #expect(outcomes.map { if case .committed = $0 { true } else { false } } == [false, true])
            #expect(try await queue.receive(max: 10).texts == ["y"])
        }
    }

    @Test("what is due in a queue whose counters are damaged does not hold up the others")
    func due() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let stuck = try await broker.createQueue("stuck")
            let other = try await broker.createQueue("other")
            for number in 0..<300 { try await stuck.send(Bytes("\(number)"), delayMillis: 1_000) }
            try await other.send("x", delayMillis: 2_000)
        }
        try DamagedStore(of: store).flip("counters", Keys.queue(QueueID(rawValue: 1)))
        _ = try await store.run { broker in
            let other = try broker.queue("other")
            store.time.advance(milliseconds: 2_000)
            #expect(try await other.comesTo(moving: store.time) { $0.delayed == 0 })
            #expect(try await other.receive().texts == ["x"])
        }
    }

    @Test("while a dead letter has nowhere to go, nothing is written on its account")
    func noTarget() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let dead = try await broker.createQueue("dead")
            var attributes = QueueAttributes()
            attributes.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 1)
            let queue = try await broker.createQueue("q", attributes: attributes)
            try await dead.send("before")
            try await queue.send("x")
        }
        try DamagedStore(of: store).flip("counters", Keys.queue(QueueID(rawValue: 1)))
        _ = try await store.run { broker in
            let queue = try broker.queue("q")
            _ = try await queue.receive(visibilityMillis: 50)
            store.time.advance(milliseconds: 50)
            #expect(try await queue.receive().isEmpty)
            // Its delivery is written behind, once.
            #expect(try await store.advance(milliseconds: 150, committing: broker))
            let before = try await broker.figures().groupNumber
            for _ in 0..<10 {
                store.time.advance(milliseconds: 150)
                for _ in 0..<200 { await Task.yield() }
                try await Task.sleep(for: .milliseconds(2))
            }
            #expect(try await broker.figures().groupNumber == before)
        }
    }
}

extension RowKey {
    /// The queue of a key of `entries`.
    fileprivate var queue: QueueID? { EntryID(span.bytes)?.queue }
}
