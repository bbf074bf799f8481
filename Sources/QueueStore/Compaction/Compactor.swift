internal import Deflate
internal import Engine
internal import LMDB
internal import MessageModel
internal import Synchronization

/// Gives back the room of blocks that are mostly dead: a message that waits for long among others that are done would keep all their bytes
/// (`store-design.md` §5.2).
///
/// Works on a thread of its own: it looks through queues that became sparse, reads and packs there, and only the swap of rows is the writer's.
/// After each step it rests for a multiple of the time that took the writer, so senders lose at most a twentieth.
final class Compactor: Sendable {
    private struct State {
        /// Queues with rows that became sparse, and when they may be looked at.
        var noted: [QueueID: Timestamp] = [:]
        var isPoked = false
        var isStopping = false
    }

    private enum Work {
        case pass(QueueID)
        case stop
    }

    private let signal = Signal(State())
    private let source: StoreSource
    private let directory: QueueDirectory
    private let mailbox: Mailbox
    private let blocks: BlockReader
    private let ticker: Ticker
    private let time: any TimeSource

    init(
        source: StoreSource, directory: QueueDirectory, mailbox: Mailbox, blocks: BlockReader, ticker: Ticker,
        time: any TimeSource
    ) {
        self.source = source
        self.directory = directory
        self.mailbox = mailbox
        self.blocks = blocks
        self.ticker = ticker
        self.time = time
    }

    /// Has a queue looked at when its sparse rows are old enough. O(1) where it is noted already.
    func note(_ queue: QueueID, at moment: Timestamp) {
        let isNew = signal.read { state in
            guard state.noted[queue] == nil else { return false }
            state.noted[queue] = moment
            return true
        }
        if isNew { ticker.schedule(.compactor, at: moment) }
    }

    /// The ticker's call: some queue's moment has come.
    func wake() {
        signal.update { state in
            state.isPoked = true
            return true
        }
    }

    /// Ends ``run()`` after the step that is under way.
    func stop() {
        signal.update { state in
            state.isStopping = true
            return true
        }
    }

    private var isStopping: Bool { signal.read { $0.isStopping } }

    /// Works until ``stop()``. On a thread of the store's own.
    func run() {
        guard let packer = try? BlockPacker() else { return }
        while case .pass(let queue) = next() { pass(queue, packer) }
    }

    private func next() -> Work {
        signal.wait(
            sleep: { _ in nil },
            take: { state in
                if state.isStopping { return .stop }
                guard state.isPoked else { return nil }
                let now = self.time.now
                guard let due = state.noted.filter({ $0.value <= now }).keys.min() else {
                    state.isPoked = false
                    return nil
                }
                state.noted[due] = nil
                return .pass(due)
            })
    }

    /// One look through a queue, from its front to its end.
    private func pass(_ queue: QueueID, _ packer: BlockPacker) {
        guard let state = directory.state(queue) else { return }
        let (counters, attributes) = state.withLock { ($0.counters, $0.attributes) }
        var scan = CompactionScan(queue: queue, attributes: attributes, counters: counters, now: time.now)
        var position = counters.floor
        var isUnfinished = false
        while !isStopping {
            guard let step = try? scan.step(from: position, source) else { break }
            switch step {
            case .end:
                if scan.youngCount > 0 || isUnfinished { noteAgain(queue) }
                return
            case .nothing(let next): position = next
            case .run(let rows, let next):
                position = next
                guard let compaction = prepare(queue, rows, packer) else { continue }
                let start = MonotonicClock.nanoseconds
                if !apply(compaction) { isUnfinished = true }
                rest(nanoseconds: (MonotonicClock.nanoseconds - start) * UInt64(Limits.compactionRestFactor))
            }
        }
        // The store was away: the rest of the queue is looked at another time.
        noteAgain(queue)
    }

    private func noteAgain(_ queue: QueueID) {
        note(queue, at: time.now.adding(milliseconds: Limits.compactionAgeMillisMin))
    }

