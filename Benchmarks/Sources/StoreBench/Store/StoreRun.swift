internal import BenchmarkSupport
internal import Tillwire

/// One kind of work on a store of its own, with its account checked at the end.
struct StoreRun {
    let options: BenchOptions
    let corpus: Corpus
    /// An empty folder.
    let path: String

    /// Runs `work` and closes the store.
    @concurrent
    func measure(_ work: Contestant.Work) async throws -> Measurement {
        let time = SystemTimeSource()
        let broker = try await EmbeddedBroker.open(at: path, options: StoreOptions(time: time))
        let measurement: Measurement
        do {
            measurement =
                switch work {
                case .enqueue(let senderCount, let keyed): try await enqueue(broker, senderCount, keyed: keyed)
                case .enqueueBlocking(let keyed): try await enqueueBlocking(broker, keyed: keyed)
                case .drain(let consumerCount, let batchCount): try await drain(broker, consumerCount, batchCount)
                case .fanOut(let queueCount, let publisherCount): try await fanOut(broker, queueCount, publisherCount)
                case .besideSparse(let isCompacting): try await besideSparse(broker, time, isCompacting: isCompacting)
                case .openLoop: try await openLoop(broker)
                }
            if options.isSmoke { try await verify(broker) }
        } catch {
            await broker.close()
            throw error
        }
        await broker.close()
        return measurement
    }

    @concurrent
    private func enqueue(_ broker: EmbeddedBroker, _ senderCount: Int, keyed: Bool) async throws -> Measurement {
        let queue = try await broker.createQueue("orders")
        let corpus = corpus
        let measurement = try await metered(broker) {
            try await Workers.run(senderCount, Bound(options)) { worker, round in
                let key = keyed ? try KeyText.key(worker: worker, round: round) : nil
                try await queue.send(corpus.body(worker: worker, round: round), key: key)
                return 1
            }
        }
        try await expectAll(queue, measurement, keyed)
        return measurement
    }

    @concurrent
    private func enqueueBlocking(_ broker: EmbeddedBroker, keyed: Bool) async throws -> Measurement {
        let queue = try await broker.createQueue("orders")
        let corpus = corpus
        let measurement = try await metered(broker) {
            try await Workers.runThread(Bound(options)) { round in
                let key = keyed ? try KeyText.key(worker: 0, round: round) : nil
                try queue.sendBlocking(corpus.body(worker: 0, round: round), key: key)
            }
        }
        try await expectAll(queue, measurement, keyed)
        return measurement
    }

    /// The queue must hold all that was sent, and a repeat under a key nothing more.
    @concurrent
    private func expectAll(_ queue: Queue<some Engine>, _ measurement: Measurement, _ keyed: Bool) async throws {
        let count = measurement.messageCount
        try await expect(queue, waiting: count, enqueued: count)
        guard keyed else { return }
        try await queue.send(corpus.body(worker: 0, round: 0), key: KeyText.key(worker: 0, round: 0))
        try await expect(queue, waiting: count, enqueued: count)
    }

    @concurrent
    private func drain(_ broker: EmbeddedBroker, _ consumerCount: Int, _ batchCount: Int) async throws -> Measurement {
        let queue = try await broker.createQueue("orders")
        let filled = try await fill(queue)
        var measurement = try await metered(broker) {
            try await Workers.run(consumerCount, Bound(options, roundCountMax: .max)) { _, _ in
                let messages = try await queue.receive(
                    max: batchCount, visibilityMillis: BenchLimits.drainVisibilityMillis)
                guard !messages.isEmpty else { return 0 }
                try await queue.acknowledge(messages)
                return messages.count
            }
        }
        measurement.diskByteCount = nil
        try await expect(queue, waiting: filled - measurement.messageCount, enqueued: filled)
        if options.isSmoke, measurement.messageCount != filled {
            throw WrongCount(description: "\(measurement.messageCount) of \(filled) messages were drained")
        }
        return measurement
    }

    /// Fills the queue as single senders leave it, as many of them as the peer's fill has sends under way.
    @concurrent
    private func fill(_ queue: Queue<some Engine>) async throws -> Int {
        let corpus = corpus
        let senderCount = min(BenchLimits.fillSenderCount, options.fillCount)
        let bound = Bound(roundCount: options.fillCount / senderCount)
        return try await Workers.run(senderCount, bound) { worker, round in
            try await queue.send(corpus.body(worker: worker, round: round))
            return 1
        }.messageCount
    }

    @concurrent
    private func fanOut(_ broker: EmbeddedBroker, _ queueCount: Int, _ publisherCount: Int) async throws -> Measurement
    {
        let topic = try await broker.createTopic("payments")
        let queues = try await subscribe(queueCount, to: topic, of: broker)
        let corpus = corpus
        let measurement = try await metered(broker) {
            try await Workers.run(publisherCount, Bound(options)) { worker, round in
                try await topic.publish(corpus.body(worker: worker, round: round))
                return 1
            }
        }
        for queue in queues {
            try await expect(queue, waiting: measurement.messageCount, enqueued: measurement.messageCount)
        }
        return measurement
    }

    @concurrent
    private func subscribe<E: Engine>(_ count: Int, to topic: Topic<E>, of broker: Broker<E>) async throws -> [Queue<E>]
    {
        var queues: [Queue<E>] = []
        for number in 0..<count {
            let name = try EntityName("orders-\(number)")
            let queue = try await broker.createQueue(name)
            try await topic.subscribe(queue, as: name)
            queues.append(queue)
        }
        return queues
    }
}
