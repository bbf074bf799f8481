import Foundation
import LMDB
import Testing

/// An environment in a folder of its own that goes with it, with one table.
final class TemporaryEnvironment {
    let path: String
    private(set) var environment: Environment
    private(set) var table: Table
    private let options: Environment.Options

    init(mapByteCount: Int = 16 << 20, readTransactionCountMax: Int = 8, readerSlotCount: UInt32 = 32) throws {
        path = NSTemporaryDirectory() + "lmdb-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        options = Environment.Options(
            mapByteCount: mapByteCount, tableCountMax: 4, readerSlotCount: readerSlotCount,
            readTransactionCountMax: readTransactionCountMax)
        environment = try Environment(path: path, options: options)
        table = try Self.open(environment)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private static func open(_ environment: Environment) throws -> Table {
        let opened = try environment.write { (transaction) throws(LMDBError) in
            try transaction.table("rows", creating: true)
        }
        return try #require(opened)
    }

    /// Ends with an environment in memory only, so that the folder's is closed, then opens that again.
    func reopen() throws {
        let other = try TemporaryEnvironment()
        environment = other.environment
        environment = try Environment(path: path, options: options)
        table = try Self.open(environment)
    }

    func put(_ key: String, _ value: [UInt8]) throws {
        try environment.write { (transaction) throws(LMDBError) in
            try transaction.put(table, key: Array(key.utf8).span, value: value.span)
        }
    }

    func put(_ key: String, _ value: String) throws { try put(key, Array(value.utf8)) }

    func delete(_ key: String) throws -> Bool {
        try environment.write { (transaction) throws(LMDBError) in
            try transaction.delete(table, key: Array(key.utf8).span)
        }
    }

    func get(_ key: String) throws -> [UInt8]? {
        try environment.read { (transaction) throws(LMDBError) in try transaction.bytes(table, key) }
    }

    /// All keys in order.
    func keys() throws -> [String] {
        try environment.read { (transaction) throws(LMDBError) in
            try transaction.withCursor(table) { (cursor) throws(LMDBError) in
                var keys: [String] = []
                var more = try cursor.first()
                while more {
                    keys.append(copy(cursor.key).text)
                    more = try cursor.next()
                }
                return keys
            }
        }
    }
}

/// The bytes of a span that must not leave its transaction.
func copy(_ span: RawSpan) -> [UInt8] {
    (0..<span.byteCount).map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }
}

extension ReadTransaction {
    func bytes(_ table: Table, _ key: String) throws(LMDBError) -> [UInt8]? {
        guard let span = try value(table, forKey: Array(key.utf8).span) else { return nil }
        return copy(span)
    }
}

extension WriteTransaction {
    func put(_ table: Table, _ key: [UInt8], _ value: [UInt8]) throws(LMDBError) {
        try put(table, key: key.span, value: value.span)
    }

    func bytes(_ table: Table, _ key: String) throws(LMDBError) -> [UInt8]? {
        guard let span = try value(table, forKey: Array(key.utf8).span) else { return nil }
        return copy(span)
    }
}
