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

    @Test("a queue that is not held any more is not put on the writer's list, where nothing would take it off")
    func tracking() async throws {
        let problems = try await Self.run(TemporaryStore()) { engine, _ in
            engine.directory.track(QueueID(rawValue: 99))
            #expect(!engine.directory.hasTracked)
        }
        #expect(problems == [])
    }
}
