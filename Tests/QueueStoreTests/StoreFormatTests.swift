import Deflate
import Engine
import Foundation
import MessageModel
import TestSupport
import Testing
import Tillwire

@testable import QueueStore

@Suite("Stores of earlier formats")
struct StoreFormatTests {
    private static let consumer = RowSpace.state(ConsumerID(rawValue: 9))

    /// A folder with the store of `Tests/Fixtures/stores/<name>.deflate`, as the program of that time left it.
    private static func fixture(
        _ name: String, rawByteCount: Int, adjust: (inout StoreOptions) -> Void = { _ in }
    ) throws -> TemporaryStore {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let packed = [UInt8](try Data(contentsOf: tests.appending(path: "Fixtures/stores/\(name).deflate")))
        let inflater = try Inflater()
        inflater.begin(rawByteCount: rawByteCount)
        try inflater.add(packed.span)
        let store = TemporaryStore(adjust: adjust)
        let folder = URL(filePath: store.folder.path)
        try FileManager.default.createDirectory(
            at: folder.appending(path: "store"), withIntermediateDirectories: false)
        try Data(try inflater.finish()).write(to: folder.appending(path: "store/data.mdb"))
        try Data().write(to: folder.appending(path: "store.made"))
        return store
    }

    @Test("a store of format 1 is brought to this format once, and everything in it is there")
    func formatOne() async throws {
        let store = try Self.fixture("format-1", rawByteCount: 176_128)
        let (_, first) = try await store.run { broker in
            #expect(store.time.now.milliseconds >= 1_760_000_005_000)
            try await Self.expectTopology(broker)
            let orders = try broker.queue("orders")
            let figures = try await orders.figures()
            // Ten, two published, one large; three acknowledged, one released with a delay, one sent with one.
            #expect((figures.waiting, figures.delayed, figures.leased) == (9, 2, 0))
            #expect(figures.kept == 0)
            let visible = try await orders.receive(max: 100, visibilityMillis: 1)
            #expect(visible.count == 7)
            #expect(visible.prefix(4).map { $0.body.text?.hasPrefix("order ") } == [true, true, true, true])
            #expect(Set(visible.dropFirst(4).map(\.body.count)) == [90_000, 14, 18])
            #expect(visible.allSatisfy { $0.deliveryCount == 1 && $0.origin == nil })
            try await Self.expectRisk(broker)
            #expect(try await broker.row(Self.consumer, key: "row") == "state")
            #expect(try await broker.row(.orders, key: "tx1") == "order row")
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let orders = try broker.queue("orders")
            store.time.advance(milliseconds: 1_800_000)
            #expect(try await orders.comesTo { $0.delayed == 1 })
            #expect(try await orders.receive(max: 100, visibilityMillis: 1).texts.contains("delayed"))
            store.time.advance(milliseconds: 1_800_000)
            #expect(try await orders.comesTo { $0.delayed == 0 })
            // The leases of before the stop hold for their two hours, the delayed release for its one.
            #expect(try await orders.receive(max: 100, visibilityMillis: 1).count == 9)
            store.time.advance(milliseconds: 3_600_000)
            let all = try await orders.receive(max: 100)
            #expect(all.count == 11)
            let again = all.filter { $0.deliveryCount >= 2 && $0.body.text?.hasPrefix("order ") == true }
            #expect(again.count == 7)
            try await orders.acknowledge(all)
            #expect(try await orders.figures().waiting == 0)
            let risk = try broker.queue("risk")
            store.time.advance(milliseconds: 60_000)
            try await risk.acknowledge(try await risk.receive(max: 10))
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }

    /// 300 orders with a key each, and the key «same» under every lifetime; four hours later the keys «late», and «same» again for a replay guard.
    @Test(
        "a store of format 2 is brought to this format once, and every key in it is remembered for as long as it was to be"
    )
    func formatTwo() async throws {
        let store = try Self.fixture("format-2", rawByteCount: 139_264) { $0.onceBounds = .tiny }
        #expect(try Store.verify(folder: store.folder.path, options: store.options).problems == [])
        let (_, first) = try await store.run { broker in
            #expect(store.time.now.milliseconds >= 1_760_014_400_000)
            let orders = try broker.queue("orders")
            try await Self.expectRepeats(of: 0..<300, at: orders)
            #expect(try await orders.answer("same", .producer) == .duplicate(301))
            #expect(try await orders.answer("same", .replayGuard) == .duplicate(304))
            #expect(try await orders.answer("late", .producer) == .duplicate(303))
            #expect(try await orders.figures().waiting == 254)
            let topic = try broker.topic("payments")
            for (text, lifetime, sequence) in [
                ("same", IdempotencyKey.Lifetime.payment, SequenceNumber(1)), ("late", .producer, 2),
            ] {
                let key = try IdempotencyKey(text, lifetime: lifetime)
                #expect(
                    try await topic.publish([OutgoingMessage(body: "again", key: key)]) == [.duplicate(sequence)])
            }
            // New ones beside them.
            for number in 300..<330 {
                #expect(try await orders.answer("pay:\(number)", .payment) == .stored(SequenceNumber(number + 5)))
            }
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let orders = try broker.queue("orders")
            try await Self.expectRepeats(of: 0..<300, at: orders)
            for number in 300..<330 {
                #expect(try await orders.answer("pay:\(number)", .payment) == .duplicate(SequenceNumber(number + 5)))
            }
            store.time.advance(milliseconds: 600_000)
            #expect(try await orders.answer("same", .replayGuard) == .stored(335))
            store.time.advance(milliseconds: 24 * 3_600_000 - 600_001)
            #expect(try await orders.answer("late", .producer) == .duplicate(303))
            #expect(try await orders.answer("same", .producer) == .stored(336))
            store.time.advance(milliseconds: 1)
            #expect(try await orders.answer("late", .producer) == .stored(337))
            store.time.advance(milliseconds: 98 * 24 * 3_600_000)
            try await Self.expectRepeats(of: 0..<300, at: orders)
            store.time.advance(milliseconds: 2 * 24 * 3_600_000)
            #expect(try await orders.answer("pay:0", .payment) == .stored(338))
            // What expired goes when its bucket of an eighth of a hundred days is over, 256 rows a step.
            store.time.advance(milliseconds: 13 * 24 * 3_600_000)
            for _ in 0..<10 {
                store.time.advance(milliseconds: 60_000)
                try await orders.send("x")
            }
        }
        #expect(problems == [])
        #expect(try DamagedStore(of: store).keys("once").allSatisfy { $0.array[0] > 3 })
    }

