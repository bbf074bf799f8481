import Engine
import LMDB
import MessageModel
import Synchronization
import Testing

@testable import QueueStore

@Suite struct DictionaryShelfTests {
    private static let source = SourceID.queue(QueueID(rawValue: 3))
    private static let start = Timestamp(milliseconds: 1_760_000_000_000)

    /// A shelf over tables of its own whose trainings run when the test says so.
    private final class Bench {
        let tables: TemporaryTables
        let store: StoreSource
        let shelf: DictionaryShelf
        private let pending: Pending

        private final class Pending: Sendable {
            let bodies = Mutex<[@Sendable () -> Void]>([])
        }

        init(_ tables: TemporaryTables) {
            self.tables = tables
            store = StoreSource(
                .init(
                    environment: tables.environment, tables: tables.tables,
                    catalogue: Catalogue(
                        format: FormatRow(keys: (1, 2, 3, 4)), topology: .init(revision: 0, queues: [:], topics: [:])),
                    counters: StoreCounters()))
            let pending = Pending()
            self.pending = pending
            shelf = DictionaryShelf(source: store, book: DictionaryBook()) { body in
                pending.bodies.withLock { $0.append(body) }
            }
            shelf.load()
        }

        /// Sends messages one a block; trains when enough were seen.
        func send(
            _ numbers: Range<Int>, at now: Timestamp, from source: SourceID = source,
            _ message: (Int) -> OutgoingMessage
        ) {
            for number in numbers { shelf.note(source, SendItem.items([message(number)])[...], at: now) }
        }

        /// Runs the trainings that wait; returns how many.
        @discardableResult
        func train() -> Int {
            let bodies = pending.bodies.withLock { bodies in
                defer { bodies = [] }
                return bodies
            }
            for body in bodies { body() }
            return bodies.count
        }

        func commit() throws -> UInt16? {
            guard let draft = shelf.draft else { return nil }
            try tables.put(draft.id, draft.row)
            shelf.committed(draft)
            return draft.id
        }
    }

    @Test("256 messages in small blocks make a draft; blocks may name it only once it is on the disk")
    func adoption() throws {
        let bench = Bench(try TemporaryTables())
        bench.send(0..<255, at: Self.start, TillOrders.order)
        #expect(bench.train() == 0)
        bench.send(255..<256, at: Self.start, TillOrders.order)
        #expect(bench.train() == 1)
        #expect(bench.shelf.draft?.id == 1)
        #expect(bench.shelf.current(Self.source) == nil)
        #expect(try bench.commit() == 1)
        #expect(bench.shelf.draft == nil)
        #expect(bench.shelf.current(Self.source)?.id == 1)
        #expect(bench.shelf.current(.topic(TopicID(rawValue: 3))) == nil)
        // Another opening finds it.
        #expect(Bench(bench.tables).shelf.current(Self.source)?.id == 1)
    }

    @Test("messages of large blocks teach nothing")
    func largeBlocks() throws {
        let bench = Bench(try TemporaryTables())
        for _ in 0..<40 {
            bench.shelf.note(Self.source, SendItem.items((0..<17).map(TillOrders.order))[...], at: Self.start)
        }
        #expect(bench.train() == 0)
        for _ in 0..<16 {
            bench.shelf.note(Self.source, SendItem.items((0..<16).map(TillOrders.order))[...], at: Self.start)
        }
        #expect(bench.train() == 1)
    }

    @Test("a source is learned anew after a day, and gets another dictionary only where the old one lost a tenth")
    func daily() throws {
        let bench = Bench(try TemporaryTables())
        bench.send(0..<256, at: Self.start, TillOrders.order)
        bench.train()
        _ = try bench.commit()
        let soon = Self.start.adding(milliseconds: Limits.dictionaryRelearnMillis - 1)
        bench.send(0..<600, at: soon, TillOrders.reading)
        #expect(bench.train() == 0)
        let nextDay = Self.start.adding(milliseconds: Limits.dictionaryRelearnMillis)
        bench.send(1_000..<1_256, at: nextDay, TillOrders.order)
        #expect(bench.train() == 1)
        #expect(bench.shelf.draft == nil)
        bench.send(0..<600, at: nextDay, TillOrders.reading)
        #expect(bench.train() == 0)
        let later = nextDay.adding(milliseconds: Limits.dictionaryRelearnMillis)
        bench.send(0..<256, at: later, TillOrders.reading)
        #expect(bench.train() == 1)
        #expect(try bench.commit() == 2)
        #expect(bench.shelf.current(Self.source)?.id == 2)
    }

    @Test("one training and one draft at a time; the source that waits goes on afterwards")
    func oneAtATime() throws {
        let bench = Bench(try TemporaryTables())
        let other = SourceID.topic(TopicID(rawValue: 9))
        bench.send(0..<256, at: Self.start, TillOrders.order)
        bench.send(0..<300, at: Self.start, from: other, TillOrders.reading)
        #expect(bench.train() == 1)
        bench.send(300..<310, at: Self.start, from: other, TillOrders.reading)
        #expect(bench.train() == 0)
        #expect(try bench.commit() == 1)
        bench.send(310..<311, at: Self.start, from: other, TillOrders.reading)
        #expect(bench.train() == 1)
        #expect(try bench.commit() == 2)
        #expect(bench.shelf.current(other)?.id == 2)
    }

    @Test("a few sources are learned at once; one that went silent gives its place up")
    func places() throws {
        let bench = Bench(try TemporaryTables())
        for number in 0..<Limits.dictionaryLearningSourceCountMax {
            bench.send(0..<1, at: Self.start, from: SourceID(rawValue: UInt32(100 + number)), TillOrders.order)
        }
        bench.send(0..<256, at: Self.start, TillOrders.order)
        #expect(bench.train() == 0)
        bench.send(0..<256, at: Self.start.adding(milliseconds: 3_600_001), TillOrders.order)
        #expect(bench.train() == 1)
    }

    @Test("4,096 dictionaries are the most; none is deleted or replaced")
    func full() throws {
        let tables = try TemporaryTables()
        let row = DictionaryRow(
            source: .topic(TopicID(rawValue: 1)), learnedAt: Self.start, savedPermille: 200, bytes: [1, 2, 3])
        try tables.put(UInt16(Limits.dictionaryCountMax), row)
        let bench = Bench(tables)
        bench.send(0..<600, at: Self.start, TillOrders.order)
        #expect(bench.train() == 0)
    }

    @Test("a dictionary whose group came to an unknown end is dropped, or found where it is on the disk")
    func unknownOutcome() throws {
        let bench = Bench(try TemporaryTables())
        bench.send(0..<256, at: Self.start, TillOrders.order)
        bench.train()
        let draft = try #require(bench.shelf.draft)
        bench.shelf.load()
        #expect(bench.shelf.draft == nil)
        bench.shelf.committed(draft)
        #expect(bench.shelf.current(Self.source) == nil)
        try bench.tables.put(draft.id, draft.row)
        bench.shelf.load()
        #expect(bench.shelf.current(Self.source)?.id == draft.id)
    }
}
