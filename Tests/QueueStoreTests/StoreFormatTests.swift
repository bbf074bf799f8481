import Deflate
import Engine
import Foundation
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Stores of earlier formats")
struct StoreFormatTests {
    private static let consumer = RowSpace.state(ConsumerID(rawValue: 9))

    /// A folder with the store of `Tests/Fixtures/stores/format-1.deflate`, as the program of that time left it.
    private static func formatOne() throws -> TemporaryStore {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let packed = [UInt8](try Data(contentsOf: tests.appending(path: "Fixtures/stores/format-1.deflate")))
        let inflater = try Inflater()
        inflater.begin(rawByteCount: 176_128)
        try inflater.add(packed.span)
        let store = TemporaryStore()
        let folder = URL(filePath: store.folder.path)
        try FileManager.default.createDirectory(
            at: folder.appending(path: "store"), withIntermediateDirectories: false)
        try Data(try inflater.finish()).write(to: folder.appending(path: "store/data.mdb"))
        try Data().write(to: folder.appending(path: "store.made"))
        return store
    }

    @Test("a store of format 1 is brought to format 2 once, and everything in it is there")
    func formatOne() async throws {
        let store = try Self.formatOne()
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
