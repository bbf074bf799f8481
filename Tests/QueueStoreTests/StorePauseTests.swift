import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Pausing a queue")
struct StorePauseTests {
    @Test("a paused queue gives nothing and takes sends and acknowledgements, over a restart, until it is resumed")
    func paused() async throws {
        let store = TemporaryStore()
        let (receipt, first) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.sendTogether(["a", "b"])
            let held = try await queue.receive(visibilityMillis: 60_000)[0]
            try await queue.pause()
            try await queue.send("c")
            #expect(try await queue.receive(max: 10).isEmpty)
            return held.receipt
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let queue = try broker.queue("orders")
            #expect(try queue.attributes.isPaused)
            #expect(try await queue.receive(max: 10).isEmpty)
            #expect(try await broker.settle([Settlement(receipt, .acknowledge)]) == [.done])
            #expect(try await queue.figures().waiting == 2)
            try await queue.resume()
            #expect(try await queue.receive(max: 10).texts == ["b", "c"])
        }
        #expect(problems == [])
    }

    @Test("a receive that waits at a paused queue goes on waiting over sends, and is served when the queue is resumed")
    func polls() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.pause()
            async let waiting = queue.receive(max: 10, waitMillis: 30_000)
            #expect(try await queue.comesTo { $0.waitingPolls == 1 })
            try await queue.send("a")
            try await queue.send("b")
            #expect(try await queue.comesTo { $0.waitingPolls == 1 })
            try await queue.resume()
            #expect(try await waiting.texts == ["a", "b"])
        }
        #expect(problems == [])
    }

    @Test("a receive's wait at a paused queue ends by its time")
    func pollEnds() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.send("a")
            try await queue.pause()
            async let waiting = queue.receive(max: 10, waitMillis: 5_000)
            #expect(try await queue.comesTo { $0.waitingPolls == 1 })
            store.time.advance(milliseconds: 5_000)
            #expect(try await waiting.isEmpty)
        }
        #expect(problems == [])
    }
}
