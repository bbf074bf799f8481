import Engine
import Foundation
import LMDB
import MessageModel
import TestSupport
import Testing
import Tillwire

@testable import QueueStore

/// Damage that follows from other rows, so that a repair ends it without loss.
enum RebuiltDamage: String, CaseIterable {
    case orphan, ownersTooFew, ownersTooMany, ownersOfNothing, ownersDamaged, ownersMissing, unmarked, halfMarked
    case waiting, delayed, acknowledged, rawBytes, handedMark, nextSequence, queueCounters, queueCountersMissing
    case dueMissing, memberDueMissing, dueExtra, dueKey, dueValue, sweepMissing, walkMissing
    case storeCounters, storeCountersMissing, nextBlock, topicCounters, topicSequence

    func plant(in store: DamagedStore) throws {
        switch self {
        case .orphan: try store.put("payloads", Keys.payload(block: 900, part: 0), [1, 2, 3])
        case .ownersTooFew: try owners(1, store)
        case .ownersTooMany: try owners(7, store)
        case .ownersOfNothing:
            let key = Keys.refs(block: 700)
            try store.put("refs", key, BlockOwners(count: 2).encoded(under: key))
        case .ownersDamaged: try store.flip("refs", Keys.refs(block: 3))
        case .ownersMissing: try store.delete("refs", Keys.refs(block: 3))
        case .unmarked:
            try mark(DamagedStore.left, false, store)
            try mark(DamagedStore.right, false, store)
            try store.delete("refs", Keys.refs(block: 3))
        case .halfMarked: try mark(DamagedStore.right, false, store)
        default: try plantInCounters(store)
        }
    }

    private func plantInCounters(_ store: DamagedStore) throws {
        let orders = DamagedStore.orders
        switch self {
        case .waiting: try store.change(orders) { $0.waiting += 3 }
        case .delayed: try store.change(orders) { $0.delayed = 0 }
        case .acknowledged: try store.change(DamagedStore.left) { $0.kept += 1 }
        case .rawBytes: try store.change(orders) { $0.rawBytes /= 2 }
        case .handedMark: try store.change(orders) { $0.handedMark = $0.nextSequence + 5 }
        case .nextSequence: try store.change(orders) { ($0.nextSequence, $0.handedMark) = (7, 7) }
        case .queueCounters: try store.flip("counters", Keys.queue(orders))
        case .queueCountersMissing: try store.delete("counters", Keys.queue(orders))
        case .storeCounters: try store.flip("counters", Keys.store)
        case .storeCountersMissing: try store.delete("counters", Keys.store)
        case .nextBlock: try nextBlock(store)
        case .topicCounters: try store.flip("counters", Keys.topic(TopicID(rawValue: 1)))
        case .topicSequence:
            let key = Keys.topic(TopicID(rawValue: 1))
            try store.put("counters", key, TopicCounters().encoded(under: key))
        default: try plantInDue(store)
        }
    }

    private func plantInDue(_ store: DamagedStore) throws {
        let now = store.store.time.now
        let keys = try store.keys("due")
        func key(_ kind: DueID.Kind) throws -> RowKey {
            try #require(keys.first { DueID($0.span.bytes)?.kind == kind })
        }
        switch self {
        case .dueMissing: try store.delete("due", key(.row))
        case .memberDueMissing: try store.delete("due", key(.member))
        case .dueExtra:
            let id = DueID(at: now, kind: .row, queue: DamagedStore.orders, sequence: 3)
            try store.put("due", Keys.due(id), [0, 0, 0, 0, 0, 0, 0, 3])
        case .dueKey: try store.put("due", Keys.refs(block: 5), [0])
        case .dueValue: try store.put("due", key(.row), [0, 0, 0, 0, 0, 0, 0, 99])
        case .sweepMissing: try store.delete("due", key(.sweep))
        case .walkMissing: try store.change(DamagedStore.left) { $0.walkKind = UInt8(Walk.rewinding.rawValue) }
        default: Issue.record("\(self) plants nothing")
        }
    }

    private func owners(_ count: UInt32, _ store: DamagedStore) throws {
        let key = Keys.refs(block: 3)
        try store.put("refs", key, BlockOwners(count: count).encoded(under: key))
    }

