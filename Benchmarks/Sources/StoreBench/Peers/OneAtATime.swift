/// A peer that is asked for one thing after another.
enum OneAtATime {
    /// Calls `one`, which answers how long it took, for the options' time after warming up.
    static func measure(_ options: BenchOptions, _ one: () throws -> UInt64) throws -> Measurement {
        let warmEnd = Clock.nanos() + UInt64(Double(options.runNanos) * BenchLimits.peerWarmUpShare)
        while Clock.nanos() < warmEnd { _ = try one() }
        var measurement = Measurement()
        let start = Clock.nanos()
        while Clock.nanos() < start + options.runNanos {
            measurement.latenciesMicros.append(UInt32(clamping: try one() / 1_000))
            measurement.messageCount += 1
        }
        measurement.elapsedNanos = Clock.nanos() - start
        return measurement
    }
}
