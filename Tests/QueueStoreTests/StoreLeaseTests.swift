import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Leases")
struct StoreLeaseTests {
    @Test("a message not acknowledged comes back after its visibility time, counted")
    func expiry() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.send("x")
            let first = try await queue.receive(visibilityMillis: 1_000)
            store.time.advance(milliseconds: 999)
            #expect(try await queue.receive().isEmpty)
            store.time.advance(milliseconds: 1)
            let second = try await queue.receive(visibilityMillis: 1_000)
            #expect(second.first?.deliveryCount == 2)
            #expect(second.first?.delivery.firstReceivedAt == first.first?.delivery.firstReceivedAt)
            await #expect(throws: BrokerError.receiptInvalid) { try await first[0].acknowledge() }
            try await second[0].acknowledge()
            try await second[0].acknowledge()
            #expect(try await queue.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test("an expired receipt cannot delete, nor a forged one, nor one of another queue")
    func deadReceipts() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            let other = try await broker.createQueue("other")
            try await queue.send("x")
            try await other.send("y")
            let message = try await queue.receive(visibilityMillis: 500)[0]
            let receipt = message.receipt
            let forged = [
                ReceiptHandle(
                    queue: other.id, sequence: receipt.sequence, deliveryNumber: receipt.deliveryNumber,
                    authenticator: receipt.authenticator),
                ReceiptHandle(
                    queue: queue.id, sequence: receipt.sequence + 1, deliveryNumber: receipt.deliveryNumber,
                    authenticator: receipt.authenticator),
                ReceiptHandle(
                    queue: queue.id, sequence: receipt.sequence, deliveryNumber: receipt.deliveryNumber,
                    authenticator: receipt.authenticator ^ 1),
            ]
            let outcomes = try await broker.settle(forged.map { Settlement($0, .acknowledge) })
            #expect(outcomes == forged.map { _ in .refused(.receiptInvalid) })
            store.time.advance(milliseconds: 500)
            await #expect(throws: BrokerError.receiptInvalid) { try await message.acknowledge() }
            #expect(try await queue.figures().waiting == 1)
            #expect(try await other.figures().waiting == 1)
        }
        #expect(problems == [])
    }

    @Test("a release gives the message back at once, a delayed one after its time, also over a restart")
    func release() async throws {
        let store = TemporaryStore()
        let (_, first) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.send("x")
            try await queue.receive()[0].release()
            let again = try await queue.receive()[0]
            #expect(again.deliveryCount == 2)
            try await again.release(delayMillis: 60_000)
            #expect(try await queue.figures().delayed == 1)
            #expect(try await queue.figures().waiting == 0)
            await #expect(throws: BrokerError.receiptInvalid) { try await again.acknowledge() }
        }
        #expect(first == [])
        let (_, second) = try await store.run { broker in
            let queue = try broker.queue("orders")
            store.time.advance(milliseconds: 59_999)
            #expect(try await queue.receive().isEmpty)
            store.time.advance(milliseconds: 1)
            let third = try await queue.receive(waitMillis: 1_000)
            #expect(third.first?.deliveryCount == 3)
            try await queue.acknowledge(third)
            #expect(try await queue.figures().delayed == 0)
        }
        #expect(second == [])
    }

    @Test("an extended lease lasts longer, a shortened one ends sooner")
    func extend() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.send("x")
            let message = try await queue.receive(visibilityMillis: 1_000)[0]
            try await message.extend(visibilityMillis: 50_000)
            store.time.advance(milliseconds: 49_000)
            #expect(try await queue.receive().isEmpty)
            try await message.extend(visibilityMillis: 10)
            store.time.advance(milliseconds: 10)
            #expect(try await queue.receive().count == 1)
        }
        #expect(problems == [])
    }

    @Test("after a clean restart a leased message stays hidden until its time, and its old receipt still works")
    func leaseOverRestart() async throws {
        let store = TemporaryStore()
        let (receipts, _) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send(["a", "b", "c"].map { OutgoingMessage(body: Bytes($0)) })
            return try await queue.receive(max: 2, visibilityMillis: 60_000).map(\.receipt)
        }
        let (_, problems) = try await store.run { broker in
            let queue = try broker.queue("orders")
            store.time.advance(milliseconds: 30_000)
            let visible = try await queue.receive(max: 10)
            #expect(visible.map { $0.body.text } == ["c"])
            #expect(try await broker.settle([Settlement(receipts[0], .acknowledge)]) == [.done])
            store.time.advance(milliseconds: 30_000)
            let back = try await queue.receive(max: 10)
            #expect(back.map { $0.body.text } == ["b", "c"].filter { text in back.contains { $0.body.text == text } })
            #expect(back.first { $0.body.text == "b" }?.deliveryCount == 2)
            #expect(try await broker.settle([Settlement(receipts[1], .acknowledge)]) == [.refused(.receiptInvalid)])
        }
        #expect(problems == [])
    }

    @Test("a long poll is woken by a message, by a lease that ends, by a delay that ends, and by its own deadline")
    func longPolls() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await Self.whilePolling(queue) {
                try await queue.send("sent")
            } check: {
                #expect($0.map { $0.body.text } == ["sent"])
            }
            try await Self.whilePolling(queue) {
                store.time.advance(milliseconds: 30_000)
            } check: {
                #expect($0.count == 1)
            }
            let held = try await queue.receive(visibilityMillis: 1)
            #expect(held.isEmpty)
            try await queue.send("late", delayMillis: 5_000)
            try await Self.whilePolling(queue) {
                store.time.advance(milliseconds: 5_000)
            } check: {
                #expect($0.count == 1)
            }
            let empty = try await broker.createQueue("empty")
            try await Self.whilePolling(empty) {
                store.time.advance(milliseconds: 20_000)
            } check: {
                #expect($0.isEmpty)
            }
        }
        #expect(problems == [])
    }

    /// Starts a poll of 20 s, waits until it waits, acts, and looks at what it returned.
    static func whilePolling(
        _ queue: Tillwire.Queue<Store>, act: () async throws -> Void, check: ([Message<Store>]) -> Void
    ) async throws {
        async let polled = queue.receive(max: 10, visibilityMillis: 30_000, waitMillis: 20_000)
        while try await queue.figures().waitingPolls == 0 { await Task.yield() }
        try await act()
        check(try await polled)
    }

    @Test("a cancelled poll ends and leases nothing; closing ends a poll too")
    func cancelledPoll() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("orders")
            let poll = Task { try await queue.receive(waitMillis: 20_000) }
            while try await queue.figures().waitingPolls == 0 { await Task.yield() }
            poll.cancel()
            await #expect(throws: BrokerError.cancelled) { _ = try await poll.value }
            #expect(try await queue.figures().waitingPolls == 0)
            let second = Task { try await queue.receive(waitMillis: 20_000) }
            while try await queue.figures().waitingPolls == 0 { await Task.yield() }
            await broker.close()
            await #expect(throws: BrokerError.closed) { _ = try await second.value }
        }
        #expect(problems == [])
    }
}
