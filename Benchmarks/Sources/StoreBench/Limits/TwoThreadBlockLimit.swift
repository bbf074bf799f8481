internal import BenchmarkSupport
internal import LMDB

/// One thread deflates blocks, another commits them; whatever blocks are ready share a commit. Nobody waits for an answer, so this is what
/// compression and the disk together allow.
final class TwoThreadBlockLimit: @unchecked Sendable {
    // Conditions of the monitor.
    private static let isFilled = 0
    private static let isEmptied = 1

    private let options: BenchOptions
    private let corpus: Corpus
    /// Used by the committing thread alone.
    private let table: LimitTable
    private let monitor = Monitor(conditionCount: 2)

    // Guarded by the monitor.
    /// Blocks that wait for a commit, oldest first.
    private var ready: [[UInt8]] = []
    private var isEnding = false
    private var failure: (any Error)?

    init(options: BenchOptions, corpus: Corpus, table: LimitTable) {
        self.options = options
        self.corpus = corpus
        self.table = table
    }

    func run() throws -> Measurement {
        let packing = WorkerThread { self.pack() }
        defer {
            monitor.withLock {
                isEnding = true
                monitor.signal(Self.isEmptied)
            }
            packing.join()
        }
        var measurement = Measurement()
        var rowCount = 0
        let start = Clock.nanos()
        while options.limitContinues(since: start, count: measurement.messageCount) {
            let blocks = try take()
            try table.environment.write { transaction in
                for block in blocks {
                    try table.append(rowCount, block[...], transaction)
                    rowCount += 1
                }
            }
            measurement.messageCount += blocks.count * BenchLimits.twoThreadBlockCount
            measurement.commitCount += 1
        }
        measurement.elapsedNanos = Clock.nanos() - start
        try table.expect(rowCount: rowCount)
        return measurement
    }

    /// Takes all blocks that are ready, waiting for the first; the packer goes on while they are committed.
    private func take() throws -> [[UInt8]] {
        try monitor.withLock {
            while ready.isEmpty, failure == nil { monitor.wait(Self.isFilled) }
            if let failure { throw failure }
            let blocks = ready
            ready.removeAll(keepingCapacity: true)
            monitor.signal(Self.isEmptied)
            return blocks
        }
    }

    private func pack() {
        do {
            var packer = try BlockPacker()
            var number = 0
            while true {
                try packer.pack(corpus, from: number, count: BenchLimits.twoThreadBlockCount)
                number += BenchLimits.twoThreadBlockCount
                let block = packer.value
                let goesOn = monitor.withLock {
                    while ready.count == BenchLimits.twoThreadSlotCount, !isEnding { monitor.wait(Self.isEmptied) }
                    ready.append(block)
                    monitor.signal(Self.isFilled)
                    return !isEnding
                }
                guard goesOn else { return }
            }
        } catch {
            monitor.withLock {
                failure = error
                monitor.signal(Self.isFilled)
            }
        }
    }
}
