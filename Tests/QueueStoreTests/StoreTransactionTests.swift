import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Transactions")
struct StoreTransactionTests {
    private let consumer = RowSpace.state(ConsumerID(rawValue: 9))

    @Test("acknowledgement, send and row become durable together")
    func together() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let from = try await broker.createQueue("from")
            let to = try await broker.createQueue("to")
            try await from.send("x")
            let message = try await from.receive()[0]
            let sends = try await broker.commit(
                Transaction(
                    settlements: [Settlement(message.receipt, .acknowledge)],
                    sends: [SendBatch(source: .queue(to.id), messages: [OutgoingMessage(body: message.body)])],
                    rows: [RowChange(space: consumer, key: "seen", value: "1")]))
            #expect(sends == [[.stored(1)]])
            #expect(try await from.figures().waiting == 0)
            #expect(try await to.figures().waiting == 1)
            #expect(try await broker.row(consumer, key: "seen") == "1")
        }
        #expect(problems == [])
    }

    @Test("a stale receipt or a changed row refuses the whole transaction")
    func refusal() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let from = try await broker.createQueue("from")
            try await from.send("x")
            let message = try await from.receive(visibilityMillis: 1_000)[0]
            let change = RowChange(space: consumer, key: "k", value: "new", condition: .ifUnchanged("old"))
            let send = SendBatch(source: .queue(from.id), messages: [OutgoingMessage(body: "y")])
            await #expect(throws: BrokerError.rowConflict) {
                try await broker.commit(
                    Transaction(settlements: [Settlement(message.receipt, .acknowledge)], sends: [send], rows: [change])
                )
            }
            #expect(try await from.figures().waiting == 1)
            #expect(try await broker.row(consumer, key: "k") == nil)
            store.time.advance(milliseconds: 1_000)
            await #expect(throws: BrokerError.receiptInvalid) {
                try await broker.commit(
                    Transaction(settlements: [Settlement(message.receipt, .acknowledge)], sends: [send]))
            }
            #expect(try await from.figures().enqueuedTotal == 1)
            #expect(try await from.receive().count == 1)
        }
        #expect(problems == [])
    }

    @Test("rows: written if absent stay, read in order by prefix, deleted; a batch of transactions has an outcome each")
    func rows() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let put = { (key: Bytes, value: Bytes?, condition: RowChange.Condition) in
                Transaction<ReceiptHandle>(rows: [
                    RowChange(space: .orders, key: key, value: value, condition: condition)
                ])
            }
            let outcomes = try await broker.commit([
                put("a1", "1", .ifAbsent), put("a1", "2", .ifAbsent), put("a2", "2", .always),
                put("b1", "3", .ifUnchanged(nil)),
                put("b1", "4", .ifUnchanged("wrong")), put("a2", "22", .ifUnchanged("2")),
            ])
            #expect(outcomes.map { $0 == .refused(.rowConflict) } == [false, false, false, false, true, false])
            let rows = try await broker.rows(RowRead(space: .orders, prefix: "a"))
            #expect(rows == [Row(key: "a1", value: "1"), Row(key: "a2", value: "22")])
            #expect(try await broker.rows(RowRead(space: .orders)).count == 3)
            #expect(try await broker.rows(RowRead(space: .orders, from: "a2", countMax: 1)).first?.key == "a2")
            try await broker.commit(put("a1", nil, .always))
            #expect(try await broker.row(.orders, key: "a1") == nil)
            await #expect(throws: BrokerError.self) {
                try await broker.commit(put(Bytes([UInt8](repeating: 1, count: 33)), "x", .always))
            }
        }
        #expect(problems == [])
    }

    @Test("a delayed release inside a transaction holds, and its row with it")
    func releaseInTransaction() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("q")
            try await queue.send("x")
            let message = try await queue.receive()[0]
            try await broker.commit(
                Transaction(
                    settlements: [Settlement(message.receipt, .release(delayMillis: 5_000))],
                    rows: [RowChange(space: .orders, key: "t", value: "attempt 1")]))
            #expect(try await queue.figures().delayed == 1)
            store.time.advance(milliseconds: 5_000)
            let again = try await queue.receive(waitMillis: 10_000)
            #expect(again.first?.deliveryCount == 2)
        }
        #expect(problems == [])
    }
}