    /// Reads the rows' blocks and packs what survives; nil where one cannot be read, which stays as it is.
    private func prepare(_ queue: QueueID, _ sources: [Compaction.Source], _ packer: BlockPacker) -> Compaction? {
        var survivors: [Compaction.Survivor] = []
        var merged = MergedRecords()
        for (number, source) in sources.enumerated() {
            guard let block = inflate(source.row.block) else { return nil }
            let whole = (survivors.count, merged)
            var isNear = true
            for member in 0..<source.row.count where !source.row.acknowledged.contains(member) {
                guard let slot = source.row.slot(of: member), slot < block.count else { return nil }
                let sequence = source.row.sequence(of: member, from: source.id.first)
                if let last = survivors.last, !EntryRow.canFollow(sequence, last.sequence) { isNear = false }
                merged.add(block, slot)
                survivors.append(
                    Compaction.Survivor(
                        source: number, member: member, sequence: sequence, detail: source.row.detail(of: member)))
            }
            guard number > 0 else {
                if isNear { continue }
                return nil
            }
            guard !isNear || merged.byteCount > Limits.blockRawByteCountMax else { continue }
            // No block may be larger than that, and no gap wider than a row can say: the rest of the run is for another pass.
            survivors.removeSubrange(whole.0...)
            return pack(queue, sources[..<number], survivors, whole.1, packer)
        }
        return pack(queue, sources[...], survivors, merged, packer)
    }

    private func pack(
        _ queue: QueueID, _ sources: ArraySlice<Compaction.Source>, _ survivors: [Compaction.Survivor],
        _ merged: MergedRecords, _ packer: BlockPacker
    ) -> Compaction? {
        guard !survivors.isEmpty, let packed = try? packer.pack(merged.raw, count: survivors.count) else { return nil }
        return Compaction(queue: queue, sources: Array(sources), survivors: survivors, packed: packed)
    }

    private func inflate(_ id: UInt64) -> InflatedBlock? {
        let loaded = try? source.read { (tables, transaction) throws(LMDBError) in
            try blocks.load(id, tables, transaction)
        }
        guard case .success(let stored) = loaded ?? nil else { return nil }
        return try? blocks.inflate(stored)
    }

    /// Hands the swap to the writer and waits for it; false where a row had changed meanwhile, or the store could not write.
    private func apply(_ compaction: Compaction) -> Bool {
        let answer = Signal<Bool?>(nil)
        let refusal = mailbox.submit(
            .compact(compaction) { isDone in
                answer.update { state in
                    state = isDone
                    return true
                }
            })
        guard refusal == nil else { return false }
        return answer.wait(sleep: { _ in nil }, take: { $0 })
    }

    /// Leaves the writer to its callers for a while; by the machine's clock, because it is the machine that is shared.
    private func rest(nanoseconds: UInt64) {
        let milliseconds = min(nanoseconds / 1_000_000, Limits.compactionRestMillisMax)
        guard milliseconds > 0 else { return }
        let end = MonotonicClock.nanoseconds + milliseconds * 1_000_000
        signal.wait(
            sleep: { _ in milliseconds * 1_000_000 },
            take: { state in state.isStopping || MonotonicClock.nanoseconds >= end ? () : nil })
    }
}

/// Index and records of a merged block while it is put together.
private struct MergedRecords {
    private var index: [UInt8] = []
    private var records: [UInt8] = []

    mutating func add(_ block: InflatedBlock, _ slot: Int) {
        let properties = block.properties(slot: slot).encoded
        let body = block.body(slot: slot)
        Varint.append(properties.count, to: &index)
        Varint.append(body.count, to: &index)
        let (source, sequence) = block.identity(slot: slot)
        var place = RowKey()
        place.append(u32: source.rawValue)
        place.append(u64: sequence)
        place.append(u48: block.cutAt(slot: slot).milliseconds)
        for byte in 0..<place.count { index.append(place.span[byte]) }
        records += properties.slice
        records += body.slice
    }

    var raw: [UInt8] { index + records }
    var byteCount: Int { index.count + records.count }
}
