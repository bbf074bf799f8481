internal import Glibc

/// When a cell ends: at a moment, or after so many rounds of each worker, whichever comes first.
struct Bound: Sendable {
    /// On the monotonic clock.
    let endNanos: UInt64
    let roundCountPerWorkerMax: Int

    /// Starts now, for the options' time; in smoke mode a few rounds. `roundCountMax` bounds the rounds otherwise.
    init(_ options: BenchOptions, roundCountMax: Int? = nil) {
        endNanos = options.isSmoke ? .max : Clock.nanos() + UInt64(options.seconds * 1e9)
        roundCountPerWorkerMax = roundCountMax ?? (options.isSmoke ? BenchLimits.smokeRoundCountPerWorker : .max)
    }

    func allows(round: Int, at nanos: UInt64) -> Bool { round < roundCountPerWorkerMax && nanos < endNanos }
}

/// The monotonic clock, read without a call into the kernel.
enum Clock {
    static func nanos() -> UInt64 {
        var value = timespec()
        clock_gettime(CLOCK_MONOTONIC, &value)
        return UInt64(value.tv_sec) * 1_000_000_000 + UInt64(value.tv_nsec)
    }
}
