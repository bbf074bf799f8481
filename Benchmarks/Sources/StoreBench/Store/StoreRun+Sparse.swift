internal import BenchmarkSupport
internal import Tillwire

extension StoreRun {
    /// Leaves every twentieth message of a queue, then measures senders of another queue: with `isCompacting` the clock goes on by more than the
    /// minute that sparse rows are left alone, so that they are merged meanwhile.
    @concurrent
    func besideSparse(
        _ broker: EmbeddedBroker, _ time: SystemTimeSource, isCompacting: Bool
    ) async throws -> Measurement {
        let sparse = try await broker.createQueue("sparse")
        let left = try await leaveFew(sparse)
        let queue = try await broker.createQueue("orders")
        if isCompacting {
            time.advance(toAtLeast: time.now.adding(milliseconds: Limits.compactionAgeMillisMin + 1_000))
        }
        let corpus = corpus
        let measurement = try await metered(broker) {
            try await Workers.run(BenchLimits.sparseSenderCount, Bound(options)) { worker, round in
                try await queue.send(corpus.body(worker: worker, round: round))
                return 1
            }
        }
        try await expect(queue, waiting: measurement.messageCount, enqueued: measurement.messageCount)
        guard try await sparse.figures().waiting == UInt64(left) else {
            throw WrongCount(description: "merging changed how many messages wait")
        }
        return measurement
    }

    /// Sends full blocks, acknowledges all but every twentieth message; answers how many are left.
    private func leaveFew(_ queue: Queue<Store>) async throws -> Int {
        let count = options.isSmoke ? BenchLimits.smokeFillCount : options.fillCount
        var sent = 0
        var left = 0
        while sent < count {
            let batch = (sent..<sent + 256).map { OutgoingMessage(body: corpus.body(worker: $0, round: 0)) }
            _ = try await queue.send(batch)
            sent += batch.count
            let messages = try await queue.receive(max: 256, visibilityMillis: BenchLimits.drainVisibilityMillis)
            let done = messages.enumerated().filter { $0.offset % 20 != 0 }.map(\.element)
            try await queue.acknowledge(done)
            left += messages.count - done.count
        }
        return left
    }
}
