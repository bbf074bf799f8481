internal import BenchmarkSupport
internal import Tillwire

/// The open loop over Redis: one thread adds what is due over several connections, another's consumers read, acknowledge and delete.
struct RedisOpenLoop {
    let options: BenchOptions
    let corpus: Corpus
    let server: RedisServer

    func run() throws -> Measurement {
        let loop = OpenLoop(options)
        let tally = OpenLoopTally(loop)
        let box = ConsumerBox(
            try RedisConsumers(
                server, connectionCount: BenchLimits.openLoopConsumerCount, batchCount: BenchLimits.openLoopBatchCount,
                blockMillis: BenchLimits.openLoopPollMillis))
        let consuming = WorkerThread { box.consume(tally) }
        do { try produce(loop) } catch { tally.failed("\(error)") }
        consuming.join()
        return try tally.measurement()
    }

    /// Adds what is due and takes in the answers, which nobody waits for.
    private func produce(_ schedule: OpenLoop) throws {
        let port = server.port
        let loop = PeerLoop(
            connections: try (0..<BenchLimits.openLoopConsumerCount).map { _ in try PeerConnection(port: port) })
        let parts = RedisCommands.add(queueCount: 1, byteCount: OrderCorpus.bodyByteCount)
        var answeredCount = 0
        let takeAnswers = { (timeoutMillis: Int) throws in
            _ = try loop.turn(timeoutMillis: timeoutMillis) { index in
                try RedisReplies.each(loop.connections[index]) { _, _ in answeredCount += 1 }
            }
        }
        try schedule.pace { number, due in
            var body = Array(corpus[number].slice)
            SendStamp.write(due, into: &body)
            let connection = loop.connections[number % loop.connections.count]
            for bytes in [parts[0], body, parts[1]] { connection.append(bytes) }
            try connection.flush()
            try takeAnswers(0)
        }
        while answeredCount < schedule.totalCount, Clock.nanos() < schedule.deadlineNanos {
            try takeAnswers(BenchLimits.peerConsumerPollMillis)
        }
    }

    /// Lets one thread have the consumers.
    private final class ConsumerBox: @unchecked Sendable {
        /// Touched by the consuming thread alone once that runs.
        private var consumers: RedisConsumers

        init(_ consumers: RedisConsumers) { self.consumers = consumers }

        func consume(_ tally: OpenLoopTally) {
            consumers.start()
            do {
                while !tally.isOver {
                    var due: [UInt64] = []
                    try consumers.turn(timeoutMillis: BenchLimits.peerConsumerPollMillis, goesOn: { _ in true }) {
                        body in
                        guard let nanos = SendStamp.nanos(in: body) else {
                            throw WrongCount(description: "a message lost its stamp")
                        }
                        due.append(nanos)
                    }
                    if !due.isEmpty { tally.arrived(dueNanos: due, now: Clock.nanos()) }
                }
            } catch { tally.failed("\(error)") }
        }
    }
}
