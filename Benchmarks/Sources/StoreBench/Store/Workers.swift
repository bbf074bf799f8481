/// Runs workers side by side, each doing one round after another until the bound ends it.
enum Workers {
    /// What a worker tells at its end.
    private struct Share: Sendable {
        var messageCount = 0
        var latenciesMicros: [UInt32] = []
    }

    /// Runs `workerCount` tasks; each calls `round` with worker and round number, which answers how many messages it
    /// moved. A worker whose round moves none ends.
    @concurrent
    static func run(
        _ workerCount: Int, _ bound: Bound,
        _ round: @escaping @Sendable (_ worker: Int, _ round: Int) async throws -> Int
    ) async throws -> Measurement {
        var measurement = Measurement()
        let start = Clock.nanos()
        try await withThrowingTaskGroup(of: Share.self) { group in
            for worker in 0..<workerCount { group.addTask { try await work(worker, bound, round) } }
            for try await share in group {
                measurement.messageCount += share.messageCount
                measurement.latenciesMicros += share.latenciesMicros
            }
        }
        measurement.elapsedNanos = Clock.nanos() - start
        return measurement
    }

    @concurrent
    private static func work(
        _ worker: Int, _ bound: Bound, _ round: @escaping @Sendable (_ worker: Int, _ round: Int) async throws -> Int
    ) async throws -> Share {
        var share = Share()
        var number = 0
        var before = Clock.nanos()
        while bound.allows(round: number, at: before) {
            let count = try await round(worker, number)
            guard count > 0 else { return share }
            let after = Clock.nanos()
            share.messageCount += count
            share.latenciesMicros.append(UInt32(clamping: (after - before) / 1_000))
            before = after
            number += 1
        }
        return share
    }
}
