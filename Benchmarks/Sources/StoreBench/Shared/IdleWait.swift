internal import BenchmarkSupport
internal import Glibc

/// Waits, a bounded time, for a moment when nothing else keeps the machine busy, so that one contestant does not pay for the clearing up after another.
enum IdleWait {
    static func wait() {
        let deadline = Clock.nanos() + BenchLimits.idleWaitNanosMax
        while Clock.nanos() < deadline {
            guard let before = busySeconds() else { return }
            let start = Clock.nanos()
            Clock.sleep(nanos: BenchLimits.idleLookNanos)
            guard let after = busySeconds() else { return }
            if (after - before) * 1e9 / Double(Clock.nanos() - start) < BenchLimits.idleCoresMax { return }
        }
    }

    /// Processor seconds that the whole machine spent working since its start.
    private static func busySeconds() -> Double? {
        guard let line = TextFile.text("/proc/stat").split(separator: "\n").first else { return nil }
        let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
        // user nice system idle iowait irq softirq steal
        guard ticks.count == 8 else { return nil }
        return (ticks.reduce(0, +) - ticks[3] - ticks[4]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
