internal import Glibc

/// The monotonic clock, read without a call into the kernel. All processes of a machine see the same one.
enum Clock {
    static func nanos() -> UInt64 {
        var value = timespec()
        clock_gettime(CLOCK_MONOTONIC, &value)
        return UInt64(value.tv_sec) * 1_000_000_000 + UInt64(value.tv_nsec)
    }

    /// Blocks this thread until `moment`.
    static func sleep(until moment: UInt64) {
        var value = timespec(tv_sec: Int(moment / 1_000_000_000), tv_nsec: Int(moment % 1_000_000_000))
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &value, nil) == EINTR {}
    }

    /// Blocks this thread for `nanos`.
    static func sleep(nanos: UInt64) { sleep(until: self.nanos() + nanos) }
}
