/// When a run ends: at a moment, or after so many rounds of each worker, whichever comes first.
struct Bound: Sendable {
    /// On the monotonic clock.
    let endNanos: UInt64
    let roundCountPerWorkerMax: Int

    /// Starts now, for the options' time; in smoke mode a few rounds. `roundCountMax` bounds the rounds otherwise.
    init(_ options: BenchOptions, roundCountMax: Int? = nil) {
        endNanos = options.isSmoke ? .max : Clock.nanos() + options.runNanos
        roundCountPerWorkerMax = roundCountMax ?? (options.isSmoke ? BenchLimits.smokeRoundCountPerWorker : .max)
    }

    /// So many rounds of each worker, however long they take.
    init(roundCount: Int) {
        endNanos = .max
        roundCountPerWorkerMax = roundCount
    }

    /// Until a moment.
    init(endNanos: UInt64) {
        self.endNanos = endNanos
        roundCountPerWorkerMax = .max
    }

    func allows(round: Int, at nanos: UInt64) -> Bool { round < roundCountPerWorkerMax && nanos < endNanos }
}

extension BenchOptions {
    /// How long a run lasts.
    var runNanos: UInt64 { UInt64(seconds * 1e9) }

    /// Whether a limit that began at `start` and moved `count` messages goes on.
    func limitContinues(since start: UInt64, count: Int) -> Bool {
        isSmoke ? count < BenchLimits.smokeLimitCount : Clock.nanos() - start < runNanos
    }

    /// Messages that fill a queue before a drain.
    var fillCount: Int { isSmoke ? BenchLimits.smokeFillCount : BenchLimits.fillCount }
}
