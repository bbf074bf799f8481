internal import Deflate
internal import Engine
internal import LMDB
internal import MessageModel
internal import TopicRouting

/// One commit while it is planned: working copies of every row it will change, over the committed state that the transaction reads.
///
/// Plan and apply are apart: planning checks everything and changes only this object, so a command cannot fail half-way and a group that is
/// abandoned leaves no trace, not even a gap in the sequences. Used by whoever writes, and by nobody else.
final class GroupPlan {
    let now: Timestamp
    let tables: Tables
    let catalogue: Catalogue
    let directory: QueueDirectory
    let crew: PackCrew
    /// Topic counters as of the last commit.
    let committedTopics: [TopicID: TopicCounters]
    /// Topics whose counters could not be read: nothing is published to them, because a sequence must never be given out twice.
    let damagedTopics: Set<TopicID>
    let cache: BlockCache
    let blockReader: BlockReader
    /// Remembers first answers; this object changes only after the commit.
    let once: OnceBook
    /// Why this group takes no new messages; nil where it does.
    let sendRefusal: BrokerError?

    var store: StoreCounters
    var queues: [QueueID: QueuePlan] = [:]
    /// The queue that was asked for last: the next command is mostly of the same one.
    private var lastQueue: (known: QueueState, plan: QueuePlan)?
    var topics: [TopicID: TopicCounters] = [:]
    var entries: [EntryID: EntryRow?] = [:]
    var blocks: [PlannedBlock] = []
    /// The same blocks once they are packed.
    var sealedBlocks: [SealedBlock] = []
    var freedBlocks: [UInt64] = []
    var owners: [UInt64: UInt32] = [:]
    var dueAdded: [DueID: SequenceNumber] = [:]
    var dueRemoved: Set<DueID> = []
    /// First answers of this group.
    var onceAnswers: OnceGroupWriter
    /// Rows they were written as.
    var onceRows: [SealedRow] = []
    /// What this group does about the answers of earlier ones.
    var onceStep: OnceStep?
    /// Rows of single answers that expired.
    var onceRemoved: [RowKey] = []
    /// Keys sent in this group: where the first message under each stands.
    var plannedKeys: [OnceKey: BucketIndex] = [:]
    /// Keys that this group may bring: spares ``plannedKeys`` to grow step by step.
    var expectedKeyCount = 0
    var rows: [ConsumerRowID: Bytes?] = [:]
    /// A bucket for each source, in the order they first came, so that a plan is deterministic.
    var buckets: [SendBucket] = []
    var bucketNumbers: [SourceID: Int] = [:]
    var gates: [SourceID: SourceGate] = [:]
    /// The gate of the last message: the next one is mostly of the same source.
    var lastGate: SourceGate?
    var newCatalogue: Catalogue?
    /// Counters of queues and topics that are no more.
    var countersRemoved: [RowKey] = []
    var traceRows: [(key: RowKey, value: [UInt8])] = []
    var traceRemoved: [RowKey] = []
    /// Deliveries of the trace log that this group writes.
    var takenTraces: [(message: TracedMessage, event: TraceEvent)] = []
    /// Numbers trace events, so that no two of one message within a millisecond share a key.
    var traceNumber: UInt16
    /// The block whose index was read last: neighbouring rows often share it.
    var lastIndex: (id: UInt64, index: BlockIndex)?
    /// What the queues with limits take in this group before the buckets are cut.
    var admitted: [QueueID: (count: UInt64, bytes: UInt64)] = [:]
    /// Dictionaries for small blocks; nil: none are used.
    var dictionaries: DictionaryShelf?
    /// A dictionary that this group writes; blocks name it once the group is on the disk.
    var newDictionary: DictionaryShelf.Draft?
    /// Keys of messages that are admitted and not enqueued yet; those of enqueued ones stand in `plannedKeys`.
    var admittedKeys: Set<OnceKey> = []
    var answers: [Answer] = []
    /// Set by the write-behind step; applied to memory after the commit.
    var flushed: [FlushedLease] = []
    /// Where the write-behind goes on in the next step.
    var flushResume: QueueID?
    /// The head of `due` after this plan.
    var earliestDue: Timestamp?
    /// True where a due row had to be left standing: look again later, not at once.
    var hasStuckDue = false

