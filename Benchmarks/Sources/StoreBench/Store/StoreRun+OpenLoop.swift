internal import BenchmarkSupport
internal import Tillwire

extension StoreRun {
    /// A thread makes a task of each send when it is due; consumers receive in long polls and acknowledge what came.
    @concurrent
    func openLoop(_ broker: EmbeddedBroker) async throws -> Measurement {
        let queue = try await broker.createQueue("orders")
        let loop = OpenLoop(options)
        let tally = OpenLoopTally(loop)
        let corpus = corpus
        let pacer = WorkerThread {
            loop.pace { number, due in
                var body = Array(corpus[number].slice)
                SendStamp.write(due, into: &body)
                let message = Bytes(body)
                // Not a child of anything: an open loop waits for none of its sends, the tally does.
                Task {
                    do { try await queue.send(message) } catch { tally.failed("\(error)") }
                }
            }
        }
        defer { pacer.join() }
        try await withThrowingTaskGroup { group in
            for _ in 0..<BenchLimits.openLoopConsumerCount { group.addTask { try await consume(queue, tally) } }
            try await group.waitForAll()
        }
        let measurement = try tally.measurement()
        try await expect(queue, waiting: 0, enqueued: loop.totalCount)
        return measurement
    }

    @concurrent
    private func consume(_ queue: Queue<some Engine>, _ tally: OpenLoopTally) async throws {
        while !tally.isOver {
            let messages = try await queue.receive(
                max: BenchLimits.openLoopBatchCount, visibilityMillis: BenchLimits.drainVisibilityMillis,
                waitMillis: BenchLimits.openLoopPollMillis)
            guard !messages.isEmpty else { continue }
            let now = Clock.nanos()
            let due = messages.compactMap { SendStamp.nanos(in: $0.body.slice) }
            guard due.count == messages.count else { throw WrongCount(description: "a message lost its stamp") }
            tally.arrived(dueNanos: due, now: now)
            try await queue.acknowledge(messages)
        }
    }
}
