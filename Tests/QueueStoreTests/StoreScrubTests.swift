import MessageModel
import QueueStore
import Synchronization
import TestSupport
import Testing
import Tillwire

@Suite("The store's own daily check")
struct StoreScrubTests {
    private final class Events: Sendable {
        private let all = Mutex<[StoreEvent]>([])
        func append(_ event: StoreEvent) { all.withLock { $0.append(event) } }

        /// Problems of each scrub so far.
        var scrubs: [[String]] {
            all.withLock { $0.compactMap { if case .scrubbed(_, let problems) = $0 { problems } else { nil } } }
        }
    }

    private static func scrubs(_ count: Int, _ events: Events) async -> Bool {
        for _ in 0..<200_000 where events.scrubs.count < count { await Task.yield() }
        return events.scrubs.count >= count
    }

    @Test("the whole store is read ten minutes after the start and again a day later; a sound store has no problem")
    func daily() async throws {
        let events = Events()
        let store = TemporaryStore { $0.report = { events.append($0) } }
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("q")
            for number in 0..<50 { try await queue.send(Bytes("message \(number)")) }
            store.time.advance(milliseconds: 599_000)
            #expect(events.scrubs.isEmpty)
            store.time.advance(milliseconds: 1_001)
            #expect(await Self.scrubs(1, events))
            store.time.advance(milliseconds: 86_400_001)
            #expect(await Self.scrubs(2, events))
        }
        #expect(problems == [])
        #expect(events.scrubs.allSatisfy { $0.isEmpty })
    }

    @Test("damage that nobody reads is found and told")
    func damage() async throws {
        let damaged = try await DamagedStore()
        try LostDamage.block.plant(in: damaged)
        let events = Events()
        var options = damaged.store.options
        options.report = { events.append($0) }
        let broker = try await EmbeddedBroker.open(at: damaged.path, options: options)
        damaged.store.time.advance(milliseconds: 600_001)
        #expect(await Self.scrubs(1, events))
        #expect(events.scrubs.first?.isEmpty == false)
        await broker.close()
    }
}
