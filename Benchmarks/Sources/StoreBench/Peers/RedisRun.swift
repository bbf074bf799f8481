internal import BenchmarkSupport

/// Runs one kind of work on a Redis of its own.
struct RedisRun {
    let options: BenchOptions
    let corpus: Corpus
    /// An empty folder.
    let path: String

    func measure(_ work: Contestant.RedisWork) throws -> Measurement {
        switch work {
        case .put(let connectionCount, let outstandingCount, let queueCount):
            let server = try RedisServer(path: path, queueCount: queueCount)
            defer { withExtendedLifetime(server) {} }
            var producers = try RedisProducers(
                server, connectionCount: connectionCount, outstandingCount: outstandingCount, queueCount: queueCount,
                corpus)
            return try producers.run(for: options.runNanos)
        case .drain(let connectionCount, let batchCount):
            let server = try RedisServer(path: path, queueCount: 1)
            defer { withExtendedLifetime(server) {} }
            var filling = try RedisProducers(
                server, connectionCount: 64, outstandingCount: BenchLimits.fillSenderCount / 64, queueCount: 1, corpus)
            try filling.run(count: options.fillCount)
            var consumers = try RedisConsumers(server, connectionCount: connectionCount, batchCount: batchCount)
            return try consumers.drain(count: options.fillCount, for: options.runNanos)
        case .openLoop:
            let server = try RedisServer(path: path, queueCount: 1)
            defer { withExtendedLifetime(server) {} }
            return try RedisOpenLoop(options: options, corpus: corpus, server: server).run()
        }
    }
}
