internal import BenchmarkSupport
internal import Glibc

/// Processor seconds at one moment, read on the load generator's thread.
struct Processor {
    /// Of this process, all threads.
    private let process: Double
    /// Of the thread that reads.
    private let thread: Double
    /// Of the whole machine.
    private let machine: Double
    /// On the monotonic clock.
    let nanos: UInt64

    /// Now.
    static func now() -> Processor {
        Processor(
            process: seconds(CLOCK_PROCESS_CPUTIME_ID), thread: seconds(CLOCK_THREAD_CPUTIME_ID),
            machine: machineSeconds(),
            nanos: monotonicNanos())
    }

    /// What was used between two moments.
    struct Use: Sendable {
        var elapsedSeconds: Double
        /// The load generator's thread.
        var generatorSeconds: Double
        /// The rest of this process.
        var serverSeconds: Double
        /// Everything else on the machine.
        var othersSeconds: Double

        var generatorCores: Double { generatorSeconds / elapsedSeconds }
        var othersCores: Double { othersSeconds / elapsedSeconds }
    }

    func use(since earlier: Processor) -> Use {
        let own = process - earlier.process
        return Use(
            elapsedSeconds: Double(nanos - earlier.nanos) / 1e9, generatorSeconds: thread - earlier.thread,
            serverSeconds: own - (thread - earlier.thread), othersSeconds: max(0, machine - earlier.machine - own))
    }

    /// Processor seconds of the calling thread.
    static func threadSeconds() -> Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

    /// Processor seconds of the process.
    static func processSeconds() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

    /// Cores there are.
    static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    static func monotonicNanos() -> UInt64 {
        var value = timespec()
        clock_gettime(CLOCK_MONOTONIC, &value)
        return UInt64(value.tv_sec) * 1_000_000_000 + UInt64(value.tv_nsec)
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var value = timespec()
        clock_gettime(clock, &value)
        return Double(value.tv_sec) + Double(value.tv_nsec) / 1e9
    }

    private static func machineSeconds() -> Double {
        guard let line = TextFile.text("/proc/stat").split(separator: "\n").first else { return 0 }
        // user nice system idle iowait irq softirq steal
        let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
        guard ticks.count == 8 else { return 0 }
        return (ticks.reduce(0, +) - ticks[3] - ticks[4]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
