internal import Deflate
internal import Engine
internal import LMDB
internal import MessageModel
internal import Synchronization

/// Which dictionary small blocks of each source are written with, and how it comes to be: samples of the first messages, a training on a thread of
/// its own, a row that goes to the disk with an ordinary group, and only then blocks that name it. So a dictionary that a block names is always
/// there, whoever packs the block and whenever.
///
/// A source is learned anew a day later at the earliest, and only where the dictionary saves a tenth less than it did. One training at a time.
/// Thread-safe.
final class DictionaryShelf: Sendable {
    /// A dictionary that goes to the disk with the next group.
    struct Draft: Equatable {
        let id: UInt16
        let row: DictionaryRow
    }

    private struct Adopted {
        let id: UInt16
        let learnedAt: Timestamp
        let savedPermille: Int
    }

    private struct Gathering {
        var samples = DictionarySamples()
        let startedAt: Timestamp
    }

    private struct State {
        /// What is on the disk, the newest of each source.
        var adopted: [SourceID: Adopted] = [:]
        /// Sources of which nothing is to be learned before this moment.
        var restsUntil: [SourceID: Timestamp] = [:]
        var gathering: [SourceID: Gathering] = [:]
        var isTraining = false
        var draft: Draft?
        var lastID: UInt16 = 0
    }

    private let state = Mutex(State())
    private let source: StoreSource
    private let book: DictionaryBook
    /// Runs a training; a thread of the store's own unless a test says otherwise.
    private let run: @Sendable (@escaping @Sendable () -> Void) -> Void

    init(
        source: StoreSource, book: DictionaryBook,
        run: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { body in
            // Without a thread nothing is learned, and nothing is lost.
            _ = try? StoreThread(detached: true, body)
        }
    ) {
        self.source = source
        self.book = book
        self.run = run
    }

    /// Reads which dictionaries there are; the first thing after an opening. A damaged one is not used for new blocks.
    func load() {
        let found = try? source.read { (tables, transaction) throws(LMDBError) in
            try transaction.withCursor(tables.catalogue) { (cursor) throws(LMDBError) in try Self.rows(&cursor) }
        }
        guard let found else { return }
        state.withLock { state in
            state.adopted = found.adopted
            state.lastID = found.lastID
            // Where its group's outcome was unknown, it is among those found, or it is learned again.
            state.draft = nil
        }
    }

    private static func rows(
        _ cursor: inout Cursor
    ) throws(LMDBError) -> (adopted: [SourceID: Adopted], lastID: UInt16) {
        var adopted: [SourceID: Adopted] = [:]
        var lastID: UInt16 = 0
        var more = try cursor.seek(atOrAfter: DictionaryRow.key(1).span)
        while more, let id = DictionaryRow.id(cursor.key) {
            lastID = id
            if let row = try? DictionaryRow(cursor.value, under: DictionaryRow.key(id).span) {
                adopted[row.source] = Adopted(id: id, learnedAt: row.learnedAt, savedPermille: row.savedPermille)
            }
            more = try cursor.next()
        }
        return (adopted, lastID)
    }

    /// The dictionary for new blocks of a source; nil where it has none.
    func current(_ sourceID: SourceID) -> BlockDictionary? {
        guard let id = state.withLock({ $0.adopted[sourceID]?.id }) else { return nil }
        if let held = book.held(id) { return held }
        let read = try? source.read { (tables, transaction) throws(LMDBError) in
            try book.dictionary(id, tables, transaction)
        }
        guard case .success(let dictionary) = read else { return nil }
        return dictionary
    }

    /// Looks at messages that went into one block; O(messages) while the source is learned, O(1) otherwise.
    func note(_ sourceID: SourceID, _ items: ArraySlice<SendItem>, at now: Timestamp) {
        guard items.count <= Limits.dictionaryBlockMessageCountMax else { return }
        let samples = state.withLock { state -> DictionarySamples? in
            guard Self.admits(sourceID, &state, at: now), var gathering = state.gathering[sourceID] else { return nil }
            if !gathering.samples.isFull {
                for item in items { gathering.samples.look(at: item.message.properties.encoded, item.message.body) }
            }
            guard gathering.samples.isFull, !state.isTraining, state.draft == nil else {
                state.gathering[sourceID] = gathering
                return nil
            }
            state.gathering[sourceID] = nil
            state.isTraining = true
            return gathering.samples
        }
        guard let samples else { return }
        run { [self] in train(sourceID, samples, at: now) }
    }

    /// What the next group is to write.
    var draft: Draft? { state.withLock { $0.draft } }

    /// The group that wrote `draft` is on the disk: from now on blocks may name it.
    func committed(_ draft: Draft) {
        state.withLock { state in
            guard state.draft == draft else { return }
            state.draft = nil
            state.lastID = draft.id
            state.adopted[draft.row.source] = Adopted(
                id: draft.id, learnedAt: draft.row.learnedAt, savedPermille: draft.row.savedPermille)
        }
    }

    /// Whether a source is to be learned at this moment; makes a place for it where it is.
    private static func admits(_ sourceID: SourceID, _ state: inout State, at now: Timestamp) -> Bool {
        if state.gathering[sourceID] != nil { return true }
        if let until = state.restsUntil[sourceID], now < until { return false }
        if let adopted = state.adopted[sourceID],
            now < adopted.learnedAt.adding(milliseconds: Limits.dictionaryRelearnMillis)
        {
            return false
        }
        guard state.lastID < UInt16(Limits.dictionaryCountMax), state.draft?.row.source != sourceID else {
            return false
        }
        if state.gathering.count >= Limits.dictionaryLearningSourceCountMax {
            // A source that went silent must not keep its place for ever.
            let silent = state.gathering.filter { now.millisecondsSince($0.value.startedAt) > 3_600_000 }
            guard let first = silent.keys.min() else { return false }
            state.gathering[first] = nil
        }
        state.gathering[sourceID] = Gathering(startedAt: now)
        return true
    }

    private func train(_ sourceID: SourceID, _ samples: DictionarySamples, at now: Timestamp) {
        let saved = state.withLock { $0.adopted[sourceID]?.savedPermille } ?? 0
        let used = current(sourceID).map { (bytes: $0.bytes, savedPermille: saved) }
        // Memory that is short now is there another day.
        let verdict = (try? DictionaryTrainer().judge(samples, current: used)) ?? .none
        state.withLock { state in
            state.isTraining = false
            state.restsUntil[sourceID] = now.adding(milliseconds: Limits.dictionaryRelearnMillis)
            guard case .adopt(let bytes, let savedPermille) = verdict else { return }
            let row = DictionaryRow(source: sourceID, learnedAt: now, savedPermille: savedPermille, bytes: bytes)
            state.draft = Draft(id: state.lastID + 1, row: row)
        }
    }
}
