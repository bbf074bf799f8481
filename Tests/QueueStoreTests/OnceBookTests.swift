import Engine
import LMDB
import MessageModel
import Testing

@testable import QueueStore

/// First answers in memory and in runs, without a store around them.
@Suite("First answers")
struct OnceBookTests {
    private static let hasher = SipHash(key0: 1, key1: 2)
    private static let now = Timestamp(milliseconds: 1_760_000_000_000)

    private static func key(
        _ number: Int, _ lifetime: IdempotencyKey.Lifetime = .payment, queue: UInt32 = 7
    ) throws -> OnceKey {
        OnceKey(
            source: .queue(QueueID(rawValue: queue)), key: try IdempotencyKey("key \(number)", lifetime: lifetime),
            hasher: hasher)
    }

    @Test("a filter never denies what was added, and denies almost everything else")
    func filter() throws {
        var random = RecordGenerator(seed: 5)
        let places = (0..<20_000).map { _ in
            OncePlace(first: random.next(), second: random.next(), source: SourceID(rawValue: 7))
        }.sorted()
        var filter = OnceFilter()
        #expect(!filter.mayHold(places[0]))
        for place in places { filter.add(place) }
        #expect(places.allSatisfy(filter.mayHold))
        let others = (0..<20_000).filter { _ in
            filter.mayHold(OncePlace(first: random.next(), second: random.next(), source: SourceID(rawValue: 7)))
        }
        #expect(others.count < 800)
        #expect(filter.byteCount <= 5 * OnceFilter.segmentByteCount + 100)
    }

    @Test("a filter keeps equal hashes in one segment")
    func equalHashes() {
        var filter = OnceFilter()
        let places = (0..<UInt32(10_000)).map {
            OncePlace(first: 5, second: 9, source: SourceID(rawValue: $0))
        }
        for place in places { filter.add(place) }
        #expect(places.allSatisfy(filter.mayHold))
        #expect(filter.byteCount < 2 * OnceFilter.segmentByteCount)
    }

    @Test("memory finds every answer under its key, source and lifetime, until it expires")
    func batch() throws {
        let batch = OnceBatch()
        for group in 0..<UInt64(50) {
            var row: [UInt8] = []
            for number in 0..<100 {
                let key = try Self.key(Int(group) * 100 + number)
                OnceEntry.append(
                    key.place, .payment, key.key.bytes, sequence: group * 100 + UInt64(number),
                    expiresAt: Self.now.adding(milliseconds: 1_000 + group), to: &row)
            }
            batch.add(row.raw, group: group)
        }
        #expect((batch.count, batch.lastGroup) == (5_000, 49))
        for number in 0..<5_000 {
            #expect(batch.answer(try Self.key(number), at: Self.now) == UInt64(number))
        }
        #expect(batch.answer(try Self.key(5_000), at: Self.now) == nil)
        #expect(batch.answer(try Self.key(1, .producer), at: Self.now) == nil)
        #expect(batch.answer(try Self.key(1, queue: 8), at: Self.now) == nil)
        #expect(batch.answer(try Self.key(1), at: Self.now.adding(milliseconds: 1_000)) == nil)
        var order = OnceOrder(batch, at: Self.now.adding(milliseconds: 1_010))
        var places: [OncePlace] = []
        while let offset = order.takeNext() {
            let bytes = batch.bytes
            guard let entry = OnceEntry(bytes.raw, at: offset) else { continue }
            places.append(entry.place)
        }
        #expect(places.count == 3_900)
        #expect(places == places.sorted())
        #expect(order.isAtEnd)
    }

    /// A table of first answers as the writer drives it, group by group.
    private final class Rig {
        let tables: TemporaryTables
        var book: OnceBook
        var group: UInt64 = 0
        var now = OnceBookTests.now

        init(_ bounds: OnceBounds) throws {
            tables = try TemporaryTables(mapByteCount: 1 << 30)
            book = OnceBook(bounds: bounds)
        }

        /// One group with these keys; where it is `failing`, nothing of it is written.
        func commit(_ keys: [(OnceKey, SequenceNumber)], failing: Bool = false) throws {
            var writer = OnceGroupWriter(rowByteCountMax: book.bounds.groupRowByteCountMax)
            for (key, sequence) in keys {
                writer.add(
                    key, sequence: sequence, expiresAt: now.adding(milliseconds: key.key.lifetime.milliseconds))
            }
            let rows = writer.sealed(group: group + 1)
            let table = tables.tables.once
            var step = OnceStep()
            do {
                try tables.environment.write { (transaction) throws(LMDBError) in
                    step = try book.step(
                        newCount: keys.count, at: now, group: group + 1, mayGrow: true, table, transaction)
                    for key in step.removed { try transaction.delete(table, key: key.span) }
                    for row in step.rows + rows {
                        try transaction.put(table, key: row.key.span, value: row.value.span)
                    }
                    if failing { throw LMDBError(code: .mapFull, operation: "a test") }
                }
            } catch {
                return book.abandon()
            }
            group += 1
            book.committed(rows, group: group, step)
        }

