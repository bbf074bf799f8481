import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Purge")
struct StorePurgeTests {
    @Test(
        "a purge ends waiting, leased, delayed and kept messages at once, voids receipts and says how many there were")
    func everything() async throws {
        let store = TemporaryStore()
        let start = store.time.now
        let (_, first) = try await store.run { broker in
            var attributes = QueueAttributes()
            attributes.rewindMillis = 600_000
            let queue = try await broker.createQueue("orders", attributes: attributes)
            try await queue.sendTogether((0..<10).map { "m\($0)" })
            try await queue.send("later", delayMillis: 5_000)
            let received = try await queue.receive(max: 6)
            try await queue.acknowledge(Array(received.prefix(2)))
            try await received[2].release(delayMillis: 1_000)
            try await received[3].release()
            #expect(try await queue.purge() == 9)
            let figures = try await queue.figures()
            #expect((figures.waiting, figures.delayed, figures.leased, figures.kept) == (0, 0, 0, 0))
            #expect(figures.rawByteCount == 0)
            #expect(try await queue.receive(max: 10).isEmpty)
            await #expect(throws: BrokerError.receiptInvalid) { try await received[4].acknowledge() }
            await #expect(throws: BrokerError.receiptInvalid) { try await received[5].extend(visibilityMillis: 9) }
            #expect(try await queue.purge() == 0)
            store.time.advance(milliseconds: 10_000)
            try await queue.rewind(to: start)
            #expect(try await queue.receive(max: 10).isEmpty)
            try await queue.send("new")
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let queue = try broker.queue("orders")
            #expect(try await queue.figures().enqueuedTotal == 12)
            #expect(try await queue.receive(max: 10).texts == ["new"])
            #expect(try await queue.purge() == 1)
        }
        #expect(problems == [])
    }

    @Test("thousands of rows are freed step by step, also over a restart; copies in other queues stay")
    func manyRows() async throws {
        let store = TemporaryStore()
        let (_, first) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            let copy = try await broker.createQueue("copy")
            let topic = try await broker.createTopic("paid")
            try await topic.subscribe(queue, as: "orders")
            try await topic.subscribe(copy, as: "copy")
            try await topic.publish("shared")
            for _ in 0..<6 {
                _ = try await queue.send((1...200).map { OutgoingMessage(body: "x", delayMillis: UInt64($0)) })
            }
            #expect(try await queue.purge() == 1_201)
            try await queue.send("new")
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let queue = try broker.queue("orders")
            #expect(try await queue.receive(max: 10).texts == ["new"])
            #expect(try await eventually(moving: store.time) { try await broker.verify().blockCount == 2 })
            store.time.advance(milliseconds: 1_000)
            #expect(try await broker.queue("copy").receive(max: 10).texts == ["shared"])
            #expect(try await queue.figures().waiting == 1)
        }
        #expect(problems == [])
    }

    @Test("a purge ends a rewind that is under way")
    func whileRewinding() async throws {
        let store = TemporaryStore()
        let start = store.time.now
        let (_, problems) = try await store.run { broker in
            var attributes = QueueAttributes()
            attributes.rewindMillis = 600_000
            let queue = try await broker.createQueue("orders", attributes: attributes)
            for round in 0..<5 {
                _ = try await queue.send((0..<256).map { OutgoingMessage(body: "x", delayMillis: UInt64($0)) })
                _ = try await queue.send((0..<256).map { OutgoingMessage(body: "x", delayMillis: UInt64($0)) })
                store.time.advance(milliseconds: 256)
                #expect(try await queue.comesTo(moving: store.time) { $0.delayed == 0 })
                while try await queue.figures().waiting > 0 {
                    try await queue.acknowledge(try await queue.receive(max: 256))
                }
                try await queue.rewind(to: start)
                _ = try await queue.purge()
                try await queue.send(Bytes("after \(round)"))
                let messages = try await queue.receive(max: 10)
                #expect(messages.texts == ["after \(round)"])
                try await queue.acknowledge(messages)
                #expect(try await queue.comesTo(moving: store.time) { $0.waiting == 0 && $0.kept == 1 })
            }
        }
        #expect(problems == [])
    }
}
