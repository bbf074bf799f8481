internal import BenchmarkSupport
internal import MessageModel
internal import Tillwire

/// The store without HTTP.
enum StoreAlone {
    /// As many tasks as connections; each sends, waits until that is durable, sends the next.
    @concurrent
    static func run(_ queue: Queue<Store>, _ corpus: OrderCorpus, _ options: APIOptions) async throws -> LoadRun.Result
    {
        let clock = ContinuousClock()
        let start = clock.now
        let deadline = start + .seconds(options.seconds)
        let tallies = try await withThrowingTaskGroup(of: LoadConnectionTally.self) { group in
            for number in 0..<options.connectionCount {
                group.addTask {
                    var tally = LoadConnectionTally()
                    var index = number
                    while clock.now < deadline {
                        let sentAt = clock.now
                        try await queue.send(Bytes(corpus.bodies[index % corpus.bodies.count]))
                        tally.latenciesMicros.append(
                            UInt32(clamping: sentAt.duration(to: clock.now) / .microseconds(1)))
                        tally.messageCount += 1
                        index += options.connectionCount
                    }
                    return tally
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        var result = LoadRun.Result()
        for tally in tallies {
            result.messageCount += tally.messageCount
            result.latenciesMicros += tally.latenciesMicros
        }
        result.elapsedNanos = UInt64(start.duration(to: clock.now) / .nanoseconds(1))
        result.latenciesMicros.sort()
        return result
    }
}