        func answer(_ key: OnceKey) throws -> SequenceNumber? {
            var found: SequenceNumber?
            try tables.environment.write { (transaction) throws(PlanFault) in
                found = try book.answer(key, at: now, tables.tables.once, transaction)
            }
            return found
        }

        /// Memory is lost; the disk is not.
        func restart() throws {
            let source = StoreSource(
                .init(
                    environment: tables.environment, tables: tables.tables,
                    catalogue: Catalogue(
                        format: FormatRow(keys: (1, 2, 3, 4)),
                        topology: Topology(revision: 0, queues: [:], topics: [:])), counters: StoreCounters()))
            book = OnceBook(bounds: book.bounds)
            book.load(source, hasher: OnceBookTests.hasher)
        }

        var rowCount: Int {
            get throws {
                try tables.environment.read { (transaction) throws(LMDBError) in
                    try transaction.withCursor(tables.tables.once) { (cursor) throws(LMDBError) in
                        var count = 0
                        var more = try cursor.first()
                        while more {
                            count += 1
                            more = try cursor.next()
                        }
                        return count
                    }
                }
            }
        }
    }

    @Test(
        "whatever was answered is found again at every moment: while it is merged, after failed groups, after restarts",
        arguments: UInt64(1)...12)
    func everyMoment(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        var bounds = OnceBounds.tiny
        bounds.batchCount = [3, 10, 40][Int(seed % 3)]
        bounds.fanOut = [2, 3, 4][Int(seed / 3 % 3)]
        if seed % 4 == 0 { bounds.filterByteCountMax = 0 }
        let rig = try Rig(bounds)
        var known: [OnceKey: (sequence: SequenceNumber, expiresAt: Timestamp)] = [:]
        var sequence: SequenceNumber = 0
        for round in 0..<400 {
            var keys: [(OnceKey, SequenceNumber)] = []
            var taken: Set<OnceKey> = []
            for _ in 0..<random.number(0...8) {
                let lifetime = IdempotencyKey.Lifetime.allCases[random.number(0...2)]
                let key = try Self.key(random.number(0...600), lifetime, queue: UInt32(random.number(1...2)))
                let first = try rig.answer(key)
                if let answer = known[key], answer.expiresAt > rig.now {
                    #expect(first == answer.sequence, "round \(round)")
                } else {
                    #expect(first == nil, "round \(round)")
                    if taken.insert(key).inserted {
                        sequence += 1
                        keys.append((key, sequence))
                    }
                }
            }
            let fails = random.number(0...9) == 0
            try rig.commit(keys, failing: fails)
            if !fails {
                for (key, sequence) in keys {
                    let expiry = rig.now.adding(milliseconds: key.key.lifetime.milliseconds)
                    known[key] = (sequence, expiry)
                }
            }
            if random.number(0...29) == 0 { try rig.restart() }
            let leap: UInt64 = [0, 0, 0, 1, 50_000, 700_000, 4_000_000][random.number(0...6)]
            rig.now = rig.now.adding(milliseconds: leap)
            if random.number(0...199) == 0 { rig.now = rig.now.adding(milliseconds: 1_100_000_000) }
        }
        for (key, answer) in known {
            #expect(try rig.answer(key) == (answer.expiresAt > rig.now ? answer.sequence : nil))
        }
        #expect(rig.book.unread == nil)
    }

    @Test("memory, runs and rows stay few however many answers there are")
    func bounded() throws {
        var bounds = OnceBounds.tiny
        bounds.batchCount = 50
        bounds.fanOut = 4
        bounds.rowByteCountMax = 4_080
        let rig = try Rig(bounds)
        var most = (memory: 0, runs: 0, byteCount: 0)
        for group in 0..<1_000 {
            try rig.commit(try (0..<20).map { (try Self.key(group * 20 + $0), UInt64(group * 20 + $0)) })
            most.byteCount = max(most.byteCount, rig.book.byteCount)
            most.memory = max(most.memory, rig.book.fresh.count + (rig.book.frozen?.count ?? 0))
            most.runs = max(most.runs, rig.book.runs.count)
        }
        #expect(most.memory <= 2 * 50 + 20)
        // Filters of thirty-five runs, mostly.
        #expect(most.byteCount < 100 * OnceFilter.segmentByteCount)
        // 400 batches: five levels of fewer than eight each.
        #expect(most.runs <= 35)
        for number in stride(from: 0, to: 20_000, by: 37) {
            #expect(try rig.answer(Self.key(number)) == UInt64(number))
        }
        // A row of a run holds some ninety; what is superfluous goes soon.
        for _ in 0..<200 { try rig.commit([]) }
        #expect(try rig.rowCount < 600)
        // After a hundred days nothing is left.
        rig.now = rig.now.adding(milliseconds: 120 * 86_400_000)
        for _ in 0..<2_000 {
            rig.now = rig.now.adding(milliseconds: 1_000)
            try rig.commit([])
        }
        #expect(rig.book.runs.isEmpty)
        #expect(rig.book.doomed.isEmpty)
        let rest = try rig.rowCount
        #expect(rest <= 100)
    }

