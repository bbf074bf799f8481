import Engine
import Foundation
import LMDB
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("A store's folder")
struct StoreFolderTests {
    private func made() async throws -> TemporaryStore {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send((0..<40).map { OutgoingMessage(body: Bytes("payment number \($0) of this test")) })
        }
        return store
    }

    @Test("a second opening of the same folder is refused, and the first goes on")
    func secondOpening() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            await #expect(throws: BrokerError.storeInUse(path: store.folder.path)) {
                _ = try await EmbeddedBroker.open(at: store.folder.path, options: store.options)
            }
            #expect(throws: BrokerError.storeInUse(path: store.folder.path)) {
                _ = try Store.verify(folder: store.folder.path)
            }
            try await broker.createQueue("orders").send("x")
        }
        #expect(problems == [])
    }

    @Test("a store that was made and is gone is not replaced by an empty one")
    func missing() async throws {
        let store = try await made()
        try FileManager.default.removeItem(atPath: store.folder.path + "/store/data.mdb")
        await #expect(throws: BrokerError.self) {
            _ = try await EmbeddedBroker.open(at: store.folder.path, options: store.options)
        }
        #expect(!FileManager.default.fileExists(atPath: store.folder.path + "/store/data.mdb"))
    }

    @Test("what a cut during creation leaves behind is removed")
    func cutCreation() async throws {
        let store = TemporaryStore()
        let leftover = store.folder.path + "/store.creating"
        try FileManager.default.createDirectory(atPath: leftover, withIntermediateDirectories: true)
        try Data("torn".utf8).write(to: URL(fileURLWithPath: leftover + "/data.mdb"))
        let (_, problems) = try await store.run { broker in try await broker.createQueue("orders").send("x") }
        #expect(problems == [])
        #expect(!FileManager.default.fileExists(atPath: leftover))
    }

    @Test("files are closed to others")
    func modes() async throws {
        let store = try await made()
        for (name, mode) in [
            ("", 0o700), ("/store", 0o700), ("/store/data.mdb", 0o600), ("/lock", 0o600), ("/store.made", 0o600),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: store.folder.path + name)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode, "\(name)")
        }
    }

    @Test("a store of a newer format is refused and not changed")
    func newerFormat() async throws {
        let store = try await made()
        try FormatEditor.raise(store.folder.path)
        let before = try Data(contentsOf: URL(fileURLWithPath: store.folder.path + "/store/data.mdb"))
        await #expect(throws: BrokerError.self) {
            _ = try await EmbeddedBroker.open(at: store.folder.path, options: store.options)
        }
        do { _ = try Store.verify(folder: store.folder.path) } catch { #expect("\(error)".contains("format 4.0")) }
        let after = try Data(contentsOf: URL(fileURLWithPath: store.folder.path + "/store/data.mdb"))
        #expect(before == after)
    }

    @Test("a wall clock behind the store's last moment is raised to it and reported")
    func clockBehind() async throws {
        let store = try await made()
        let earlier = ManualTimeSource(start: Timestamp(milliseconds: 1_000))
        let faults = FaultSwitch()
        var options = StoreOptions(mapByteCount: 1 << 30, time: earlier)
        faults.install(&options)
        let broker = try await EmbeddedBroker.open(at: store.folder.path, options: options)
        #expect(earlier.now >= store.time.now)
        #expect(faults.events.contains { if case .clockBehind = $0 { true } else { false } })
        #expect(try await broker.queue("orders").receive(max: 64).count == 40)
        await broker.close()
    }

    @Test(
        "a flipped bit in a payload or in an index row is found by verify and never delivered",
        arguments: DamagedRow.allCases)
    func flippedBits(row: DamagedRow) async throws {
        let store = try await made()
        let path = store.folder.path + "/store/data.mdb"
        let bytes = try StoredRow.read(store.folder.path, table: row.rawValue, key: row.key)
        let original = try Data(contentsOf: URL(fileURLWithPath: path))
        // Pages are copied on write: older copies of the row may stand in free pages, and are damaged with it.
        let places = StoredRow.places(of: Data(bytes), in: original)
        #expect(!places.isEmpty)
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<30 {
            let offset = Int(generator.next() % UInt64(bytes.count))
            let bit = UInt8(1) << UInt8(generator.next() % 8)
            var damaged = original
            for place in places { damaged[place + offset] ^= bit }
            try damaged.write(to: URL(fileURLWithPath: path))
            let report = try Store.verify(folder: store.folder.path, options: store.options)
            #expect(!report.problems.isEmpty, "byte \(offset) of \(bytes.count)")
            let broker = try await EmbeddedBroker.open(at: store.folder.path, options: store.options)
            #expect(try await broker.queue("orders").receive(max: 64).isEmpty, "byte \(offset) of \(bytes.count)")
            #expect(try await broker.figures().corruptedCount > 0)
            await broker.close()
        }
    }
}

/// The two rows that hold the forty messages of the test: their one block, and the queue's index row on it.
enum DamagedRow: String, CaseIterable {
    case payloads
    case entries

    var key: [UInt8] {
        switch self {
        case .payloads: [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]
        case .entries: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]
        }
    }
}

/// A row of a stopped store as it stands in the file.
enum StoredRow {
    static func read(_ folder: String, table name: String, key: [UInt8]) throws -> [UInt8] {
        let environment = try Environment(
            path: folder + "/store",
            options: .init(mapByteCount: 1 << 30, tableCountMax: 16, readerSlotCount: 16, readTransactionCountMax: 4))
        return try environment.write { (transaction) throws(LMDBError) in
            var bytes: [UInt8] = []
            guard let table = try transaction.table(name, creating: false),
                let value = try transaction.value(table, forKey: key.span)
            else { return bytes }
            for offset in 0..<value.byteCount { bytes.append(value.unsafeLoad(fromByteOffset: offset, as: UInt8.self)) }
            return bytes
        }
    }

    static func places(of bytes: Data, in file: Data) -> [Int] {
        var places: [Int] = []
        var rest = file.startIndex..<file.endIndex
        while !bytes.isEmpty, let found = file.range(of: bytes, in: rest) {
            places.append(found.lowerBound)
            rest = found.upperBound..<file.endIndex
        }
        return places
    }
}

/// Writes a format row of the next major into a stopped store.
enum FormatEditor {
    static func raise(_ folder: String) throws {
        let environment = try Environment(
            path: folder + "/store",
            options: .init(mapByteCount: 1 << 30, tableCountMax: 16, readerSlotCount: 16, readTransactionCountMax: 4))
        try environment.write { (transaction) throws(LMDBError) in
            guard let table = try transaction.table("catalogue", creating: false) else { return }
            let key = FormatRowBytes.key
            let value = FormatRowBytes.nextMajor
            try transaction.put(table, key: key.span, value: value.span)
        }
    }
}
