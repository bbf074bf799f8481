internal import BenchmarkSupport
internal import LMDB
internal import Tillwire

/// Runs one limit in a folder of its own.
struct LimitRun {
    let options: BenchOptions
    let corpus: Corpus
    /// An empty folder.
    let path: String

    func measure(_ limit: Contestant.Limit) throws -> Measurement {
        let table = try LimitTable(path: path)
        switch limit {
        case .rawPut: return try metered { try rawPut(table) }
        case .groupCommit(let producerCount):
            return try metered {
                try GroupCommitLimit(options: options, corpus: corpus, table: table, producerCount: producerCount)
                    .run()
            }
        case .twoThreadBlocks:
            return try metered { try TwoThreadBlockLimit(options: options, corpus: corpus, table: table).run() }
        case .rawDrain: return try rawDrain(table)
        case .blockDrain: return try blockDrain(table)
        }
    }

    /// One message in a commit, on one thread: nothing is compressed, nobody waits.
    private func rawPut(_ table: LimitTable) throws -> Measurement {
        var measurement = Measurement()
        let start = Clock.nanos()
        var before = start
        while options.limitContinues(since: start, count: measurement.messageCount) {
            let body = corpus[measurement.messageCount].slice
            try table.environment.write { transaction in
                try table.append(measurement.messageCount, body, transaction)
            }
            let after = Clock.nanos()
            measurement.latenciesMicros.append(UInt32(clamping: (after - before) / 1_000))
            before = after
            measurement.messageCount += 1
            measurement.commitCount += 1
        }
        measurement.elapsedNanos = before - start
        try table.expect(rowCount: measurement.messageCount)
        return measurement
    }

    /// Disk by the folder's growth.
    private func metered(_ body: () throws -> Measurement) rethrows -> Measurement {
        let before = ScratchFolder.diskByteCount(path)
        var measurement = try body()
        let after = ScratchFolder.diskByteCount(path)
        measurement.diskByteCount = after - min(before, after)
        return measurement
    }
}