    @Test(
        "with the bounds of production everything that is remembered in memory stays below 40 MiB, keys of any length")
    func memory() throws {
        let rig = try Rig(OnceBounds())
        let text = String(repeating: "k", count: Limits.idempotencyKeyByteCountMax - 7)
        var most = 0
        for group in 0..<160 {
            let keys = try (0..<1_000).map { number in
                let key = try IdempotencyKey("\(1_000_000 + group * 1_000 + number)" + text, lifetime: .payment)
                return (OnceKey(source: .queue(QueueID(rawValue: 7)), key: key, hasher: Self.hasher), UInt64(number))
            }
            try rig.commit(keys)
            most = max(most, rig.book.byteCount)
        }
        #expect(!rig.book.runs.isEmpty)
        #expect(most < 40 << 20)
    }

    @Test("once a bucket gets no more answers its runs become few, and filters come back after a restart")
    func closedBucket() throws {
        var bounds = OnceBounds.tiny
        bounds.batchCount = 20
        bounds.fanOut = 4
        bounds.rowByteCountMax = 1_000
        let rig = try Rig(bounds)
        for group in 0..<70 {
            try rig.commit(try (0..<10).map { (try Self.key(group * 10 + $0), UInt64(group * 10 + $0)) })
        }
        #expect(rig.book.runs.count > 2)
        rig.now = rig.now.adding(milliseconds: 13 * 86_400_000)
        for _ in 0..<400 { try rig.commit([]) }
        #expect(rig.book.runs.count <= 2)
        try rig.restart()
        #expect(rig.book.runs.allSatisfy { $0.filter == nil })
        for number in 0..<700 { #expect(try rig.answer(Self.key(number)) == UInt64(number)) }
        for _ in 0..<200 { try rig.commit([]) }
        #expect(rig.book.runs.allSatisfy { $0.filter != nil })
        for number in 0..<700 { #expect(try rig.answer(Self.key(number)) == UInt64(number)) }
        #expect(try rig.answer(Self.key(700)) == nil)
    }

    @Test("a run with a damaged row is asked on, merged no more, and refuses only keys that may stand in that row")
    func damagedRun() throws {
        let rig = try Rig(.tiny)
        for number in 0..<40 { try rig.commit([(try Self.key(number), UInt64(number))]) }
        let run = try #require(rig.book.runs.max { $0.id.level < $1.id.level }).id
        let rows = try rig.tables.environment.read { (transaction) throws(LMDBError) in
            try transaction.withCursor(rig.tables.tables.once) { (cursor) throws(LMDBError) in
                var rows: [(RowKey, [UInt8])] = []
                var more = try cursor.seek(atOrAfter: Keys.onceRun(run).span)
                while more, OnceRunID(cursor.key) == run {
                    rows.append((RowKey(copying: cursor.key), cursor.value.array))
                    more = try cursor.next()
                }
                return rows
            }
        }
        var damaged = rows[0]
        damaged.1[damaged.1.count / 2] ^= 1
        try rig.tables.environment.write { (transaction) throws(LMDBError) in
            try transaction.put(rig.tables.tables.once, key: damaged.0.span, value: damaged.1.span)
        }
        var refused = 0
        for number in 0..<200 {
            do {
                let found = try rig.answer(Self.key(number))
                #expect(found == (number < 40 ? UInt64(number) : nil))
            } catch { refused += 1 }
            try rig.commit([(try Self.key(1_000 + number), UInt64(1_000 + number))])
        }
        #expect(refused > 0)
        #expect(refused < 150)
        #expect(rig.book.runs.contains { $0.id == run })
        #expect(rig.book.fresh.count + (rig.book.frozen?.count ?? 0) <= 12)
        for number in 0..<200 where (try? rig.answer(Self.key(1_000 + number))) != nil {
            #expect(try rig.answer(Self.key(1_000 + number)) == UInt64(1_000 + number))
        }
    }
}