    init(
        now: Timestamp, tables: Tables, catalogue: Catalogue, directory: QueueDirectory, crew: PackCrew,
        committedTopics: [TopicID: TopicCounters], damagedTopics: Set<TopicID>, store: StoreCounters,
        sendRefusal: BrokerError?, cache: BlockCache, blockReader: BlockReader, once: OnceBook, traceNumber: UInt16
    ) {
        self.now = now
        self.tables = tables
        self.catalogue = catalogue
        self.directory = directory
        self.crew = crew
        self.committedTopics = committedTopics
        self.damagedTopics = damagedTopics
        self.store = store
        self.sendRefusal = sendRefusal
        self.cache = cache
        self.blockReader = blockReader
        self.once = once
        onceAnswers = OnceGroupWriter(rowByteCountMax: once.bounds.groupRowByteCountMax)
        self.traceNumber = traceNumber
    }

    /// True where a commit would write nothing but the group's own row.
    var isEmpty: Bool {
        queues.isEmpty && topics.isEmpty && entries.isEmpty && blocks.isEmpty && dueAdded.isEmpty && dueRemoved.isEmpty
            && hasNoAnswers && rows.isEmpty && newCatalogue == nil && traceRows.isEmpty && traceRemoved.isEmpty
            && countersRemoved.isEmpty
    }

    private var hasNoAnswers: Bool { onceAnswers.isEmpty && onceRemoved.isEmpty && onceStep?.isEmpty != false }

    /// Pages that rows of first answers take.
    var oncePages: Int {
        (onceRows.map(\.value.count) + (onceStep?.rows ?? []).map(\.value.count)).reduce(0) { $0 + $1 / 4_096 + 1 }
    }

    /// Whether the queue is not deleted: a command may have waited behind its deletion, and must not write counters for it again.
    func exists(_ known: QueueState) -> Bool { catalogue.queue(known.id) != nil }

    /// The working copy of a queue. A command may have waited over a reopening with the queue as it was known before: what counts is the
    /// queue as it is known now.
    func queue(_ known: QueueState) -> QueuePlan {
        if let lastQueue, lastQueue.known === known { return lastQueue.plan }
        let plan = plan(of: known)
        lastQueue = (known, plan)
        return plan
    }

    private func plan(of known: QueueState) -> QueuePlan {
        if let plan = queues[known.id] { return plan }
        let state = directory.state(known.id) ?? known
        let plan = QueuePlan(state, state.withLock { $0.counters }, catalogue.attributes(state.id) ?? QueueAttributes())
        queues[state.id] = plan
        return plan
    }

