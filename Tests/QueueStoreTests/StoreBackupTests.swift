import Engine
import Foundation
import LMDB
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Backup")
struct StoreBackupTests {
    private static func bodies(_ numbers: Range<Int>) -> [OutgoingMessage] {
        numbers.map { OutgoingMessage(body: Bytes("payment number \($0) of this test")) }
    }

    /// Opens a backup, takes everything out of its queue and audits it.
    private static func drain(_ path: String, _ options: StoreOptions) async throws -> [String] {
        #expect(try Store.verify(folder: path, options: options).problems == [])
        let broker = try await EmbeddedBroker.open(at: path, options: options)
        var texts: [String] = []
        while case let batch = try await broker.queue("orders").receive(max: 256), !batch.isEmpty {
            texts += batch.compactMap { $0.body.text }
            try await broker.queue("orders").acknowledge(batch)
        }
        await broker.close()
        #expect(try Store.verify(folder: path, options: options).problems == [])
        return texts
    }

    private static func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    @Test("a backup under load opens, has no problems, and holds everything acknowledged before it began, each once")
    func underLoad() async throws {
        let store = TemporaryStore()
        let target = TemporaryFolder()
        let path = target.path + "/copy"
        let (report, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            for start in stride(from: 0, to: 20_000, by: 200) {
                _ = try await queue.send(Self.bodies(start..<start + 200))
            }
            let load = Task {
                var number = 20_000
                while !Task.isCancelled {
                    _ = try await queue.send(Self.bodies(number..<number + 50))
                    number += 50
                }
            }
            let report = try await broker.backup(to: path)
            load.cancel()
            try await load.value
            return report
        }
        #expect(problems == [])
        #expect(report.path == path)
        #expect(report.messageCount >= 20_000)
        #expect(report.groupNumber >= 100)
        let texts = try await Self.drain(path, store.options)
        #expect(texts.count == Int(report.messageCount))
        // Batches are one commit each: the copy is a prefix of what was sent, in order.
        #expect(texts == Self.bodies(0..<texts.count).map { $0.body.text })
    }

