internal import BenchmarkSupport
internal import Tillwire

extension StoreRun {
    /// Runs `body` between two readings of the store's counters and of the disk.
    @concurrent
    func metered(_ broker: EmbeddedBroker, _ body: () async throws -> Measurement) async throws -> Measurement {
        let before = try await broker.figures()
        let diskBefore = ScratchFolder.diskByteCount(path)
        var measurement = try await body()
        let after = try await broker.figures()
        measurement.commitCount = after.commitCount - before.commitCount
        let diskAfter = ScratchFolder.diskByteCount(path)
        measurement.diskByteCount = diskAfter - min(diskBefore, diskAfter)
        return measurement
    }

    /// The queue must hold exactly what was acknowledged to its senders.
    @concurrent
    func expect(_ queue: Queue<some Engine>, waiting: Int, enqueued: Int) async throws {
        let figures = try await queue.figures()
        guard figures.waiting == UInt64(waiting), figures.enqueuedTotal == UInt64(enqueued), figures.delayed == 0 else {
            throw WrongCount(
                description:
                    "queue \(queue.name) tells \(figures.waiting) waiting of \(figures.enqueuedTotal), expected \(waiting) of \(enqueued)"
            )
        }
    }

    /// Everything the store knows must hold together.
    @concurrent
    func verify(_ broker: EmbeddedBroker) async throws {
        let report = try await broker.verify()
        guard report.problems.isEmpty else { throw WrongCount(description: report.problems.joined(separator: "; ")) }
    }
}