    /// The working copy of an entry; nil where it does not exist or was deleted in this group.
    func entry(_ id: EntryID, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> EntryRow? {
        if let planned = entries[id] { return planned }
        let key = Keys.entry(id)
        return try read(tables.entries, key, "entries", transaction) { (value) throws(RowFault) in
            try EntryRow(value, under: key.span)
        }
    }

    /// Owners of a shared block; nil where their count is missing or damaged: then nobody can say which of them is the last, and the block is left
    /// standing. An orphan can be repaired, a lost block cannot. Never the reason why a row is not changed.
    func ownerCount(_ block: UInt64, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> UInt32? {
        if let planned = owners[block] { return planned }
        let key = Keys.refs(block: block)
        do throws(PlanFault) {
            let found = try read(tables.refs, key, "refs", transaction) { (value) throws(RowFault) in
                try BlockOwners(value, under: key.span)
            }
            return found?.count
        } catch {
            if case .lmdb = error { throw error }
            return nil
        }
    }

    /// Reads and decodes a committed row.
    func read<Row>(
        _ table: Table, _ key: RowKey, _ name: StaticString, _ transaction: borrowing WriteTransaction,
        _ decode: (RawSpan) throws(RowFault) -> Row
    ) throws(PlanFault) -> Row? {
        let outcome: Result<Row, RowFault>
        do throws(LMDBError) {
            guard let value = try transaction.value(table, forKey: key.span) else { return nil }
            do throws(RowFault) { outcome = .success(try decode(value)) } catch { outcome = .failure(error) }
        } catch { throw .lmdb(error) }
        switch outcome {
        case .success(let row): return row
        case .failure(let fault): throw .row(fault, name)
        }
    }
}

/// Why a command could not be planned.
enum PlanFault: Error {
    /// The transaction itself failed: the group ends.
    case lmdb(LMDBError)
    /// A row is damaged: the command is refused, the group goes on.
    case row(RowFault, StaticString)

    var brokerError: BrokerError {
        switch self {
        case .lmdb(let error): .system(operation: error.operation, code: error.code.rawValue)
        case .row(let fault, let table): .corrupted("\(table): \(fault.text)")
        }
    }
}

/// A queue's working copy in a group, and what memory is told after the commit.
final class QueuePlan {
    let state: QueueState
    let attributes: QueueAttributes
    var counters: QueueCounters
    /// Messages that become visible with this commit.
    var arrivalCount = 0
    /// Sequences that become visible behind the cursor.
    var returned: [SequenceNumber] = []
    /// Leases that end with this commit.
    var acknowledged: [(sequence: SequenceNumber, deliveryNumber: UInt32)] = []
    var released: [SequenceNumber] = []
    /// Messages that left for the dead-letter queue or for good without being acknowledged.
    var deadLettered: [SequenceNumber] = []
    /// Where the sweep goes on, and the first held row of its round; nil where it did not run.
    var expiry: (position: SequenceNumber, held: SequenceNumber?)?
    var forgettingPosition: SequenceNumber?
    /// Messages that stand in another row after a compaction.
    var moved: [MovedMember] = []
    /// True where a row became worth a compaction.
    var hasSparseRow = false
    var isPurged = false
    var isRewound = false
    var becomesQuiet = false
    var raisesMark = false

    init(_ state: QueueState, _ counters: QueueCounters, _ attributes: QueueAttributes) {
        self.state = state
        self.counters = counters
        self.attributes = attributes
    }

    /// Whether as many messages are visible or leased as the queue may show.
    var isFull: Bool { attributes.messageCountMax.map { counters.waiting >= $0 } ?? false }
}

/// A block that this group writes.
struct PlannedBlock {
    let id: UInt64
    let source: SourceID
    let firstSequence: SequenceNumber
    let job: PackJob
    /// Queues whose rows point at it.
    var queues: [QueueID]
}

/// The same block once it is packed.
struct SealedBlock {
    let id: UInt64
    let header: BlockHeader
    let packed: PackedBlock
    let parts: [Int]
    let queues: [QueueID]

    init(_ block: PlannedBlock, _ packed: PackedBlock, at now: Timestamp) {
        id = block.id
        self.packed = packed
        parts = PartLayout.parts(of: BlockHeader.byteCount + packed.stored.count)
        queues = block.queues
        header = BlockHeader(
            codec: packed.codec, count: packed.count, rawByteCount: packed.raw.count,
            storedByteCount: packed.stored.count, partCount: parts.count, cutAt: now, source: block.source,
            firstSequence: block.firstSequence, dictionary: packed.dictionary)
    }

    /// A block that compaction made from others: its slots say themselves where they entered.
    init(merged packed: PackedBlock, id: UInt64, at now: Timestamp) {
        self.id = id
        self.packed = packed
        parts = PartLayout.parts(of: BlockHeader.byteCount + packed.stored.count)
        queues = []
        var header = BlockHeader(
            codec: packed.codec, count: packed.count, rawByteCount: packed.raw.count,
            storedByteCount: packed.stored.count, partCount: parts.count, cutAt: now,
            source: .queue(QueueID(rawValue: 0)), firstSequence: 0, dictionary: packed.dictionary)
        header.isMerged = true
        self.header = header
    }

    /// CRC32C over key, header and stored bytes.
    var checksum: UInt32 {
        let key = Keys.payload(block: id, part: 0)
        let fields = header.fields
        var checksum = CRC32C()
        checksum.add(key.span)
        checksum.add(fields.span)
        checksum.add(packed.stored.span)
        return checksum.value
    }
}

/// Names a row of a consumer.
struct ConsumerRowID: Hashable {
    let space: RowSpace
    let key: Bytes
}

/// A lease whose details this group writes.
struct FlushedLease {
    let queue: QueueState
    let sequence: SequenceNumber
    let deliveryNumber: UInt32
    /// What the disk knows once the group is committed; the lease may have changed meanwhile.
    let detail: DeliveryDetail?
}
