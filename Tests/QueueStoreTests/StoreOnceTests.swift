import Engine
import MessageModel
import TestSupport
import Testing
import Tillwire

@testable import QueueStore

@Suite("Idempotency keys in a store")
struct StoreOnceTests {
    private static func key(_ number: Int) throws -> IdempotencyKey {
        try IdempotencyKey("pay:\(number)", lifetime: .payment)
    }

    private static func store(_ faults: CommitFaults = CommitFaults()) -> TemporaryStore {
        TemporaryStore { options in
            faults.install(&options)
            options.onceBounds = .tiny
        }
    }

    private static func message(_ number: Int) throws -> OutgoingMessage {
        OutgoingMessage(body: Bytes("order \(number)"), key: try key(number))
    }

    /// Every key is answered with the sequence it had first, and nothing is stored.
    private static func expectRepeats(of count: Int, at queue: Tillwire.Queue<Store>) async throws {
        let before = try await queue.figures().waiting
        for start in stride(from: 0, to: count, by: 50) {
            let numbers = start..<min(start + 50, count)
            let outcomes = try await queue.send(try numbers.map { try message($0) })
            #expect(outcomes == numbers.map { .duplicate(SequenceNumber($0 + 1)) })
        }
        #expect(try await queue.figures().waiting == before)
    }

