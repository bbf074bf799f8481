import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Traces")
struct StoreTraceTests {
    private static func kinds(_ broker: EmbeddedBroker, _ id: MessageID) async throws -> [TraceEvent.Kind] {
        try await broker.trace(id).map(\.kind)
    }

    @Test("a traced queue tells who received a message when, how often, and what became of it")
    func queue() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            let silent = try await queue.send("before")
            try await queue.setAttributes { $0.isTraced = true }
            let sentAt = store.time.now
            let id = try await queue.send("x")
            try await queue.receive()[0].acknowledge()
            store.time.advance(milliseconds: 10)
            try await queue.receive(as: "till 7")[0].release()
            store.time.advance(milliseconds: 200)
            #expect(try await eventually { try await broker.trace(id).count == 3 })
            try await queue.receive(as: "till 8")[0].acknowledge()
            store.time.advance(milliseconds: 200)
            #expect(try await eventually { try await broker.trace(id).count == 5 })
            let events = try await broker.trace(id)
            #expect(events.map(\.kind) == [.enqueued, .delivered, .released, .delivered, .acknowledged])
            #expect(events.map { $0.at.millisecondsSince(sentAt) } == [0, 10, 10, 210, 210])
            #expect(events.map(\.deliveryCount) == [0, 1, 1, 2, 2])
            #expect(events.map(\.consumer) == ["", "till 7", "till 7", "till 8", "till 8"])
            #expect(events.allSatisfy { $0.queue == queue.id })
            #expect(try await broker.trace(silent).allSatisfy { $0.kind != .enqueued })
        }
        #expect(problems == [])
    }

    @Test("a delivery just before a clean stop is in the trace after the restart")
    func overRestart() async throws {
        let store = TemporaryStore()
        let (id, _) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.setAttributes { $0.isTraced = true }
            let id = try await queue.send("x")
            store.time.advance(milliseconds: 1)
            #expect(try await queue.receive(visibilityMillis: 60_000, as: "till 7").count == 1)
            return id
        }
        let (_, problems) = try await store.run { broker in
            let kinds = try await Self.kinds(broker, id)
            #expect(kinds == [.enqueued, .delivered])
        }
        #expect(problems == [])
    }

    @Test("a traced topic traces in every queue that took the message; dead letters and expiry are told")
    func topic() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let dead = try await broker.createQueue("dead")
            let orders = try await broker.createQueue("orders")
            try await orders.setAttributes { $0.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 1) }
            let short = try await broker.createQueue("short")
            try await short.setAttributes { $0.retentionMillis = 30_000 }
            let topic = try await broker.createTopic("paid", attributes: TopicAttributes(isTraced: true))
            try await topic.subscribe(orders, as: "orders")
            try await topic.subscribe(short, as: "short")
            let id = try await topic.publish("x")
            try await orders.receive()[0].release()
            #expect(try await dead.comesTo { $0.waiting == 1 })
            store.time.advance(milliseconds: 30_000)
            #expect(try await short.comesTo { $0.waiting == 0 })
            #expect(try await eventually { try await broker.trace(id).count == 6 })
            let events = try await broker.trace(id)
            #expect(
                Set(events.map { "\($0.kind) \($0.queue.rawValue)" }) == [
                    "enqueued \(orders.id.rawValue)", "enqueued \(short.id.rawValue)",
                    "delivered \(orders.id.rawValue)",
                    "released \(orders.id.rawValue)", "deadLettered \(orders.id.rawValue)",
                    "expired \(short.id.rawValue)",
                ])
        }
        #expect(problems == [])
    }

    @Test("events are forgotten after three days")
    func forgotten() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.setAttributes { $0.isTraced = true }
            let id = try await queue.send("x")
            store.time.advance(milliseconds: Limits.traceMillis)
            try await queue.send("y")
            #expect(try await Self.kinds(broker, id) == [.enqueued])
            store.time.advance(milliseconds: 60_001)
            try await queue.send("z")
            #expect(try await eventually { try await broker.trace(id).isEmpty })
        }
        #expect(problems == [])
    }
}
