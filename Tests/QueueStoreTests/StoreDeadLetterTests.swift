import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Dead letters")
struct StoreDeadLetterTests {
    /// A queue "orders" that moves messages to "dead" after so many deliveries or at that age.
    private static func pair(
        _ broker: EmbeddedBroker, deliveries: Int? = nil, ageMillis: UInt64? = nil,
        _ change: (inout QueueAttributes) -> Void = { _ in }
    ) async throws -> (orders: Queue<Store>, dead: Queue<Store>) {
        let dead = try await broker.createQueue("dead")
        var attributes = QueueAttributes()
        attributes.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: deliveries, ageMillisMax: ageMillis)
        change(&attributes)
        return (try await broker.createQueue("orders", attributes: attributes), dead)
    }

    @Test(
        "a message released after its last delivery moves, keeps its id, and tells where it comes from, over a restart")
    func byCount() async throws {
        let store = TemporaryStore()
        let sentAt = store.time.now
        let (id, first) = try await store.run { broker in
            let (orders, dead) = try await Self.pair(broker, deliveries: 2)
            let properties = try MessageProperties(tags: [MessageTag("t")], headers: [("name", "value")])
            let id = try await orders.send("x", properties: properties)
            store.time.advance(milliseconds: 500)
            try await orders.receive()[0].release()
            let second = try await orders.receive()
            #expect(second.map(\.deliveryCount) == [2])
            try await second[0].release()
            #expect(try await orders.receive().isEmpty)
            #expect(try await dead.comesTo { $0.waiting == 1 })
            #expect(try await orders.figures().waiting == 0)
            #expect(try await orders.figures().rawByteCount == 0)
            await #expect(throws: BrokerError.receiptInvalid) { try await second[0].acknowledge() }
            return id
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let (orders, dead) = try await Self.pair(broker, deliveries: 2)
            let message = try #require(try await dead.receive().first)
            #expect(message.id == id)
            #expect(message.body == "x")
            #expect(message.properties.headers.map(\.value) == ["value"])
            #expect(message.deliveryCount == 1)
            #expect(
                message.origin
                    == DeadLetterOrigin(
                        queue: orders.id, sequence: 1, enqueuedAt: sentAt, deliveryCount: 2, reason: .deliveryCount))
            try await message.acknowledge()
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }

    @Test("a lease that ends by its time moves the message where nobody receives, also from a queue at rest")
    func byDeadline() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let (orders, dead) = try await Self.pair(broker, deliveries: 1)
            try await orders.sendEach(["early", "late"])
            _ = try await orders.receive(visibilityMillis: 50)
            store.time.advance(milliseconds: 50)
            #expect(try await dead.comesTo { $0.waiting == 1 })
            _ = try await orders.receive(visibilityMillis: 60_000)
            // The deliveries are written behind, then the queue rests while the lease goes on.
            #expect(try await store.advance(milliseconds: 200, committing: broker))
            #expect(try await store.advance(milliseconds: 1_500, committing: broker))
            store.time.advance(milliseconds: 10_000)
            #expect(try await orders.figures().waiting == 1)
            store.time.advance(milliseconds: 50_000)
            #expect(try await dead.comesTo { $0.waiting == 2 })
            #expect(try await orders.figures().waiting == 0)
            #expect(try await dead.receive(max: 10).texts == ["early", "late"])
        }
        #expect(problems == [])
    }

    @Test("a delayed release of the last delivery moves when it would be delivered next")
    func byDelayedRelease() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let (orders, dead) = try await Self.pair(broker, deliveries: 1)
            try await orders.send("x")
            try await orders.receive()[0].release(delayMillis: 5_000)
            #expect(try await orders.figures().delayed == 1)
            store.time.advance(milliseconds: 4_999)
            #expect(try await orders.receive().isEmpty)
            #expect(try await dead.figures().waiting == 0)
            store.time.advance(milliseconds: 1)
            #expect(try await orders.comesTo { $0.delayed == 0 })
            #expect(try await orders.receive().isEmpty)
            #expect(try await dead.comesTo { $0.waiting == 1 })
            #expect(try await dead.receive().map { $0.origin?.deliveryCount } == [1])
        }
        #expect(problems == [])
    }

    @Test("an old message moves by its age or by the retention, and is not delivered from the very moment on")
    func byTime() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let (orders, dead) = try await Self.pair(broker, ageMillis: 60_000)
            let other = try await broker.createQueue("other")
            try await other.setAttributes {
                $0.retentionMillis = 30_000
                $0.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 5)
            }
            try await orders.sendTogether(["a", "b", "c"])
            try await other.send("d")
            let held = try await orders.receive(max: 1, visibilityMillis: 90_000)
            store.time.advance(milliseconds: 30_000)
            #expect(try await other.receive().isEmpty)
            #expect(try await other.comesTo { $0.waiting == 0 })
            let first = try await dead.receive()
            #expect(first.map { $0.origin?.reason } == [.retention])
            try await dead.acknowledge(first)
            store.time.advance(milliseconds: 29_999)
            #expect(try await orders.receive(visibilityMillis: 1).texts == ["b"])
            store.time.advance(milliseconds: 1)
            #expect(try await orders.receive(max: 10).isEmpty)
            #expect(try await orders.comesTo { $0.waiting == 1 })
            let moved = try await dead.receive(max: 10)
            #expect(Set(moved.texts) == ["b", "c"])
            #expect(moved.map { $0.origin?.reason } == [.age, .age])
            #expect(moved.first { $0.body == "b" }?.origin?.deliveryCount == 1)
            #expect(moved.first { $0.body == "c" }?.origin?.deliveryCount == 0)
            // Who holds a message may still finish it.
            try await orders.acknowledge(held)
            #expect(try await orders.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test("a clean stop just after a last delivery was given back holds nothing up at the next start")
    func stopWhileMoving() async throws {
        let store = TemporaryStore()
        for round in 0..<10 {
            let (_, first) = try await store.run { broker in
                let (orders, _) = try await Self.pair(broker, deliveries: 1)
                try await orders.sendEach(["gone \(round)", "stays \(round)"])
                try await orders.receive()[0].release()
            }
            #expect(first == [])
            let (_, problems) = try await store.run { broker in
                let (orders, dead) = try await Self.pair(broker, deliveries: 1)
                let next = try await orders.receive(max: 10)
                #expect(next.texts == ["stays \(round)"])
                try await orders.acknowledge(next)
                #expect(try await dead.comesTo { $0.waiting == UInt64(round) + 1 })
                #expect(try await orders.figures().waiting == 0)
            }
            #expect(problems == [])
        }
    }

    @Test("a last delivery that a restart meets on lease is not delivered again, and moves")
    func leaseOverRestart() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let (orders, _) = try await Self.pair(broker, deliveries: 1)
            try await orders.send("x")
            #expect(try await orders.receive(visibilityMillis: 10_000).count == 1)
        }
        let (_, problems) = try await store.run { broker in
            let (orders, dead) = try await Self.pair(broker, deliveries: 1)
            #expect(try await orders.receive().isEmpty)
            store.time.advance(milliseconds: 10_000)
            #expect(try await orders.receive().isEmpty)
            #expect(try await dead.comesTo { $0.waiting == 1 })
            #expect(try await orders.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test(
        "members of one block move one by one, with the number of deliveries each had; the block lives as long as any")
    func membersOfABlock() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let (orders, dead) = try await Self.pair(broker, deliveries: 3)
            try await orders.sendTogether((0..<10).map { "m\($0)" })
            for round in 1...3 {
                for message in try await orders.receive(max: 10) {
                    let number = Int(message.body.text?.dropFirst() ?? "") ?? 0
                    // m0 m3 m6 m9 go after three deliveries; the others are done in the first round.
                    if number % 3 == 0 { try await message.release() } else { try await message.acknowledge() }
                    #expect(message.deliveryCount == round)
                }
            }
            #expect(try await dead.comesTo { $0.waiting == 4 })
            #expect(try await orders.figures().waiting == 0)
            let moved = try await dead.receive(max: 10)
            #expect(moved.texts == ["m0", "m3", "m6", "m9"])
            #expect(moved.map { $0.origin?.sequence } == [1, 4, 7, 10])
            #expect(moved.map { $0.origin?.deliveryCount } == [3, 3, 3, 3])
            try await dead.acknowledge(moved)
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }

    @Test("a dead-letter queue stays while it is bound, has no policy, serves six queues, and takes beyond its limits")
    func rules() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let (orders, dead) = try await Self.pair(broker, deliveries: 1)
            await #expect(throws: BrokerError.queueInUse("dead")) { try await broker.deleteQueue("dead") }
            let policy = DeadLetterPolicy(queue: orders.id, deliveryCountMax: 1)
            await #expect(throws: BrokerError.self) { try await dead.setAttributes { $0.deadLetter = policy } }
            await #expect(throws: BrokerError.self) { try await orders.setAttributes { $0.deadLetter = policy } }
            await #expect(throws: BrokerError.self) {
                try await orders.setAttributes { $0.deadLetter = DeadLetterPolicy(queue: dead.id) }
            }
            for number in 1...5 {
                let other = try await broker.createQueue(EntityName("other\(number)"))
                try await other.setAttributes {
                    $0.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 1)
                }
            }
            let seventh = try await broker.createQueue("seventh")
            await #expect(throws: BrokerError.self) {
                try await seventh.setAttributes {
                    $0.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 1)
                }
            }
            // One of the six changes what it has.
            try await orders.setAttributes { $0.deadLetter?.deliveryCountMax = 2 }
            try await orders.setAttributes { $0.deadLetter?.deliveryCountMax = 1 }
            try await dead.setAttributes { $0.messageCountMax = 1 }
            try await orders.sendEach(["a", "b", "c"])
            for message in try await orders.receive(max: 10) { try await message.release() }
            #expect(try await dead.comesTo { $0.waiting == 3 })
            for name in ["orders", "other1", "other2", "other3", "other4", "other5"] {
                try await broker.queue(EntityName(name)).setAttributes { $0.deadLetter = nil }
            }
            try await broker.deleteQueue("dead")
        }
        #expect(problems == [])
    }

    @Test("where the policy goes while a message waits to be moved, it is visible again")
    func policyRemoved() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let (orders, dead) = try await Self.pair(broker, deliveries: 2)
            try await orders.send("x")
            try await orders.receive()[0].release()
            let second = try await orders.receive(visibilityMillis: 5_000)
            #expect(second.count == 1)
            try await orders.setAttributes { $0.deadLetter = nil }
            store.time.advance(milliseconds: 5_000)
            let third = try await orders.receive()
            #expect(third.map(\.deliveryCount) == [3])
            try await orders.setAttributes {
                $0.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 2)
            }
            try await third[0].release()
            #expect(try await dead.comesTo { $0.waiting == 1 })
            #expect(try await dead.receive().map { $0.origin?.deliveryCount } == [3])
        }
        #expect(problems == [])
    }
}