    @Test("keys are remembered while they are merged, and over stops, failed commits and lost memory")
    func remembered() async throws {
        let faults = CommitFaults()
        let store = Self.store(faults)
        let (_, first) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            for number in 0..<200 {
                if number % 17 == 5 { faults.arm(number % 2 == 0 ? .before : .after) }
                do throws(BrokerError) { _ = try await queue.send([try! Self.message(number)]) } catch {
                    guard case .outcomeUnknown = error else { throw error }
                }
                _ = faults.disarm()
                // Whatever became of it, it is there once.
                #expect(try await eventually { (try? await queue.figures()) != nil })
                for _ in 0..<200 {
                    if let outcomes = try? await queue.send([try Self.message(number)]) {
                        #expect(
                            [.duplicate(SequenceNumber(number + 1)), .stored(SequenceNumber(number + 1))].contains(
                                outcomes[0]))
                        break
                    }
                }
            }
            try await Self.expectRepeats(of: 200, at: queue)
        }
        #expect(first == [])
        let rows = try DamagedStore(of: store).keys("once")
        #expect(rows.contains { OnceRunID($0.array.span.bytes) != nil })
        let (_, problems) = try await store.run { broker in
            try await Self.expectRepeats(of: 200, at: try broker.queue("orders"))
        }
        #expect(problems == [])
    }

    @Test("a backup remembers the keys, and so does a compacted copy that goes on")
    func backup() async throws {
        let store = Self.store()
        let target = TemporaryFolder()
        _ = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            for number in 0..<60 { _ = try await queue.send([try Self.message(number)]) }
            _ = try await broker.backup(to: target.path + "/copy")
            for number in 60..<70 { _ = try await queue.send([try Self.message(number)]) }
        }
        let copy = try await EmbeddedBroker.open(at: target.path + "/copy", options: store.options)
        let queue = try copy.queue("orders")
        try await Self.expectRepeats(of: 60, at: queue)
        for number in 60..<90 {
            #expect(try await queue.send([try Self.message(number)]) == [.stored(SequenceNumber(number + 1))])
        }
        try await Self.expectRepeats(of: 90, at: queue)
        await copy.close()
        #expect(try Store.verify(folder: target.path + "/copy", options: store.options).problems == [])
    }

    @Test("a queue that is deleted and made again knows none of the keys of its predecessor")
    func deletedSource() async throws {
        let store = Self.store()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            for number in 0..<20 { _ = try await queue.send([try Self.message(number)]) }
            try await broker.deleteQueue("orders")
            let again = try await broker.createQueue("orders")
            for number in 0..<20 {
                #expect(try await again.send([try Self.message(number)]) == [.stored(SequenceNumber(number + 1))])
            }
            try await Self.expectRepeats(of: 20, at: again)
        }
        #expect(problems == [])
    }

    @Test(
        "a damaged row of a group refuses its keys and no others, stays for a repair, and is given up by one",
        arguments: [7, 22, 30, 40, 44])
    func damagedGroup(byte: Int) async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            for number in 0..<5 { _ = try await queue.send([try Self.message(number)]) }
        }
        let damaged = DamagedStore(of: store)
        let key = try damaged.keys("once")[2]
        var bytes = try #require(try damaged.value("once", key))
        bytes[byte] ^= 4
        try damaged.put("once", key, bytes)
        #expect(try store.verify().count == 1)
        _ = try await store.run { broker in
            let queue = try broker.queue("orders")
            for number in [0, 1, 3, 4] {
                #expect(try await queue.send([try Self.message(number)]) == [.duplicate(SequenceNumber(number + 1))])
            }
            guard case .refused(.corrupted) = try await queue.send([try Self.message(2)])[0] else {
                Issue.record("taken, though nobody knows")
                return
            }
            #expect(try await queue.send([try Self.message(5)]) == [.stored(6)])
        }
        let report = try damaged.repair(droppingDamaged: true)
        #expect(report.verification.problems == [])
        let (_, problems) = try await store.run { broker in
            let outcomes = try await broker.queue("orders").send([try Self.message(2)])
            #expect(outcomes == [.stored(7)])
        }
        #expect(problems == [])
    }

    @Test("where the length of a key is damaged nobody knows what the row held: no new key is taken until a repair")
    func unreadableGroup() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send((0..<3).map { try Self.message($0) })
            _ = try await queue.send([try Self.message(3)])
        }
        let damaged = DamagedStore(of: store)
        let key = try damaged.keys("once")[0]
        var bytes = try #require(try damaged.value("once", key))
        bytes[3 + 33] ^= 0x40
        try damaged.put("once", key, bytes)
        _ = try await store.run { broker in
            let queue = try broker.queue("orders")
            #expect(try await queue.send([try Self.message(3)]) == [.duplicate(4)])
            for number in [0, 1, 2, 9] {
                guard case .refused(.corrupted) = try await queue.send([try Self.message(number)])[0] else {
                    Issue.record("\(number) was taken")
                    continue
                }
            }
            try await queue.send("without a key")
        }
    }

    @Test("groups written after the store's counters were rebuilt do not take the place of earlier groups' answers")
    func rebuiltCounters() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            for number in 0..<5 { _ = try await queue.send([try Self.message(number)]) }
        }
        let damaged = DamagedStore(of: store)
        // As if there had been very many groups.
        let key = try #require(try damaged.keys("once").last)
        var bytes = Array(try #require(try damaged.value("once", key)).dropLast(4))
        let high = Keys.onceGroup(OnceGroupID(group: 1 << 40, part: 0))
        OnceRows.seal(&bytes, count: 1, under: high)
        try damaged.put("once", high, bytes)
        try damaged.delete("once", key)
        try damaged.delete("counters", Keys.store)
        #expect(try damaged.repair().verification.problems == [])
        let (_, problems) = try await store.run { broker in
            let queue = try broker.queue("orders")
            for number in 5..<8 { _ = try await queue.send([try Self.message(number)]) }
            for number in 0..<8 {
                guard case .duplicate = try await queue.send([try Self.message(number)])[0] else {
                    Issue.record("\(number) was taken again")
                    continue
                }
            }
        }
        #expect(problems == [])
        #expect(try damaged.keys("once").last.flatMap { OnceGroupID($0.array.span.bytes)?.group } ?? 0 > 1 << 40)
    }
}

extension TemporaryStore {
    fileprivate func verify() throws -> [String] { try Store.verify(folder: folder.path, options: options).problems }
}
