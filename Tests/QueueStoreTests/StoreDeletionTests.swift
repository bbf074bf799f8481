import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Deleting queues")
struct StoreDeletionTests {
    @Test(
        "a deleted queue is gone at once with its subscriptions; its name makes a new, empty queue; copies elsewhere stay"
    )
    func gone() async throws {
        let store = TemporaryStore()
        let (_, first) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            let copy = try await broker.createQueue("copy")
            let topic = try await broker.createTopic("paid")
            try await topic.subscribe(queue, as: "orders")
            try await topic.subscribe(copy, as: "copy")
            try await topic.publish("shared")
            try await queue.sendTogether(["a", "b"])
            try await queue.send("later", delayMillis: 1_000)
            let held = try await queue.receive(max: 2)
            try await broker.deleteQueue("orders")
            try await broker.deleteQueue("orders")
            #expect(throws: BrokerError.queueNotFound("orders")) { _ = try broker.queue("orders") }
            await #expect(throws: BrokerError.self) { try await queue.send("x") }
            await #expect(throws: BrokerError.self) { _ = try await queue.receive() }
            await #expect(throws: BrokerError.self) { _ = try await queue.purge() }
            #expect(try await broker.settle([Settlement(held[0].receipt, .acknowledge)]) == [.refused(.receiptInvalid)])
            #expect(broker.topology.topics["paid"]?.subscriptions.map(\.name) == ["copy"])
            let again = try await broker.createQueue("orders")
            #expect(again.id != queue.id)
            #expect(try await again.figures().waiting == 0)
            #expect(try await again.receive(max: 10).isEmpty)
            try await again.send("new")
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            store.time.advance(milliseconds: 2_000)
            let queue = try broker.queue("orders")
            #expect(try await queue.receive(max: 10).texts == ["new"])
            #expect(try await broker.queue("copy").receive(max: 10).texts == ["shared"])
            #expect(try await eventually(moving: store.time) { try await broker.verify().blockCount == 2 })
        }
        #expect(problems == [])
    }

    @Test("a receive that waits at a queue ends when the queue is deleted")
    func waitingReceive() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            async let waiting = Self.refusal { _ = try await queue.receive(waitMillis: 30_000) }
            #expect(try await queue.comesTo { $0.waitingPolls == 1 })
            try await broker.deleteQueue("orders")
            #expect(await waiting == .queueNotFound("\(queue.id.rawValue)"))
        }
        #expect(problems == [])
    }

    private static func refusal(_ body: () async throws -> Void) async -> BrokerError? {
        do {
            try await body()
            return nil
        } catch { return error as? BrokerError }
    }

    @Test("the room of a deleted queue is freed step by step, also over a restart")
    func manyRows() async throws {
        let store = TemporaryStore()
        let (_, first) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            for _ in 0..<6 {
                _ = try await queue.send((1...200).map { OutgoingMessage(body: "x", delayMillis: UInt64($0)) })
            }
            try await broker.deleteQueue("orders")
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let isFreed = try await eventually(moving: store.time) { try await broker.verify().blockCount == 0 }
            #expect(isFreed)
            store.time.advance(milliseconds: 10_000)
        }
        #expect(problems == [])
    }

    @Test("deleting a queue frees its dead-letter queue, and what moved there stays")
    func deadLetterQueue() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let dead = try await broker.createQueue("dead")
            var attributes = QueueAttributes()
            attributes.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 1)
            let queue = try await broker.createQueue("orders", attributes: attributes)
            try await queue.sendTogether(["a", "b"])
            try await queue.receive()[0].release()
            #expect(try await dead.comesTo { $0.waiting == 1 })
            try await broker.deleteQueue("orders")
            #expect(try await eventually(moving: store.time) { try await broker.verify().messageCount == 1 })
            let moved = try await dead.receive()
            #expect(moved.texts == ["a"])
            #expect(moved[0].origin?.queue == queue.id)
            try await dead.acknowledge(moved)
            try await broker.deleteQueue("dead")
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }

    @Test("whatever is under way at a queue when it is deleted leaves nothing behind", arguments: 1...12)
    func underWay(seed: UInt64) async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            for round in 0..<6 {
                let queue = try await broker.createQueue("orders")
                try await queue.sendTogether((0..<12).map { "m\($0)" })
                let held = try await queue.receive(max: 8)
                await withTaskGroup(of: Void.self) { group in
                    for message in held {
                        group.addTask { try? await message.acknowledge() }
                        group.addTask { _ = try? await queue.receive(max: 1, visibilityMillis: 60_000 + seed) }
                        group.addTask { _ = try? await queue.send("x") }
                    }
                    group.addTask { _ = try? await queue.purge() }
                    for _ in 0..<(seed + UInt64(round)) % 5 { await Task.yield() }
                    group.addTask { try? await broker.deleteQueue("orders") }
                    group.addTask { _ = try? await queue.figures() }
                    await group.waitForAll()
                }
                #expect(throws: BrokerError.self) { _ = try broker.queue("orders") }
            }
            let isFreed = try await eventually(moving: store.time) { try await broker.verify().blockCount == 0 }
            #expect(isFreed)
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }
}
