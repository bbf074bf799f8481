internal import BenchmarkSupport

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

    /// Runs one thread that calls `round` with the round's number until the bound ends it; each round moves one message.
    @concurrent
    static func runThread(
        _ bound: Bound, _ round: @escaping @Sendable (_ round: Int) throws -> Void
    ) async throws -> Measurement {
        let result: Result<Measurement, any Error> = await withCheckedContinuation { continuation in
            let thread = WorkerThread { continuation.resume(returning: Result { try measure(bound, round) }) }
            thread.detach()
        }
        return try result.get()
    }

    private static func measure(_ bound: Bound, _ round: (Int) throws -> Void) throws -> Measurement {
        var measurement = Measurement()
        let start = Clock.nanos()
        var before = start
        while bound.allows(round: measurement.messageCount, at: before) {
            try round(measurement.messageCount)
            let after = Clock.nanos()
            measurement.latenciesMicros.append(UInt32(clamping: (after - before) / 1_000))
            measurement.messageCount += 1
            before = after
        }
        measurement.elapsedNanos = before - start
        return measurement
    }
}