    private static func expectRepeats(of numbers: Range<Int>, at orders: Queue<Store>) async throws {
        for number in numbers {
            #expect(try await orders.answer("pay:\(number)", .payment) == .duplicate(SequenceNumber(number + 1)))
        }
    }

    private static func expectTopology(_ broker: EmbeddedBroker) async throws {
        #expect(Set(broker.topology.queues.keys.map(\.text)) == ["orders", "risk"])
        #expect(broker.topology.queues["orders"]?.attributes.visibilityMillis == 45_000)
        #expect(broker.topology.queues["risk"]?.attributes.bodyByteCountMax == 2_048)
        let topic = try #require(broker.topology.topics["payments"])
        #expect(topic.subscriptions.map(\.name.text) == ["all", "tagged"])
        #expect(topic.subscriptions.map { $0.filterTags.map(\.text) } == [[], ["refund", "risk"]])
        #expect(topic.attributes == TopicAttributes())
        let key = try IdempotencyKey("pay:1", lifetime: .payment)
        let repeated = OutgoingMessage(body: "published once", key: key)
        guard case .duplicate = try await broker.topic("payments").publish([repeated]).first else {
            Issue.record("the key of a payment was forgotten")
            return
        }
    }

    private static func expectRisk(_ broker: EmbeddedBroker) async throws {
        let risk = try broker.queue("risk")
        let messages = try await risk.receive(max: 10)
        #expect(messages.map(\.body.count) == [14, 2_000])
        #expect(messages.first?.body == "published once")
        #expect(messages.first?.properties.routingKey == "a.b")
        #expect(messages.first?.properties.tags.map(\.text) == ["risk"])
        #expect(messages.first?.properties.headers.map { "\($0.name)=\($0.value)" } == ["name=value"])
    }
}

extension Queue where E == Store {
    /// What is answered to a message under a key.
    fileprivate func answer(_ text: String, _ lifetime: IdempotencyKey.Lifetime) async throws -> SendOutcome? {
        let key = try IdempotencyKey(text, lifetime: lifetime)
        return try await send([OutgoingMessage(body: "again", key: key)]).first
    }
}
