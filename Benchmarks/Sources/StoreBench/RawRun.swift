internal import BenchmarkSupport
internal import LMDB
internal import Tillwire

/// The same bytes in raw LMDB, one thread, as many messages in a commit as the store reached: what the disk and LMDB
/// allow.
///
/// Bodies go in as they are, one row each, under ascending 8-byte keys. A keyed cell adds a row from key to number, a
/// fan-out one row of 8 bytes for each queue. Nobody waits for an answer, nothing is compressed, checked or counted.
struct RawRun {
    let options: BenchOptions
    let corpus: Corpus
    /// An empty folder.
    let path: String
    /// Messages in one commit, at least 1.
    let groupCount: Int

    /// Runs the counterpart of `work`; `fillCount` messages are put in before a drain.
    func measure(_ work: Cell.Work, fillCount: Int) throws -> Measurement {
        let environment = try Environment(
            path: path,
            options: .init(
                mapByteCount: BenchLimits.rawMapByteCount, tableCountMax: 16, readerSlotCount: 16,
                readTransactionCountMax: 4))
        switch work {
        case .enqueue(_, let keyed): return try put(RawTables(environment, queueCount: 0), keyed: keyed)
        case .fanOut(let queueCount, _): return try put(RawTables(environment, queueCount: queueCount), keyed: false)
        case .drain: return try drain(RawTables(environment, queueCount: 0), fillCount)
        }
    }

    private func put(_ tables: RawTables, keyed: Bool) throws -> Measurement {
        var measurement = Measurement()
        let diskBefore = ScratchFolder.diskByteCount(path)
        let start = Clock.nanos()
        while continues(measurement, since: start) {
            try tables.put(from: measurement.messageCount, count: groupCount, corpus, keyed: keyed)
            measurement.messageCount += groupCount
            measurement.commitCount += 1
        }
        measurement.elapsedNanos = Clock.nanos() - start
        let diskAfter = ScratchFolder.diskByteCount(path)
        measurement.diskByteCount = diskAfter - min(diskBefore, diskAfter)
        guard try tables.count() == measurement.messageCount else {
            throw WrongCount(description: "raw LMDB lost rows")
        }
        return measurement
    }

    private func drain(_ tables: RawTables, _ fillCount: Int) throws -> Measurement {
        for first in stride(from: 0, to: fillCount, by: BenchLimits.rawFillCommitCount) {
            try tables.put(
                from: first, count: min(BenchLimits.rawFillCommitCount, fillCount - first), corpus, keyed: false)
        }
        var measurement = Measurement()
        let start = Clock.nanos()
        while measurement.messageCount < fillCount, continues(measurement, since: start) || options.isSmoke {
            measurement.messageCount += try tables.readAndDelete(count: groupCount)
            measurement.commitCount += 1
        }
        measurement.elapsedNanos = Clock.nanos() - start
        guard try tables.count() == fillCount - measurement.messageCount else {
            throw WrongCount(description: "raw LMDB lost rows")
        }
        return measurement
    }

    private func continues(_ measurement: Measurement, since start: UInt64) -> Bool {
        if options.isSmoke { return measurement.commitCount < UInt64(BenchLimits.smokeCommitCount) }
        return Clock.nanos() - start < UInt64(options.seconds * 1e9)
    }
}
