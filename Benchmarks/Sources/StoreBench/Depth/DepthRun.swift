internal import BenchmarkSupport
internal import Tillwire

/// The rows with many messages waiting: a deep store and empty ones, pass after pass, and a process of its own for start and memory.
struct DepthRun {
    static let queueName: EntityName = "orders"

    let options: BenchOptions
    let corpus: Corpus
    let folder: ScratchFolder

    /// All that the rows need.
    struct Results {
        var fill = Measurement()
        var probe = DepthProbe.Findings(firstMessageMillis: 0, memoryByteCount: 0)
        var emptyEnqueues: [Measurement] = []
        var deepEnqueues: [Measurement] = []
        var emptyDrains: [Measurement] = []
        var deepDrains: [Measurement] = []
    }

    func measure() async throws -> Results {
        let path = try folder.makeFolder("deep")
        defer { ScratchFolder.remove(path) }
        var results = Results()
        results.fill = try await fillAnew(path)
        results.probe = try DepthProbe.run(
            path, seconds: options.isSmoke ? 0.1 : options.seconds, outputPath: "\(folder.path)/probe.txt")
        let broker = try await EmbeddedBroker.open(at: path)
        do {
            let queue = try broker.queue(Self.queueName)
            try await refill(queue)
            for pass in 1...(options.isSmoke ? 1 : options.passCount) {
                let deepFirst = pass % 2 == 0
                if deepFirst { results.deepEnqueues.append(try await enqueue(queue)) }
                results.emptyEnqueues.append(try await withEmptyStore { try await enqueue($0) })
                if !deepFirst { results.deepEnqueues.append(try await enqueue(queue)) }
                if deepFirst { results.deepDrains.append(try await drain(queue)) }
                results.emptyDrains.append(
                    try await withEmptyStore { queue in
                        try await fill(queue, options.fillCount)
                        return try await drain(queue)
                    })
                if !deepFirst { results.deepDrains.append(try await drain(queue)) }
                try await refill(queue)
            }
            if options.isSmoke { try await verify(broker) }
        } catch {
            await broker.close()
            throw error
        }
        await broker.close()
        return results
    }

    /// Single senders, as the peers are measured at depth.
    @concurrent
    static func enqueue(_ queue: Queue<some Engine>, _ corpus: Corpus, _ bound: Bound) async throws -> Measurement {
        try await Workers.run(BenchLimits.depthSenderCount, bound) { worker, round in
            try await queue.send(corpus.body(worker: worker, round: round))
            return 1
        }
    }

    /// One consumer with large batches, as the peers are measured at depth.
    @concurrent
    static func drain(_ queue: Queue<some Engine>, _ bound: Bound) async throws -> Measurement {
        try await Workers.run(1, bound) { _, _ in
            let messages = try await queue.receive(
                max: BenchLimits.depthDrainBatchCount, visibilityMillis: BenchLimits.drainVisibilityMillis)
            guard !messages.isEmpty else { return 0 }
            try await queue.acknowledge(messages)
            return messages.count
        }
    }

    private func enqueue(_ queue: Queue<some Engine>) async throws -> Measurement {
        IdleWait.wait()
        return try await Self.enqueue(queue, corpus, Bound(options))
    }

    private func drain(_ queue: Queue<some Engine>) async throws -> Measurement {
        IdleWait.wait()
        return try await Self.drain(
            queue, Bound(options, roundCountMax: options.fillCount / BenchLimits.depthDrainBatchCount))
    }

    private func fillAnew(_ path: String) async throws -> Measurement {
        let broker = try await EmbeddedBroker.open(at: path)
        do {
            let queue = try await broker.createQueue(Self.queueName)
            let before = ScratchFolder.diskByteCount(path)
            var measurement = try await fill(queue, options.depth)
            let after = ScratchFolder.diskByteCount(path)
            measurement.diskByteCount = after - min(before, after)
            let figures = try await queue.figures()
            guard figures.waiting == UInt64(measurement.messageCount) else {
                throw WrongCount(description: "\(figures.waiting) messages wait, \(measurement.messageCount) were sent")
            }
            await broker.close()
            return measurement
        } catch {
            await broker.close()
            throw error
        }
    }

    /// Brings the deep queue back to its depth.
    private func refill(_ queue: Queue<some Engine>) async throws {
        let missing = options.depth - Int(try await queue.figures().waiting)
        if missing > 0 { try await fill(queue, missing) }
    }

    /// Adds `count` messages, rounded up to full batches, in full blocks.
    @concurrent
    @discardableResult
    private func fill(_ queue: Queue<some Engine>, _ count: Int) async throws -> Measurement {
        let batchCount = BenchLimits.depthFillBatchCount
        let roundCount = (count + batchCount - 1) / batchCount
        let taskCount = min(BenchLimits.depthFillTaskCount, roundCount)
        let corpus = corpus
        return try await Workers.run(taskCount, Bound(roundCount: (roundCount + taskCount - 1) / taskCount)) {
            worker, round in
            let first = (worker + round * taskCount) * batchCount
            let outcomes = try await queue.send((0..<batchCount).map { OutgoingMessage(body: corpus[first + $0]) })
            for case .refused(let reason) in outcomes { throw reason }
            return batchCount
        }
    }

    private func withEmptyStore(
        _ body: (Queue<Store>) async throws -> Measurement
    ) async throws -> Measurement {
        let path = try folder.makeFolder("empty")
        defer { ScratchFolder.remove(path) }
        let broker = try await EmbeddedBroker.open(at: path)
        do {
            let measurement = try await body(try await broker.createQueue(Self.queueName))
            await broker.close()
            return measurement
        } catch {
            await broker.close()
            throw error
        }
    }

    private func verify(_ broker: EmbeddedBroker) async throws {
        let report = try await broker.verify()
        guard report.problems.isEmpty else { throw WrongCount(description: report.problems.joined(separator: "; ")) }
    }
}
