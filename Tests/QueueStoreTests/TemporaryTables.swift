import Foundation
import LMDB
import Testing

@testable import QueueStore

/// A store's tables in a folder that goes with them.
final class TemporaryTables {
    let path = NSTemporaryDirectory() + "tables-" + UUID().uuidString
    let environment: Environment
    let tables: Tables

    init(mapByteCount: Int = 64 << 20) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let options = Environment.Options(
            mapByteCount: mapByteCount, tableCountMax: UInt32(Tables.names.count), readerSlotCount: 8,
            readTransactionCountMax: 4)
        environment = try Environment(path: path, options: options)
        tables = try #require(
            try environment.write { (transaction) throws(LMDBError) in try Tables(transaction, creating: true) })
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func put(_ rows: [(key: RowKey, value: [UInt8])]) throws {
        try environment.write { (transaction) throws(LMDBError) in
            for row in rows { try transaction.put(tables.payloads, key: row.key.span, value: row.value.span) }
        }
    }

    func delete(_ key: RowKey) throws {
        try environment.write { (transaction) throws(LMDBError) in
            _ = try transaction.delete(tables.payloads, key: key.span)
        }
    }

    func put(_ id: UInt16, _ row: DictionaryRow) throws {
        let key = DictionaryRow.key(id)
        try environment.write { (transaction) throws(LMDBError) in
            try transaction.put(tables.catalogue, key: key.span, value: row.encoded(under: key).span)
        }
    }

    func load(_ id: UInt64, with reader: BlockReader = BlockReader()) throws -> Result<StoredBlock, RowFault>? {
        try environment.read { (transaction) throws(LMDBError) in try reader.load(id, tables, transaction) }
    }
}
