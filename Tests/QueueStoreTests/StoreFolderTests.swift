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
        do { _ = try Store.verify(folder: store.folder.path) } catch { #expect("\(error)".contains("format 2.0")) }
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
        "any flipped bit of a payload or a row is found by verify, never delivered, and never a crash", arguments: 0..<4
    )
    func flippedBits(quarter: Int) async throws {
        let store = try await made()
        let path = store.folder.path + "/store/data.mdb"
        let original = try Data(contentsOf: URL(fileURLWithPath: path))
        var generator = SeededGenerator(seed: UInt64(quarter) + 11)
        // The pages that hold the rows: LMDB's own structure is not ours to check.
        guard let needle = original.range(of: Data("number 17".utf8)) ?? original.range(of: Data("orders".utf8)) else {
            Issue.record("no known bytes in the file")
            return
        }
        let page = needle.lowerBound / 4_096 * 4_096
        for _ in 0..<25 {
            var damaged = original
            let offset = page + 2_048 + Int(generator.next() % 2_048)
            damaged[offset] ^= 1 << UInt8(generator.next() % 8)
            try damaged.write(to: URL(fileURLWithPath: path))
            let report = try? Store.verify(folder: store.folder.path)
            guard let broker = try? await EmbeddedBroker.open(at: store.folder.path, options: store.options) else {
                continue
            }
            var receivedCount = 0
            while let batch = try? await broker.queue("orders").receive(max: 64), !batch.isEmpty {
                for message in batch { #expect((message.body.text ?? "").hasPrefix("payment number ")) }
                receivedCount += batch.count
            }
            let isWhole = receivedCount == 40
            await broker.close()
            if !isWhole { #expect(report?.problems.isEmpty != true, "bit at \(offset)") }
        }
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