    @Test("a folder that holds something is refused and left as it is; an empty one is taken")
    func targets() async throws {
        let store = TemporaryStore()
        let target = TemporaryFolder()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.send("x")
            try Data("mine".utf8).write(to: URL(fileURLWithPath: target.path + "/file"))
            await #expect(throws: BrokerError.self) { _ = try await broker.backup(to: target.path) }
            #expect(try Self.names(target.path) == ["file"])
            await #expect(throws: BrokerError.self) { _ = try await broker.backup(to: target.path + "/file") }
            await #expect(throws: BrokerError.self) { _ = try await broker.backup(to: target.path + "/no/way") }
            await #expect(throws: BrokerError.self) { _ = try await broker.backup(to: "/") }
            try FileManager.default.createDirectory(
                atPath: target.path + "/empty", withIntermediateDirectories: false)
            _ = try await broker.backup(to: target.path + "/empty/")
            #expect(try Self.names(target.path) == ["empty", "file"])
            #expect(!FileManager.default.fileExists(atPath: target.path + ".copying"))
        }
        #expect(problems == [])
        #expect(try await Self.drain(target.path + "/empty", store.options) == ["x"])
    }

    @Test("a cancelled backup leaves nothing behind, and the next one may begin")
    func cancelled() async throws {
        let store = TemporaryStore()
        let target = TemporaryFolder()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send(Self.bodies(0..<100))
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await broker.backup(to: target.path + "/copy")
            }
            task.cancel()
            await #expect(throws: BrokerError.cancelled) { _ = try await task.value }
            #expect(try Self.names(target.path) == [])
            _ = try await broker.backup(to: target.path + "/copy")
        }
        #expect(problems == [])
        #expect(try Self.names(target.path + "/copy") == ["store", "store.backup", "store.made"])
    }

    @Test("what an interrupted backup left behind does not stop the next one")
    func leftovers() async throws {
        let store = TemporaryStore()
        let target = TemporaryFolder()
        let old = target.path + "/copy.copying/store"
        try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
        try Data("torn".utf8).write(to: URL(fileURLWithPath: old + "/data.mdb"))
        let (_, problems) = try await store.run { broker in
            try await broker.createQueue("orders").send("x")
            _ = try await broker.backup(to: target.path + "/copy")
        }
        #expect(problems == [])
        #expect(try Self.names(target.path) == ["copy"])
        #expect(try await Self.drain(target.path + "/copy", store.options) == ["x"])
    }

    @Test("files of a backup are closed to others, whatever the umask")
    func modes() async throws {
        let store = TemporaryStore()
        let target = TemporaryFolder()
        let before = umask(0)
        defer { _ = umask(before) }
        _ = try await store.run { broker in
            try await broker.createQueue("orders").send("x")
            _ = try await broker.backup(to: target.path + "/copy")
        }
        for (name, mode) in [
            ("", 0o700), ("/store", 0o700), ("/store/data.mdb", 0o600), ("/store.made", 0o600),
            ("/store.backup", 0o600),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: target.path + "/copy" + name)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode, "\(name)")
        }
    }

    @Test("the first opening of a backup makes it a store of its own: receipts of the original are void in it")
    func adopted() async throws {
        let store = TemporaryStore()
        let target = TemporaryFolder()
        let path = target.path + "/copy"
        let (receipts, _) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send(Self.bodies(0..<3))
            let held = try await queue.receive(max: 3, visibilityMillis: 3_600_000)
            // The write-behind has the leases on the disk, so the copy knows them too.
            store.time.advance(milliseconds: 200)
            try await queue.send("later")
            _ = try await broker.backup(to: path)
            return held.map(\.receipt)
        }
        #expect(FileManager.default.fileExists(atPath: path + "/store.backup"))
        let broker = try await EmbeddedBroker.open(at: path, options: store.options)
        #expect(!FileManager.default.fileExists(atPath: path + "/store.backup"))
        let outcomes = try await broker.settle(receipts.map { Settlement($0, .acknowledge) })
        #expect(outcomes == Array(repeating: .refused(.receiptInvalid), count: 3))
        #expect(try await broker.queue("orders").figures().waiting == 4)
        await broker.close()
        #expect(try Store.verify(folder: path, options: store.options).problems == [])
    }

    @Test("a stopped store is copied too, a running one only from inside")
    func stopped() async throws {
        let store = TemporaryStore()
        let target = TemporaryFolder()
        _ = try await store.run { broker in
            _ = try await broker.createQueue("orders").send(Self.bodies(0..<40))
            #expect(throws: BrokerError.storeInUse(path: store.folder.path)) {
                _ = try Store.backup(folder: store.folder.path, to: target.path + "/no", options: store.options)
            }
        }
        let report = try Store.backup(
            folder: store.folder.path, to: target.path + "/copy", options: store.options)
        #expect(report.messageCount == 40)
        #expect(try Self.names(target.path) == ["copy"])
        #expect(try await Self.drain(target.path + "/copy", store.options).count == 40)
    }

    @Test("a store without room for the growth is not copied while it runs")
    func withoutRoom() async throws {
        let store = TemporaryStore(mapByteCount: Limits.mapByteCountMin)
        let target = TemporaryFolder()
        _ = try await store.run { broker in try await broker.createQueue("orders").send("x") }
        try Self.fill(store.folder.path, byteCount: 150_000_000)
        let broker = try await EmbeddedBroker.open(at: store.folder.path, options: store.options)
        await #expect(throws: BrokerError.self) { _ = try await broker.backup(to: target.path + "/copy") }
        #expect(try Self.names(target.path) == [])
        await broker.close()
        // The filling has no checksums: the check of the copy finds it, and damage must be accepted.
        #expect(throws: BrokerError.self) {
            _ = try Store.backup(folder: store.folder.path, to: target.path + "/copy", options: store.options)
        }
        #expect(try Self.names(target.path) == [])
        let report = try Store.backup(
            folder: store.folder.path, to: target.path + "/copy", acceptingDamage: true, options: store.options)
        #expect(report.byteCount > 150_000_000)
        #expect(report.problems.count == 15)
    }

    /// Puts rows of ten megabytes that belong to nobody into a stopped store.
    private static func fill(_ folder: String, byteCount: Int) throws {
        let environment = try Environment(
            path: folder + "/store",
            options: .init(
                mapByteCount: Limits.mapByteCountMin, tableCountMax: 16, readerSlotCount: 16, readTransactionCountMax: 4
            ))
        try environment.write { (transaction) throws(LMDBError) in
            guard let table = try transaction.table("orders", creating: false) else { return }
            for number in 0..<byteCount / 10_000_000 {
                let key: [UInt8] = [UInt8(number)]
                try transaction.put(table, key: key.span, byteCount: 10_000_000, appending: false) { _ in }
            }
        }
    }

    @Test("a store that must be opened anew meanwhile does not wait for a backup, which ends whole or not at all")
    func reopened() async throws {
        let faults = FaultSwitch()
        let store = TemporaryStore(adjust: faults.install)
        let target = TemporaryFolder()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            var generator = SeededGenerator(seed: 6)
            let body = Bytes((0..<1_000_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
            for _ in 0..<24 { try await queue.send(body) }
            let copying = Task { try await broker.backup(to: target.path + "/copy") }
            while try Self.names(target.path).isEmpty { await Task.yield() }
            faults.arm([.diskFailed])
            await #expect(throws: BrokerError.self) { try await queue.send("y") }
            let outcome = await copying.result
            #expect(try Self.names(target.path) == ((try? outcome.get()) == nil ? [] : ["copy"]))
            try await queue.send("z")
            #expect(try await broker.figures().reopenCount == 1)
        }
        #expect(problems == [])
    }
}
