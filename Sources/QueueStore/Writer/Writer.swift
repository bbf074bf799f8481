internal import Deflate
internal import Engine
internal import LMDB
internal import MessageModel
internal import Synchronization

/// What writes. Group commit without a timer: while one group is on its way to the disk, commands gather for the next; an idle
/// store commits a single one at once, a busy one batches by itself.
///
/// Its properties belong to whoever has the role (``WriterRole``): its own thread, or a blocking caller for one group. A write transaction begins
/// and ends within ``commit(_:withBackground:)``, so on one thread.
final class Writer {
    let source: StoreSource
    let directory: QueueDirectory
    let mailbox: Mailbox
    let cache: BlockCache
    let ticker: Ticker
    let time: any TimeSource
    let meters: StoreMeters
    let options: StoreOptions
    let folder: StoreFolder
    let crew: PackCrew
    let traces: TraceLog
    let compactor: Compactor
    private let blocks: BlockReader
    let dictionaries: DictionaryShelf
    let once: OnceBook
    var space: SpaceGuard
    /// As of the last commit.
    var store: StoreCounters
    var topics: [TopicID: TopicCounters]
    var earliestDue: Timestamp?
    var flushedAt = Timestamp.zero
    /// The moment the ticker was last asked for.
    var tickAt = Timestamp.zero
    var forgotKeysAt = Timestamp.zero
    var checkedReadersAt = Timestamp.zero
    /// When old trace events were looked for last, and where the search goes on.
    var forgotTracesAt = Timestamp.zero
    var traceResume: RowKey?
    var traceNumber: UInt16 = 0
    /// True while the operator knows that room is short.
    var hasReportedShortage = false
    /// Where the write-behind goes on in its next step.
    var flushResume: QueueID?
    /// Topics whose counters could not be read.
    var damagedTopics: Set<TopicID> = []
    /// Failed commits in a row.
    var failureCount = 0
    /// Set where the filesystem became read-only: reads go on.
    var writesRefusal: BrokerError?

    init(
        source: StoreSource, opened: StoreSource.Opened, directory: QueueDirectory, mailbox: Mailbox, cache: BlockCache,
        ticker: Ticker,
        time: any TimeSource, meters: StoreMeters, options: StoreOptions, folder: StoreFolder, traces: TraceLog,
        blocks: BlockReader, dictionaries: DictionaryShelf, compactor: Compactor
    ) throws(DeflateError) {
        self.source = source
        self.directory = directory
        self.mailbox = mailbox
        self.cache = cache
        self.ticker = ticker
        self.time = time
        self.meters = meters
        self.options = options
        self.folder = folder
        self.traces = traces
        self.blocks = blocks
        self.compactor = compactor
        self.dictionaries = dictionaries
        once = OnceBook(bounds: options.onceBounds)
        crew = try PackCrew()
        space = SpaceGuard(folder: folder.path)
        store = opened.counters
        topics = [:]
    }

    /// Works until the store closes, then writes what memory knows.
    func run() {
        loadTopics()
        loadAnswers()
        dictionaries.load()
        reloadDue()
        for entry in directory.catalogue.topology.queues.values { noteSparse(entry.id) }
        commit([])
        var groupNanos: UInt64 = 0
        while case .group(let commands) = mailbox.next(after: groupNanos) {
            let start = MonotonicClock.nanoseconds
            commit(commands)
            groupNanos = MonotonicClock.nanoseconds - start
        }
        finish()
        crew.stop()
    }

    /// Has a queue looked through when its sparse rows are old enough.
    func noteSparse(_ queue: QueueID) {
        compactor.note(queue, at: time.now.adding(milliseconds: Limits.compactionAgeMillisMin))
    }

