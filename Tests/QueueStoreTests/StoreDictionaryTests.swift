import Engine
import LMDB
import MessageModel
import TestSupport
import Testing

@testable import QueueStore
@testable import Tillwire

@Suite("A store that learns dictionaries")
struct StoreDictionaryTests {
    /// Headers of all blocks of a stopped store, by id.
    private static func headers(_ store: TemporaryStore) throws -> [BlockHeader] {
        try StoreOpening.inspect(store.folder.path, store.options) { (source) throws(BrokerError) in
            try source.read { (tables, transaction) throws(LMDBError) in
                try transaction.withCursor(tables.payloads) { (cursor) throws(LMDBError) in
                    var headers: [BlockHeader] = []
                    var more = try cursor.first()
                    while more {
                        if cursor.key.byteCount == 10, let header = try? BlockHeader(cursor.value) {
                            headers.append(header)
                        }
                        more = try cursor.next()
                    }
                    return headers
                }
            }
        }
    }

    private static func hasDictionary(_ store: Store) throws -> Bool {
        try store.source.read { (tables, transaction) throws(LMDBError) in
            try transaction.value(tables.catalogue, forKey: DictionaryRow.key(1).span) != nil
        }
    }

    @Test("single messages come to be written with a dictionary, are read back after a restart, and take less room")
    func learns() async throws {
        let store = TemporaryStore()
        let (count, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            var number = 0
            // The training runs on a thread of its own: go on until its dictionary is on the disk, then for a while with it.
            while number < 20_000, try Self.hasDictionary(broker.engine) == false {
                try await queue.send(TillOrders.order(number).body)
                number += 1
            }
            for _ in 0..<200 {
                try await queue.send(TillOrders.order(number).body)
                number += 1
            }
            return number
        }
        #expect(problems == [])
        let headers = try Self.headers(store)
        let with = headers.filter { $0.codec == .deflateWithDictionary }
        let without = headers.filter { $0.codec == .deflate }
        #expect(with.count >= 199)
        #expect(without.count >= 256)
        func mean(_ headers: [BlockHeader]) -> Int {
            headers.reduce(0) { $0 + $1.storedByteCount } / max(1, headers.count)
        }
        #expect(mean(with) * 100 < mean(without) * 85, "\(mean(with)) against \(mean(without))")
        let (texts, again) = try await store.run { broker in
            let queue = try broker.queue("orders")
            var bodies: [Bytes] = []
            while case let batch = try await queue.receive(max: 256), !batch.isEmpty {
                bodies += batch.map(\.body)
                try await queue.acknowledge(batch)
            }
            // The dictionary outlives the process: the first block names it at once.
            try await queue.send(TillOrders.order(count).body)
            return bodies
        }
        #expect(again == [])
        #expect(texts == (0..<count).map { TillOrders.order($0).body })
        #expect(try Self.headers(store).map(\.codec) == [.deflateWithDictionary])
    }
}
