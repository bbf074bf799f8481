/// Waits, a bounded time, for a moment when nothing else keeps the machine busy, so that one contestant does not pay for the clearing up after another.
enum IdleWait {
    static func wait() {
        let deadline = Clock.nanos() + BenchLimits.idleWaitNanosMax
        while Clock.nanos() < deadline, let before = ProcessorTime() {
            Clock.sleep(nanos: BenchLimits.idleLookNanos)
            guard let after = ProcessorTime(), after.cores(since: before) >= BenchLimits.idleCoresMax else { return }
        }
    }
}