    /// Commits commands as one group; splits it where it does not fit. Parts of a split group, and control commands, leave the background work for
    /// later.
    func commit(_ commands: [Command], withBackground: Bool = true) {
        if let writesRefusal {
            for command in commands { command.fail(writesRefusal) }
            return
        }
        let isControl = commands.first?.isControl ?? false
        guard let (plan, outcome) = write(commands, withBackground && !isControl) else {
            for command in commands { command.fail(source.absence) }
            return
        }
        switch outcome {
        case .success:
            if let fault = options.faultAfterCommit?() {
                failed(.body(.injected(fault)), plan, commands)
            } else {
                succeeded(plan, commandCount: commands.count)
            }
        case .failure(let error): failed(error, plan, commands)
        }
    }

    /// Plans and writes a group; nil where the store is closed. Apart, so that nothing holds the environment when a failure has it reopened.
    private func write(
        _ commands: [Command], _ withBackground: Bool
    ) -> (GroupPlan, Result<Void, WriteError<GroupFault>>)? {
        guard let opened = source.opened else { return nil }
        space.refresh(opened.environment, at: time.now)
        watch(opened.environment)
        let plan = makePlan(opened)
        let outcome = Result { () throws(WriteError<GroupFault>) in
            try opened.environment.write { (transaction) throws(GroupFault) in
                try fill(plan, commands, withBackground, transaction)
            }
        }
        return (plan, outcome)
    }

    /// Tells the operator of short room and of long readers, and clears the slots of readers whose process died (`reliability.md` rules 8 and 13).
    private func watch(_ environment: Environment) {
        if let percent = space.shortage, !hasReportedShortage {
            options.report(.spaceShort(mapUsedPercent: percent, diskFreeByteCount: space.diskFreeByteCount))
        }
        hasReportedShortage = space.shortage != nil
        let now = time.now
        guard now.millisecondsSince(checkedReadersAt) >= Limits.readerCheckMillis else { return }
        checkedReadersAt = now
        _ = try? environment.clearDeadReaders()
        let lag = environment.readerLag
        if lag > Limits.readerLagWarn { options.report(.readersBehind(commits: lag)) }
    }

    func makePlan(_ opened: StoreSource.Opened) -> GroupPlan {
        let plan = GroupPlan(
            now: time.now, tables: opened.tables, catalogue: directory.catalogue, directory: directory, crew: crew,
            committedTopics: topics, damagedTopics: damagedTopics, store: store,
            sendRefusal: space.refusal.map { .storeFull($0) }, cache: cache, blockReader: blocks,
            once: once, traceNumber: traceNumber)
        plan.dictionaries = dictionaries
        return plan
    }

    private func fill(
        _ plan: GroupPlan, _ commands: [Command], _ withBackground: Bool, _ transaction: borrowing WriteTransaction
    ) throws(GroupFault) {
        // A delivery stands before its acknowledgement in the trace.
        if !commands.isEmpty, !traces.isEmpty { plan.writeTraces(from: traces) }
        plan.expectedKeyCount = commands.count
        if commands.count >= Limits.onceSievedCountMin { sieveKeys(of: commands) }
        for command in commands { plan.answers.append(try answer(command, plan, transaction)) }
        if withBackground {
            do throws(LMDBError) {
                plan.onceStep = try once.step(
                    newCount: plan.plannedKeys.count, at: plan.now, group: plan.store.groupNumber + 1,
                    mayGrow: plan.sendRefusal == nil, plan.tables.once, transaction)
            } catch { throw .lmdb(error) }
            try background(plan, transaction)
        }
        plan.cutBuckets()
        // Learned from this group's messages or earlier ones: it rides on a group that brings blocks anyway.
        if !plan.blocks.isEmpty { plan.newDictionary = dictionaries.draft }
        plan.raiseMarks()
        guard !plan.isEmpty else { throw .nothing }
        do throws(LMDBError) { try plan.applyRows(transaction) } catch { throw .lmdb(error) }
        do throws(DeflateError) { try plan.sealBlocks() } catch { throw .deflate(error) }
        do throws(LMDBError) {
            try plan.applyBlocks(transaction)
            plan.earliestDue = try plan.readEarliestDue(transaction)
        } catch { throw .lmdb(error) }
        if let fault = options.faultBeforeCommit?() { throw .injected(fault) }
    }

