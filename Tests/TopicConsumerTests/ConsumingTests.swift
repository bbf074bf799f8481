import Engine
import MessageModel
import QueueStore
import Synchronization
import TestSupport
import Testing
import Tillwire
import TopicConsumer

@Suite("Consuming with state")
struct ConsumingTests {
    private static func drained(_ queue: Queue<Store>) async throws {
        // While the store is opened again there are no figures.
        while (try? await queue.figures().waiting) ?? 1 > 0 { await Task.yield() }
    }

    private static func send(_ queue: Queue<Store>, _ range: Range<Int>) async throws {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 100) {
            let part = (start..<min(start + 100, range.upperBound)).map {
                OutgoingMessage(body: Samples.order("t\($0)"))
            }
            _ = try await queue.send(part)
        }
    }

    @Test("every order is taken once and in order, over restarts in the middle of batches")
    func restarts() async throws {
        let store = TemporaryStore()
        for cycle in 0..<4 {
            let (_, problems) = try await store.run { broker in
                let queue = try await broker.createQueue("chain")
                try await Self.send(queue, cycle * 700..<(cycle + 1) * 700)
                let consumer = ChainConsumer(broker, queue, store.time)
                let task = Task { await consumer.consume() }
                let wanted = UInt64(cycle * 150)
                while try await queue.figures().waiting > 700 - wanted { await Task.yield() }
                if cycle == 3 { try await Self.drained(queue) }
                task.cancel()
                await task.value
                let chain = try await ChainConsumer.chain(broker)
                #expect(chain == (0..<chain.count).map { "t\($0)" })
            }
            #expect(problems == [])
        }
        _ = try await store.run { broker in
            let chain = try await ChainConsumer.chain(broker)
            #expect(chain == (0..<2_800).map { "t\($0)" })
        }
    }

    @Test("a commit of unknown outcome makes it read its rows again; nothing is lost, doubled or out of order")
    func failures() async throws {
        let faults = Mutex(0)
        let commits = Atomic<Int>(0)
        let store = TemporaryStore { options in
            options.faultBeforeCommit = {
                guard commits.wrappingAdd(1, ordering: .relaxed).newValue % 9 == 0 else { return nil }
                return faults.withLock { left in
                    guard left > 0 else { return nil }
                    left -= 1
                    return .diskFailed
                }
            }
        }
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("chain")
            try await Self.send(queue, 0..<1_500)
            faults.withLock { $0 = 4 }
            let consumer = ChainConsumer(broker, queue, store.time)
            let task = Task { await consumer.consume() }
            try await Self.drained(queue)
            task.cancel()
            await task.value
            #expect(try await ChainConsumer.chain(broker) == (0..<1_500).map { "t\($0)" })
            #expect(await consumer.failures.isEmpty == false)
            #expect(await consumer.reloadCount > 1)
        }
        #expect(problems == [])
    }

    @Test("an order that leads to the most parts it may keeps every commit within the bound of transactions")
    func largeChanges() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("chain")
            try await Self.send(queue, 0..<40)
            let consumer = ChainConsumer(
                broker, queue, SystemTimeSource(), rowsPerOrder: ConsumerLimits.partsPerOrderMax)
            let task = Task { await consumer.consume() }
            try await Self.drained(queue)
            task.cancel()
            await task.value
            #expect(await consumer.failures == [])
            #expect(await consumer.commitCount >= 10)
            #expect(try await ChainConsumer.chain(broker).count == 40)
        }
        #expect(problems == [])
    }

    @Test("an operator's change is durable with its answer, a refused one changes nothing; both pass between batches")
    func changes() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("chain")
            try await Self.send(queue, 0..<600)
            let consumer = ChainConsumer(broker, queue, SystemTimeSource())
            let task = Task { await consumer.consume() }
            try await consumer.note("first")
            #expect(try await broker.row(ChainConsumer.space, key: "note") == "first")
            await #expect(throws: ConsumerChangeError<ChainConsumer.Refused>.self) { try await consumer.note(nil) }
            try await Self.drained(queue)
            try await consumer.note("second")
            #expect(try await broker.row(ChainConsumer.space, key: "note") == "second")
            task.cancel()
            await task.value
            #expect(try await ChainConsumer.chain(broker) == (0..<600).map { "t\($0)" })
        }
        #expect(problems == [])
    }

    @Test("rows are read page by page, with a beginning and an end")
    func eachRow() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let space = RowSpace.state(ConsumerID(rawValue: 9))
            for start in stride(from: 0, to: 2_400, by: 400) {
                let rows = (start..<start + 400).map {
                    RowChange(space: space, key: Bytes([7, UInt8($0 >> 8), UInt8($0 & 255)]), value: Bytes("\($0)"))
                }
                try await broker.commit(Transaction(rows: rows))
            }
            try await broker.commit(Transaction(rows: [RowChange(space: space, key: Bytes([8]), value: "other")]))
            var seen: [String] = []
            try await broker.forEachRow(space, prefix: Bytes([7])) { row in
                seen.append(row.value.text ?? "")
                return true
            }
            #expect(seen == (0..<2_400).map { "\($0)" })
            var some: [String] = []
            try await broker.forEachRow(space, prefix: Bytes([7]), from: Bytes([7, 4, 1])) { row in
                some.append(row.value.text ?? "")
                return some.count < 3
            }
            #expect(some == ["1025", "1026", "1027"])
        }
        #expect(problems == [])
    }
}