    private func mark(_ queue: QueueID, _ isShared: Bool, _ store: DamagedStore) throws {
        var (key, row) = try store.entry(queue, 1)
        row.isShared = isShared
        try store.put("entries", key, row.encoded(under: key))
    }

    private func nextBlock(_ store: DamagedStore) throws {
        let bytes = try #require(try store.value("counters", Keys.store))
        var counters = try StoreCounters(bytes.span.bytes, under: Keys.store.span)
        counters.nextBlock = 2
        try store.put("counters", Keys.store, counters.encoded(under: Keys.store))
    }
}

/// Rows whose loss cannot be made good: they are given up only where the operator says so.
enum LostDamage: String, CaseIterable {
    case block, sharedEntry, queueRow, topicRow, subscriptionRow, onceRow, stateRow, entriesKey, dictionary, slots

    func plant(in store: DamagedStore) throws {
        switch self {
        case .block: try store.flip("payloads", Keys.payload(block: 2, part: 0))
        case .sharedEntry: try store.flip("entries", Keys.entry(EntryID(queue: DamagedStore.right, first: 1)))
        case .queueRow: try store.flip("catalogue", Keys.catalogue(kind: CatalogueKind.queue, id: 2))
        case .topicRow: try store.flip("catalogue", Keys.catalogue(kind: CatalogueKind.topic, id: 1))
        case .subscriptionRow:
            try store.flip("catalogue", Keys.catalogue(kind: CatalogueKind.subscription, id: 1, second: 2))
        case .onceRow: try store.flip("once", try #require(try store.keys("once").first))
        case .stateRow: try store.flip("state", try #require(try store.keys("state").first))
        case .entriesKey: try store.put("entries", Keys.refs(block: 8), [1, 2, 3])
        case .dictionary:
            let key = DictionaryRow.key(1)
            let row = DictionaryRow(
                source: SourceID(rawValue: 1), learnedAt: store.store.time.now, savedPermille: 200, bytes: [1, 2, 3, 4])
            try store.put("catalogue", key, row.encoded(under: key))
            try store.flip("catalogue", key)
        case .slots:
            var (key, row) = try store.entry(DamagedStore.left, 1)
            row.count = 32
            try store.put("entries", key, row.encoded(under: key))
        }
    }

    /// What is there afterwards.
    var rest: [String: [String]] {
        var rest = DamagedStore.everything
        switch self {
        case .block: rest["orders"]?.removeAll { Int($0.dropFirst(6)).map { 40..<50 ~= $0 } ?? false }
        case .sharedEntry: rest["right"] = []
        case .queueRow: rest["recovered-2"] = rest.removeValue(forKey: "left")
        default: break
        }
        return rest
    }
}

@Suite("Repair")
struct StoreRepairTests {
    @Test(
        "what follows from other rows is rebuilt, and every message is still there", arguments: RebuiltDamage.allCases)
    func rebuilt(damage: RebuiltDamage) async throws {
        let store = try await DamagedStore()
        try damage.plant(in: store)
        let before = try store.verify()
        #expect(!before.problems.isEmpty)
        #expect(before.repairable == before.problems.count, "\(before.problems)")
        let report = try store.repair()
        #expect(report.verification.problems == [])
        #expect(report.actionCount >= 1)
        #expect(report.actions.count == report.actionCount)
        let log = try String(contentsOfFile: #require(report.logPath), encoding: .utf8)
        for action in report.actions { #expect(log.contains(action)) }
        #expect(try store.verify().problems == [])
        let drained = try await store.drain()
        #expect(drained == DamagedStore.everything)
    }

    @Test("a store without damage is left as it is, and no log is made")
    func nothingToDo() async throws {
        let store = try await DamagedStore()
        let report = try store.repair(droppingDamaged: true)
        #expect(report.actionCount == 0)
        #expect(report.logPath == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.path).allSatisfy { !$0.hasPrefix("repair") })
        let drained = try await store.drain()
        #expect(drained == DamagedStore.everything)
    }

    @Test("what is lost is given up only where the operator says so; the rest goes on", arguments: LostDamage.allCases)
    func lost(damage: LostDamage) async throws {
        let store = try await DamagedStore()
        try damage.plant(in: store)
        let before = try store.verify()
        #expect(!before.problems.isEmpty)
        let careful = try store.repair()
        #expect(!careful.verification.problems.isEmpty)
        let report = try store.repair(droppingDamaged: true)
        #expect(report.verification.problems == [], "\(report.actions)")
        // What was given up stands in the log as it was.
        let log = try String(contentsOfFile: #require(report.logPath), encoding: .utf8)
        #expect(log.contains(" was "))
        let mode = try FileManager.default.attributesOfItem(atPath: #require(report.logPath))[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
        let drained = try await store.drain()
        #expect(drained == damage.rest)
    }

    @Test(
        "an index row that cannot be read is written anew from its block: acknowledged messages come back, none is lost"
    )
    func rescued() async throws {
        let store = try await DamagedStore()
        try store.flip("entries", Keys.entry(EntryID(queue: DamagedStore.orders, first: 1)))
        try store.flip("entries", Keys.entry(EntryID(queue: DamagedStore.orders, first: 41)))
        let report = try store.repair(droppingDamaged: true)
        #expect(report.verification.problems == [], "\(report.actions)")
        var all = DamagedStore.everything
        all["orders"] = (0..<51).map { "order \($0)" }.sorted()
        // The delayed row finds its moment again.
        #expect(try store.entry(DamagedStore.orders, 41).row.dueAt != nil)
        #expect(try await store.drain() == all)
    }

    @Test("a row with a sequence list may surround others; where two rows name one sequence, that is an overlap")
    func sequenceLists() async throws {
        let store = try await DamagedStore()
        // Two rows of one message each take the places that a merged row leaves free.
        var (key, merged) = try store.entry(DamagedStore.right, 1)
        merged.count = 3
        merged.offsets = [0, 2, 4]
        merged.isShared = true
        try store.put("entries", key, merged.encoded(under: key))
        for (first, slot) in [(SequenceNumber(2), 3), (4, 4)] {
            var row = EntryRow(count: 1, block: merged.block, enqueuedAt: merged.enqueuedAt)
            row.slots = MemberSet()
            row.slots?.insert(slot)
            row.isShared = true
            let key = Keys.entry(EntryID(queue: DamagedStore.right, first: first))
            try store.put("entries", key, row.encoded(under: key))
        }
        #expect(try store.repair().verification.problems == [])
        merged.offsets = [0, 1, 4]
        try store.put("entries", key, merged.encoded(under: key))
        #expect(try store.repair().verification.problems.allSatisfy { $0.contains("overlaps") })
        #expect(try store.verify().problems.count == 1)
    }

    @Test("as long as an index row cannot be read, no block is freed and no owner forgotten for want of it")
    func carefulWithOrphans() async throws {
        let store = try await DamagedStore()
        try store.flip("entries", Keys.entry(EntryID(queue: DamagedStore.orders, first: 1)))
        try store.flip("entries", Keys.entry(EntryID(queue: DamagedStore.right, first: 1)))
        let report = try store.repair()
        #expect(try store.value("payloads", Keys.payload(block: 1, part: 0)) != nil)
        let key = Keys.refs(block: 3)
        let owners = try #require(try store.value("refs", key))
        #expect(try BlockOwners(owners.span.bytes, under: key.span).count == 2)
        #expect(report.verification.problems.contains { $0.contains("block 1 has no owner") })
        #expect(report.verification.repairable == 0)
    }

    @Test("rows that overlap are named and left to a person")
    func overlap() async throws {
        let store = try await DamagedStore()
        let row = try store.entry(DamagedStore.orders, 1).row
        let key = Keys.entry(EntryID(queue: DamagedStore.orders, first: 2))
        try store.put("entries", key, row.encoded(under: key))
        let report = try store.repair(droppingDamaged: true)
        #expect(report.verification.problems.contains { $0.contains("overlaps") })
        #expect(try store.value("entries", key) != nil)
    }

    @Test("a purged queue whose freeing was forgotten is freed after all")
    func forgottenPurge() async throws {
        let store = try await DamagedStore()
        try store.change(DamagedStore.left) { counters in
            counters.floor = counters.nextSequence
            (counters.waiting, counters.delayed, counters.kept, counters.rawBytes) = (0, 0, 0, 0)
        }
        #expect(try store.repair().verification.problems == [])
        var rest = DamagedStore.everything
        rest["left"] = []
        #expect(try await store.drain() == rest)
        #expect(try store.value("entries", Keys.entry(EntryID(queue: DamagedStore.left, first: 1))) == nil)
    }

    @Test("sequences after a repair lie far above all that were given out before")
    func margins() async throws {
        let store = try await DamagedStore()
        try RebuiltDamage.queueCounters.plant(in: store)
        try RebuiltDamage.topicCounters.plant(in: store)
        _ = try store.repair()
        let counters = try store.counters(DamagedStore.orders)
        #expect(counters.nextSequence >= 52 + Limits.repairSequenceMargin)
        #expect(counters.handedMark == counters.nextSequence)
        #expect(!counters.isQuiet)
        let key = Keys.topic(TopicID(rawValue: 1))
        let bytes = try #require(try store.value("counters", key))
        let topic = try TopicCounters(bytes.span.bytes, under: key.span)
        #expect(topic.nextSequence == 31 + Limits.repairSequenceMargin)
        #expect(topic.published == 30)
    }

    @Test("a thousand orphans are freed in bounded steps, and the log names each")
    func manyOrphans() async throws {
        let store = try await DamagedStore()
        try store.edit { (tables, transaction) throws(LMDBError) in
            for block in 1_000..<UInt64(2_000) {
                let value: [UInt8] = [7]
                for part in 0..<3 {
                    try transaction.put(
                        tables.payloads, key: Keys.payload(block: block, part: part).span, value: value.span)
                }
            }
        }
        #expect(try store.verify().repairable == 1_001)
        let report = try store.repair()
        #expect(report.actionCount >= 1_000)
        #expect(report.actions.count == Limits.problemTextCountMax)
        #expect(report.verification.problems == [])
        let log = try String(contentsOfFile: #require(report.logPath), encoding: .utf8)
        #expect(log.split(separator: "\n").count == report.actionCount)
        let drained = try await store.drain()
        #expect(drained == DamagedStore.everything)
    }

    @Test("a store that is open is not repaired")
    func running() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            _ = try await broker.createQueue("orders")
            #expect(throws: BrokerError.storeInUse(path: store.folder.path)) {
                _ = try Store.repair(folder: store.folder.path, options: store.options)
            }
        }
        #expect(throws: BrokerError.self) { _ = try Store.repair(folder: store.folder.path + "/none") }
    }

    @Test("every problem has words, and says what may be done about it")
    func words() {
        let id = EntryID(queue: DamagedStore.orders, first: 5)
        let due = DueID(at: .zero, kind: .row, queue: DamagedStore.orders, sequence: 5)
        let problems: [StoreProblem] = [
            .key(table: "once", [1]), .row(table: "once", [1], .length), .entry(id, .checksum), .block(4, "missing"),
            .refs(4, .length), .queueRow(id.queue, .length), .queueRow(id.queue, nil),
            .topicRow(TopicID(rawValue: 1), .length), .subscriptionRow(TopicID(rawValue: 1), id.queue, .length),
            .dictionary(3, .length), .storeCounters(nil), .queueCounters(id.queue, nil),
            .queueCounters(id.queue, .length), .topicCounters(TopicID(rawValue: 1), .length), .overlap(id),
            .slot(id, member: 2, block: 4), .figure(id.queue, .waiting, counted: 1, found: 2),
            .nextSequence(id.queue, counted: 1, end: 2), .handedMark(id.queue),
            .topicSequence(TopicID(rawValue: 1), counted: 1, end: 2), .nextBlock(counted: 1, end: 2),
            .owners(4, counted: nil, found: 2), .unmarkedShare(4, rows: 2, marked: 1), .orphan(4),
            .dueMissing(due, rowFirst: 5), .dueExtra(due), .sweepMissing(id.queue, .zero),
            .walkMissing(id.queue, .freeing),
        ]
        #expect(problems.allSatisfy { !$0.description.isEmpty })
        #expect(Set(problems.map(\.description)).count == problems.count)
        #expect(problems.filter { $0.remedy == .none } == [.overlap(id)])
    }
}
