import Engine
import MessageModel
import TestSupport
import Testing
import Tillwire

@testable import QueueStore

@Suite("Leases that name a row of before")
struct StoreLeasePlaceTests {
    /// Runs `body` with a store whose memory can be looked into.
    private static func run(
        _ store: TemporaryStore, _ body: (Store, Broker<Store>) async throws -> Void
    ) async throws -> [String] {
        let engine = try Store.open(at: store.folder.path, options: store.options)
        let broker = Broker(engine: engine)
        do { try await body(engine, broker) } catch { Issue.record(error) }
        await broker.close()
        return try Store.verify(folder: store.folder.path, options: store.options).problems
    }

    @Test("a message that came back too often is found where a compaction has put it")
    func deadLetter() async throws {
        let store = TemporaryStore()
        let problems = try await Self.run(store) { engine, broker in
            let dead = try await broker.createQueue("dead")
            var attributes = QueueAttributes()
            attributes.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 1)
            let queue = try await broker.createQueue("q", attributes: attributes)
            try await queue.sendTogether(["a", "b", "c"])
            let messages = try await queue.receive(max: 3, visibilityMillis: 60_000)
            let state = try #require(engine.directory.state(queue.id))
            state.withLock { memory in
                for sequence in [UInt64(2), 3] {
                    memory.leases[sequence]?.rowFirst = sequence == 2 ? 2 : 1
                    memory.leases[sequence]?.member = 0
                }
            }
            for message in messages { try await message.release() }
            #expect(try await dead.comesTo(moving: store.time) { $0.waiting == 3 })
            #expect(try await dead.receive(max: 3).texts.sorted() == ["a", "b", "c"])
            #expect(try await queue.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test("delivery counts are written where a compaction has put the message")
    func writeBehind() async throws {
        let store = TemporaryStore()
        let problems = try await Self.run(store) { engine, broker in
            let queue = try await broker.createQueue("q")
            try await queue.sendTogether(["a", "b"])
            let messages = try await queue.receive(max: 2, visibilityMillis: 60_000)
            let state = try #require(engine.directory.state(queue.id))
            state.withLock { memory in
                memory.leases[2]?.rowFirst = 2
                memory.leases[2]?.member = 0
            }
            for message in messages { try await message.release() }
        }
        #expect(problems == [])
        _ = try await Self.run(store) { _, broker in
            let messages = try await broker.queue("q").receive(max: 2)
            #expect(messages.map(\.deliveryCount) == [2, 2])
        }
    }

    @Test("a queue that is not held any more is not put on the writer's list, where nothing would take it off")
    func tracking() async throws {
        let problems = try await Self.run(TemporaryStore()) { engine, _ in
            engine.directory.track(QueueID(rawValue: 99))
            #expect(!engine.directory.hasTracked)
        }
        #expect(problems == [])
    }
}
