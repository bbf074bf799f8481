import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Sending and receiving")
struct StoreSendReceiveTests {
    @Test("a message sent is received once, with its body, and is gone when acknowledged")
    func roundTrip() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("orders")
            let id = try await queue.send("hello", properties: MessageProperties(tags: [MessageTag("paid")]))
            let received = try await queue.receive(max: 10)
            #expect(received.count == 1)
            #expect(received.first?.body.text == "hello")
            #expect(received.first?.id == id)
            #expect(received.first?.deliveryCount == 1)
            #expect(received.first?.properties.tags.map(\.text) == ["paid"])
            #expect(try await queue.receive(max: 10).isEmpty)
            try await queue.acknowledge(received)
            let figures = try await queue.figures()
            #expect(figures.waiting == 0)
            #expect(figures.rawByteCount == 0)
            #expect(figures.oldestEnqueuedAt == nil)
        }
        #expect(problems == [])
    }

    @Test("a batch is delivered in its order, over several blocks and large bodies")
    func batchOrder() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("orders")
            var generator = SeededGenerator(seed: 7)
            let bodies = (0..<200).map { index in
                Bytes(generator.text(byteCount: index % 50 == 0 ? 60_000 : 1 + index * 7))
            }
            let outcomes = try await queue.send(bodies[0..<100].map { OutgoingMessage(body: $0) })
            #expect(outcomes.count == 100)
            _ = try await queue.send(bodies[100...].map { OutgoingMessage(body: $0) })
            var received: [Bytes] = []
            while true {
                let batch = try await queue.receive(max: 64)
                if batch.isEmpty { break }
                received += batch.map(\.body)
                try await queue.acknowledge(batch)
            }
            #expect(received == bodies)
        }
        #expect(problems == [])
    }

    @Test("a message of the largest size survives, one byte more is refused and changes nothing")
    func largestBody() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("orders")
            var generator = SeededGenerator(seed: 1)
            let body = Bytes((0..<Limits.bodyByteCountMax).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
            try await queue.send(body)
            let received = try await queue.receive()
            #expect(received.first?.body == body)
            let tooLarge = Bytes(Array(body.slice) + [0])
            await #expect(throws: BrokerError.bodyTooLarge(byteCount: body.count + 1, byteCountMax: body.count)) {
                try await queue.send(tooLarge)
            }
            #expect(try await queue.figures().enqueuedTotal == 1)
        }
        #expect(problems == [])
    }

    @Test("bad arguments are refused with what is allowed", arguments: [0, 257])
    func badCounts(count: Int) async throws {
        _ = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("orders")
            await #expect(throws: BrokerError.invalidBatchCount(count)) { _ = try await queue.receive(max: count) }
            let messages = (0..<count).map { _ in OutgoingMessage(body: "x") }
            await #expect(throws: BrokerError.invalidBatchCount(count)) { _ = try await queue.send(messages) }
            await #expect(throws: BrokerError.self) { _ = try await queue.receive(visibilityMillis: 0) }
            await #expect(throws: BrokerError.self) {
                _ = try await queue.receive(waitMillis: Limits.pollMillisMax + 1)
            }
            await #expect(throws: BrokerError.self) {
                try await queue.send("x", delayMillis: Limits.delayMillisMax + 1)
            }
            await #expect(throws: BrokerError.self) { try await queue.send(.empty) }
        }
    }

    @Test("a delayed message is invisible until its time, also over a restart")
    func delay() async throws {
        let store = TemporaryStore()
        let (_, first) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send([
                OutgoingMessage(body: "late", delayMillis: 5_000), OutgoingMessage(body: "now"),
                OutgoingMessage(body: "later", delayMillis: 9_000),
                OutgoingMessage(body: "late too", delayMillis: 5_000),
            ])
            #expect(try await queue.figures().delayed == 3)
            let received = try await queue.receive(max: 10)
            #expect(received.map { $0.body.text } == ["now"])
            try await queue.acknowledge(received)
            store.time.advance(milliseconds: 4_999)
            #expect(try await queue.receive(max: 10).isEmpty)
        }
        #expect(first == [])
        let (_, second) = try await store.run { broker in
            let queue = try broker.queue("orders")
            store.time.advance(milliseconds: 1)
            let received = try await queue.receive(max: 10, waitMillis: 20_000)
            let rest = received.count < 2 ? try await queue.receive(max: 10, waitMillis: 20_000) : []
            #expect((received + rest).map { $0.body.text } == ["late", "late too"])
            try await queue.acknowledge(received + rest)
            #expect(try await queue.figures().delayed == 1)
        }
        #expect(second == [])
    }

    @Test(
        "a repeat under the same key is answered with the first id and stored once, also within a group and after a restart"
    )
    func idempotency() async throws {
        let store = TemporaryStore()
        let key = try IdempotencyKey("pay:1", lifetime: .payment)
        let (first, _) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            let outcomes = try await queue.send([
                OutgoingMessage(body: "a", key: key), OutgoingMessage(body: "b", key: key), OutgoingMessage(body: "c"),
            ])
            #expect(outcomes == [.stored(1), .duplicate(1), .stored(2)])
            return try await queue.send("again", key: key)
        }
        let (_, problems) = try await store.run { broker in
            let queue = try broker.queue("orders")
            store.time.advance(milliseconds: 99 * 86_400_000)
            #expect(try await queue.send("again", key: key) == first)
            #expect(try await queue.figures().waiting == 2)
            store.time.advance(milliseconds: 2 * 86_400_000)
            #expect(try await queue.send("new", key: key) != first)
        }
        #expect(problems == [])
    }

    @Test("the same key at another queue is another key")
    func keysAreScoped() async throws {
        _ = try await TemporaryStore().run { broker in
            let key = try IdempotencyKey("k")
            let one = try await broker.createQueue("one")
            let two = try await broker.createQueue("two")
            try await one.send("a", key: key)
            try await two.send("b", key: key)
            #expect(try await two.figures().waiting == 1)
        }
    }

    @Test("a message behind more hidden ones than one look passes is found by one receive")
    func farBehind() async throws {
        let store = TemporaryStore()
        let (_, first) = try await store.run { broker in
            let queue = try await broker.createQueue("q")
            // A delay of its own gives each message a row of its own.
            for batch in 0..<UInt64(Limits.readyScanRowCountMax / 256 + 1) {
                _ = try await queue.send(
                    (0..<256).map { OutgoingMessage(body: "later", delayMillis: 1_000_000 + batch * 256 + $0) })
            }
            try await queue.send("now")
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let found = try await broker.queue("q").receive(max: 10)
            #expect(found.map(\.body.text) == ["now"])
        }
        #expect(problems == [])
    }
}
