import Engine
import Foundation
import MessageModel
import QueueStore
import Synchronization
import TestSupport
import Testing
import Tillwire

/// Makes the store's commits fail on demand, and remembers what it reported.
final class FaultSwitch: Sendable {
    private let faults = Mutex<[InjectedFault]>([])
    private let reported = Mutex<[StoreEvent]>([])

    /// The next commits fail so, one after another.
    func arm(_ next: [InjectedFault]) { faults.withLock { $0 = next } }
    var events: [StoreEvent] { reported.withLock { $0 } }
    func isArmed() -> Bool { faults.withLock { !$0.isEmpty } }

    func install(_ options: inout StoreOptions) {
        options.faultBeforeCommit = { self.faults.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
        options.report = { event in self.reported.withLock { $0.append(event) } }
    }
}

@Suite("Failures of the disk and of the map")
struct StoreFailureTests {
    @Test("a failed commit is answered «unknown»; the store reopens, keeps what was durable, and takes the repeat once")
    func diskFailure() async throws {
        let faults = FaultSwitch()
        let (_, problems) = try await TemporaryStore(adjust: faults.install).run { broker in
            let queue = try await broker.createQueue("orders")
            let key = try IdempotencyKey("k")
            try await queue.send("before")
            faults.arm([.diskFailed])
            await #expect(throws: BrokerError.outcomeUnknown("injected diskFailed")) {
                try await queue.send("x", key: key)
            }
            try await queue.send("x", key: key)
            try await queue.send("x", key: key)
            let received = try await queue.receive(max: 10)
            #expect(received.map { $0.body.text } == ["before", "x"])
            try await queue.acknowledge(received)
            #expect(try await broker.figures().reopenCount == 1)
        }
        #expect(problems == [])
        #expect(faults.events.contains(.reopened(attempt: 1)))
    }

    @Test("a message that was leased when the store had to be reopened is not given out before its visibility time")
    func leaseOverReopen() async throws {
        let faults = FaultSwitch()
        let store = TemporaryStore(adjust: faults.install)
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.send("x")
            let message = try await queue.receive(visibilityMillis: 60_000)[0]
            faults.arm([.diskFailed])
            await #expect(throws: BrokerError.self) { try await queue.send("y") }
            #expect(try await queue.receive(max: 10).isEmpty)
            store.time.advance(milliseconds: 59_999)
            #expect(try await queue.receive(max: 10).isEmpty)
            #expect(try await broker.settle([Settlement(message.receipt, .acknowledge)]) == [.done])
            store.time.advance(milliseconds: 10)
            #expect(try await queue.receive(max: 10).isEmpty)
            #expect(try await queue.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test(
        "a rewind after a reopening shows what was acknowledged, and nothing that others may hold, before the hold ends"
    )
    func rewindInHold() async throws {
        let faults = FaultSwitch()
        let store = TemporaryStore(adjust: faults.install)
        let (_, problems) = try await store.run { broker in
            var attributes = QueueAttributes()
            attributes.rewindMillis = 600_000
            let queue = try await broker.createQueue("orders", attributes: attributes)
            let start = store.time.now
            for body in ["done", "held"] { try await queue.send(Bytes(body)) }
            let messages = try await queue.receive(max: 2, visibilityMillis: 60_000)
            try await messages[0].acknowledge()
            faults.arm([.diskFailed])
            await #expect(throws: BrokerError.self) { try await queue.send("x") }
            try await queue.rewind(to: start)
            let shown = try await queue.receive(max: 10).map { $0.body.text ?? "" }
            #expect(!shown.contains("held"))
            #expect(try await broker.settle([Settlement(messages[1].receipt, .acknowledge)]) == [.done])
            store.time.advance(milliseconds: 60_000)
            #expect(try await queue.receive(max: 10).map { $0.body.text } == ["done"])
        }
        #expect(problems == [])
    }

    @Test("a full map refuses sends with «full» while acknowledgements pass")
    func mapFull() async throws {
        let faults = FaultSwitch()
        let (_, problems) = try await TemporaryStore(adjust: faults.install).run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send((0..<8).map { _ in OutgoingMessage(body: "x") })
            let received = try await queue.receive(max: 8)
            faults.arm([.mapFull])
            await #expect(throws: BrokerError.storeFull("the map has no free page")) { try await queue.send("y") }
            try await queue.acknowledge(received)
            #expect(try await queue.figures().waiting == 0)
            try await queue.send("z")
            #expect(try await broker.figures().reopenCount == 0)
        }
        #expect(problems == [])
    }

    @Test("a map that is really full refuses sends, can be drained to empty, and takes messages again")
    func fillAndDrain() async throws {
        let faults = FaultSwitch()
        let store = TemporaryStore(mapByteCount: Limits.mapByteCountMin, adjust: faults.install)
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            var generator = SeededGenerator(seed: 3)
            let body = Bytes((0..<400_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
            var stored = 0
            var refusal: BrokerError?
            while refusal == nil {
                do { _ = try await queue.send(body); stored += 1 } catch let error as BrokerError { refusal = error }
                store.time.advance(milliseconds: 1_001)
            }
            guard case .storeFull = refusal else {
                Issue.record("refused with \(String(describing: refusal))")
                return
            }
            #expect(stored > 100)
            var drained = 0
            while true {
                let batch = try await queue.receive(max: 16)
                if batch.isEmpty { break }
                try await queue.acknowledge(batch)
                drained += batch.count
            }
            #expect(drained == stored)
            store.time.advance(milliseconds: 1_001)
            _ = try? await queue.send(body)
            store.time.advance(milliseconds: 1_001)
            try await queue.send(body)
        }
        #expect(faults.events.contains { if case .spaceShort = $0 { true } else { false } })
        #expect(problems == [])
    }

    @Test("a read-only filesystem refuses writes while reads go on")
    func readOnly() async throws {
        let faults = FaultSwitch()
        _ = try await TemporaryStore(adjust: faults.install).run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.send("x")
            faults.arm([.readOnly])
            await #expect(throws: BrokerError.self) { try await queue.send("y") }
            await #expect(throws: BrokerError.self) { try await queue.send("y") }
            #expect(try await queue.figures().waiting == 1)
            #expect(faults.events.contains(.readOnly))
        }
    }

    @Test("after three failures in a row the store gives up and says so to everyone")
    func givesUp() async throws {
        let faults = FaultSwitch()
        _ = try? await TemporaryStore(adjust: faults.install).run { broker in
            let queue = try await broker.createQueue("orders")
            faults.arm(Array(repeating: .diskFailed, count: 20))
            for _ in 0..<6 { await #expect(throws: BrokerError.self) { try await queue.send("x") } }
            #expect(faults.events.contains { if case .gaveUp = $0 { true } else { false } })
        }
    }
}
