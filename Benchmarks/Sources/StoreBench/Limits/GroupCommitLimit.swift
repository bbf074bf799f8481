internal import BenchmarkSupport
internal import LMDB

/// Producers that each wait for their own message to be durable, as cheap as waiting can be: two threads stand for all of them, and a batch is
/// completed with one wake-up a thread. One writer takes whatever waits, deflates it into one value, commits, completes.
final class GroupCommitLimit: @unchecked Sendable {
    /// Conditions of the monitor: work for the writer, completions for producer thread 0 and 1.
    private static let work = BenchLimits.groupCommitThreadCount

    private struct Pending {
        let bodyNumber: Int
        let sentNanos: UInt64
        let thread: Int
    }

    private let options: BenchOptions
    private let corpus: Corpus
    /// Used by the writer alone while it runs.
    private let table: LimitTable
    private let monitor = Monitor(conditionCount: BenchLimits.groupCommitThreadCount + 1)
    private let producerCounts: [Int]

    // Guarded by the monitor.
    private var waiting: [Pending] = []
    private var completedCounts = [Int](repeating: 0, count: BenchLimits.groupCommitThreadCount)
    private var measurement = Measurement()
    private var isEnding = false
    private var failure: (any Error)?

    init(options: BenchOptions, corpus: Corpus, table: LimitTable, producerCount: Int) {
        self.options = options
        self.corpus = corpus
        self.table = table
        let threadCount = BenchLimits.groupCommitThreadCount
        producerCounts = (0..<threadCount).map { (producerCount + $0) / threadCount }
    }

    func run() throws -> Measurement {
        let start = Clock.nanos()
        let writer = WorkerThread { self.write() }
        let producers = (0..<BenchLimits.groupCommitThreadCount).map { thread in
            WorkerThread { self.produce(thread) }
        }
        let result = waitForTheEnd(since: start)
        for producer in producers { producer.join() }
        monitor.withLock { monitor.signal(Self.work) }
        writer.join()
        if let failure { throw failure }
        try table.expect(rowCount: Int(measurement.commitCount))
        return result
    }

    private func waitForTheEnd(since start: UInt64) -> Measurement {
        while true {
            Clock.sleep(nanos: 2_000_000)
            let result: Measurement? = monitor.withLock {
                let goesOn = options.limitContinues(since: start, count: measurement.messageCount)
                guard !goesOn || failure != nil else { return nil }
                isEnding = true
                for thread in producerCounts.indices { monitor.signal(thread) }
                var result = measurement
                result.elapsedNanos = Clock.nanos() - start
                return result
            }
            if let result { return result }
        }
    }

    /// One thread of producers: sends again for each that was completed.
    private func produce(_ thread: Int) {
        var number = thread * 7_919
        var dueCount = producerCounts[thread]
        while dueCount > 0 {
            dueCount = monitor.withLock {
                let now = Clock.nanos()
                for _ in 0..<dueCount {
                    waiting.append(Pending(bodyNumber: number, sentNanos: now, thread: thread))
                    number += 1
                }
                monitor.signal(Self.work)
                while completedCounts[thread] == 0, !isEnding { monitor.wait(thread) }
                let count = isEnding ? 0 : completedCounts[thread]
                completedCounts[thread] = 0
                return count
            }
        }
    }

    private func write() {
        do {
            var packer = try BlockPacker()
            var batch: [Pending] = []
            var rowCount = 0
            while true {
                batch.removeAll(keepingCapacity: true)
                monitor.withLock {
                    while waiting.isEmpty, !isEnding { monitor.wait(Self.work) }
                    swap(&batch, &waiting)
                }
                guard !batch.isEmpty else { return }
                packer.begin()
                for pending in batch { packer.add(corpus[pending.bodyNumber]) }
                try packer.finish()
                try table.environment.write { transaction in
                    try table.append(rowCount, packer.value[...], transaction)
                }
                rowCount += 1
                complete(batch)
            }
        } catch {
            monitor.withLock { failure = error }
        }
    }

    private func complete(_ batch: [Pending]) {
        let now = Clock.nanos()
        monitor.withLock {
            for pending in batch {
                measurement.latenciesMicros.append(UInt32(clamping: (now - pending.sentNanos) / 1_000))
                completedCounts[pending.thread] += 1
            }
            measurement.messageCount += batch.count
            measurement.commitCount += 1
            for thread in completedCounts.indices where completedCounts[thread] > 0 { monitor.signal(thread) }
        }
    }
}
