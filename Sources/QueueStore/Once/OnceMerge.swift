internal import LMDB
internal import MessageModel

/// Sorted answers on their way into a run: those of memory, or those of several runs. Goes on step by step, each step in the commit of some group.
///
/// It is lost with the first group that fails: what it read stands as before, what it wrote is deleted.
final class OnceMerge {
    private enum Source {
        case batch(OnceBatch, OnceOrder)
        case runs([OnceRunReader])
    }

    /// Runs that its result takes the place of; none where it takes that of memory.
    let inputs: [OnceRunID]
    private var source: Source
    private var writer: OnceRunWriter
    private(set) var isDone = false
    private var isBegun = false

    /// From memory.
    init(_ batch: OnceBatch, at now: Timestamp, _ writer: OnceRunWriter) {
        inputs = []
        source = .batch(batch, OnceOrder(batch, at: now))
        self.writer = writer
    }

    /// From runs of one bucket.
    init(_ runs: [OnceRunID], _ writer: OnceRunWriter) {
        inputs = runs
        source = .runs(runs.map { OnceRunReader($0) })
        self.writer = writer
    }

    /// Runs it has made, wholly or in part.
    var outputs: [OnceRun] { writer.runs }

    /// Bytes of their filters.
    var filterByteCount: Int { writer.filterBytes }

    /// Bytes of memory it takes beside its filters and the batch.
    var byteCount: Int {
        switch source {
        case .batch(_, let order): order.byteCount
        case .runs(let readers): readers.reduce(0) { $0 + $1.bytes.count }
        }
    }

    /// The run that could not be read on; set by a step that threw.
    private(set) var damagedInput: OnceRunID?

    /// Takes up to `countMax` answers; rows to be written go to `rows`. O(countMax · inputs).
    func step(
        countMax: Int, at now: Timestamp, _ table: Table, _ transaction: borrowing WriteTransaction,
        _ rows: inout [SealedRow]
    ) throws(PlanFault) {
        switch source {
        case .batch(let batch, var order):
            // Not copied while it is worked on.
            source = .runs([])
            let bytes = batch.bytes
            for _ in 0..<countMax {
                guard let offset = order.takeNext(), let entry = OnceEntry(bytes.raw, at: offset) else { break }
                writer.add(entry, at: offset, of: bytes, &rows)
            }
            isDone = order.isAtEnd
            source = .batch(batch, order)
        case .runs(var readers):
            source = .runs([])
            defer { source = .runs(readers) }
            if !isBegun {
                for index in readers.indices { try advance(&readers[index], table, transaction) }
                isBegun = true
            }
            for _ in 0..<countMax {
                guard let index = Self.lowest(readers), let entry = readers[index].entry else {
                    isDone = true
                    break
                }
                if entry.expiresAt > now {
                    writer.add(entry, at: readers[index].start, of: readers[index].bytes, &rows)
                }
                try advance(&readers[index], table, transaction)
            }
        }
        if isDone { writer.finish(&rows) }
    }

    private func advance(
        _ reader: inout OnceRunReader, _ table: Table, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) {
        do throws(PlanFault) { try reader.advance(table, transaction) } catch {
            damagedInput = reader.run
            throw error
        }
    }

    private static func lowest(_ readers: [OnceRunReader]) -> Int? {
        var best: Int?
        for index in readers.indices {
            guard let entry = readers[index].entry else { continue }
            if let known = best, let other = readers[known].entry, !entry.stands(before: other) { continue }
            best = index
        }
        return best
    }
}
