import Engine
import LMDB
import MessageModel
import TestSupport
import Testing
import Tillwire

@testable import QueueStore

/// A stopped store with something of everything in it, and ways to damage its rows.
///
/// Block 1 and queue 1 («orders») hold forty messages, ten of them acknowledged and one released with a delay; block 2 holds ten delayed ones. Topic 1
/// («events») fans thirty messages out to the queues 2 («left») and 3 («right») by block 3, of which the left has five acknowledged.
struct DamagedStore {
    static let hour: UInt64 = 3_600_000
    static let orders = QueueID(rawValue: 1)
    static let left = QueueID(rawValue: 2)
    static let right = QueueID(rawValue: 3)

    let store: TemporaryStore

    init() async throws {
        store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let orders = try await broker.createQueue("orders", attributes: Self.attributes)
            let left = try await broker.createQueue("left")
            let right = try await broker.createQueue("right")
            let topic = try await broker.createTopic("events")
            try await topic.subscribe(left, as: "to-left")
            try await topic.subscribe(right, as: "to-right")
            _ = try await orders.send((0..<40).map { OutgoingMessage(body: Bytes("order \($0)")) })
            _ = try await orders.send(
                (40..<50).map { OutgoingMessage(body: Bytes("order \($0)"), delayMillis: 600_000) })
            _ = try await topic.publish((0..<30).map { OutgoingMessage(body: Bytes("event \($0)")) })
            try await orders.acknowledge(try await orders.receive(max: 10))
            try await orders.receive(max: 1)[0].release(delayMillis: 900_000)
            try await left.acknowledge(try await left.receive(max: 5))
            let row = RowChange(space: .state(ConsumerID(rawValue: 9)), key: "k", value: "v")
            try await broker.commit(Transaction(rows: [row]))
            try await orders.send("order 50", key: try IdempotencyKey("once"))
        }
        #expect(problems == [])
    }

    /// Another stopped store, whatever it holds.
    init(of store: TemporaryStore) { self.store = store }

    private static var attributes: QueueAttributes {
        var attributes = QueueAttributes()
        attributes.retentionMillis = 10 * 24 * hour
        return attributes
    }

    var path: String { store.folder.path }

    /// Changes rows behind the store's back.
    func edit(_ body: (Tables, borrowing WriteTransaction) throws(LMDBError) -> Void) throws {
        try StoreOpening.inspect(path, store.options) { (source) throws(BrokerError) in
            guard let opened = source.opened else { throw .closed }
            do throws(WriteError<LMDBError>) {
                try opened.environment.write { (transaction) throws(LMDBError) in try body(opened.tables, transaction) }
            } catch { throw .system(operation: "\(error)", code: 0) }
        }
    }

    func put(_ table: String, _ key: RowKey, _ value: [UInt8]) throws {
        try edit { (tables, transaction) throws(LMDBError) in
            guard let table = tables.table(named: table) else { return }
            try transaction.put(table, key: key.span, value: value.span)
        }
    }

    func delete(_ table: String, _ key: RowKey) throws {
        try edit { (tables, transaction) throws(LMDBError) in
            guard let table = tables.table(named: table) else { return }
            try transaction.delete(table, key: key.span)
        }
    }

    /// A row as it stands; nil where there is none.
    func value(_ table: String, _ key: RowKey) throws -> [UInt8]? {
        try StoreOpening.inspect(path, store.options) { (source) throws(BrokerError) in
            try source.read { (tables, transaction) throws(LMDBError) in
                guard let table = tables.table(named: table) else { return nil }
                return try transaction.value(table, forKey: key.span)?.array
            }
        }
    }

    /// Flips one bit in the middle of a row.
    func flip(_ table: String, _ key: RowKey) throws {
        var bytes = try #require(try value(table, key))
        bytes[bytes.count / 2] ^= 4
        try put(table, key, bytes)
    }

    /// Keys of a table, in order.
    func keys(_ table: String) throws -> [RowKey] {
        try StoreOpening.inspect(path, store.options) { (source) throws(BrokerError) in
            try source.read { (tables, transaction) throws(LMDBError) in
                guard let table = tables.table(named: table) else { return [] }
                return try transaction.withCursor(table) { (cursor) throws(LMDBError) in
                    var keys: [RowKey] = []
                    var more = try cursor.first()
                    while more {
                        keys.append(RowKey(copying: cursor.key))
                        more = try cursor.next()
                    }
                    return keys
                }
            }
        }
    }

    func counters(_ queue: QueueID) throws -> QueueCounters {
        let key = Keys.queue(queue)
        let bytes = try #require(try value("counters", key))
        return try QueueCounters(bytes.span.bytes, under: key.span)
    }

    func change(_ queue: QueueID, _ body: (inout QueueCounters) -> Void) throws {
        var counters = try counters(queue)
        body(&counters)
        try put("counters", Keys.queue(queue), counters.encoded(under: Keys.queue(queue)))
    }

    func entry(_ queue: QueueID, _ first: SequenceNumber) throws -> (key: RowKey, row: EntryRow) {
        let key = Keys.entry(EntryID(queue: queue, first: first))
        let bytes = try #require(try value("entries", key))
        return (key, try EntryRow(bytes.span.bytes, under: key.span))
    }

    func verify() throws -> VerifyReport { try Store.verify(folder: path, options: store.options) }

    func repair(droppingDamaged: Bool = false) throws -> RepairReport {
        try Store.repair(folder: path, droppingDamaged: droppingDamaged, options: store.options)
    }

    /// Takes everything out of every queue, delayed messages too, then sends and publishes once more.
    func drain() async throws -> [String: [String]] {
        let (texts, problems) = try await store.run { broker in
            var texts: [String: [String]] = [:]
            for name in broker.topology.queues.keys {
                let queue = try broker.queue(name)
                var found: [String] = []
                for _ in 0..<2 {
                    while case let batch = try await queue.receive(max: 256), !batch.isEmpty {
                        found += batch.compactMap { $0.body.text }
                        try await queue.acknowledge(batch)
                    }
                    // Delays, leases and the hold after a lost counter end.
                    store.time.advance(milliseconds: Self.hour)
                    for _ in 0..<100 where try await queue.figures().delayed > 0 {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
                texts[name.text] = found.sorted()
            }
            for name in broker.topology.queues.keys { try await broker.queue(name).send("after") }
            for name in broker.topology.topics.keys { try await broker.topic(name).publish("after") }
            return texts
        }
        #expect(problems == [])
        return texts
    }

    /// What ``drain()`` finds where nothing is lost.
    static let everything: [String: [String]] = [
        "orders": (10..<51).map { "order \($0)" }.sorted(), "left": (5..<30).map { "event \($0)" }.sorted(),
        "right": (0..<30).map { "event \($0)" }.sorted(),
    ]
}