    /// Notes on the sends of a large group whose keys are certainly new.
    private func sieveKeys(of commands: [Command]) {
        var tickets: [SendTicket] = []
        var places: [OncePlace] = []
        for case .send(let ticket) in commands {
            guard let key = ticket.onceKey else { continue }
            if places.isEmpty {
                places.reserveCapacity(commands.count)
                tickets.reserveCapacity(commands.count)
            }
            tickets.append(ticket)
            places.append(key.place)
        }
        guard !places.isEmpty else { return }
        for (ticket, isNew) in zip(tickets, once.areNew(places)) where isNew { ticket.noteKeyIsNew() }
    }

    private func background(_ plan: GroupPlan, _ transaction: borrowing WriteTransaction) throws(GroupFault) {
        do throws(PlanFault) {
            if let earliestDue, earliestDue <= plan.now { try plan.promoteDue(transaction) }
            try plan.moveExhausted(transaction)
            if plan.now.millisecondsSince(flushedAt) >= Limits.leaseWriteBehindMillis {
                flushedAt = plan.now
                _ = try plan.writeBehind(finally: false, after: flushResume, transaction)
                if !traces.isEmpty { plan.writeTraces(from: traces) }
            }
            if plan.now.millisecondsSince(forgotTracesAt) >= 60_000 || traceResume != nil {
                traceResume = try plan.forgetTraces(from: traceResume, transaction)
                forgotTracesAt = plan.now
            }
            if plan.now.millisecondsSince(forgotKeysAt) >= 60_000 {
                try plan.forgetExpiredKeys(transaction)
                // More than one step holds: go on with the next group, so that a high rate of keys is kept up with.
                if plan.onceRemoved.count < Limits.stepRowCountMax { forgotKeysAt = plan.now }
            }
        } catch {
            guard case .lmdb(let cause) = error else {
                meters.corrupted.add(1, ordering: .relaxed)
                return
            }
            throw .lmdb(cause)
        }
    }

    /// Reads the counters of all topics. One that cannot be read takes no more messages: its sequences would start anew.
    func loadTopics() {
        topics = [:]
        damagedTopics = []
        for entry in directory.catalogue.topology.topics.values {
            if let counters = loadTopic(entry.id) {
                topics[entry.id] = counters
            } else {
                damagedTopics.insert(entry.id)
            }
        }
    }

    /// Learns which first answers there are; the first thing after an opening.
    func loadAnswers() {
        once.load(source, hasher: directory.catalogue.hasher)
        guard !once.damagedGroups.isEmpty || once.unread != nil else { return }
        meters.corrupted.add(1, ordering: .relaxed)
        options.report(.rowSetAside("once: \(once.damagedGroups.count) rows of first answers are damaged"))
    }

    /// Reads the head of `due`; the first thing after an opening.
    func reloadDue() {
        let due = try? source.read { (tables, transaction) throws(LMDBError) in
            try transaction.withCursor(tables.due) { (cursor) throws(LMDBError) in
                try GroupPlan.earliestDue(&cursor)
            }
        }
        earliestDue = due ?? nil
    }

    private func loadTopic(_ id: TopicID) -> TopicCounters? {
        let key = Keys.topic(id)
        let found = try? source.read { (tables, transaction) throws(LMDBError) -> TopicCounters? in
            guard let value = try transaction.value(tables.counters, forKey: key.span) else { return TopicCounters() }
            return try? TopicCounters(value, under: key.span)
        }
        return found ?? nil
    }
}

/// Why a group was not committed; nothing of it is on the disk.
enum GroupFault: Error {
    /// There was nothing to write.
    case nothing
    /// LMDB refused a change.
    case lmdb(LMDBError)
    /// zlib refused to work.
    case deflate(DeflateError)
    /// A test asked for this failure.
    case injected(InjectedFault)
}
