internal import BenchmarkSupport
internal import Glibc

/// Processor seconds at one moment: what the whole machine worked, and what this process and its ended children did of it.
struct ProcessorTime {
    private let machineSeconds: Double
    private let ownSeconds: Double
    private let nanos: UInt64

    /// Now; nil where the system does not tell.
    init?() {
        guard let seconds = Self.machineSeconds() else { return nil }
        machineSeconds = seconds
        ownSeconds = Self.used(RUSAGE_SELF.rawValue) + Self.used(RUSAGE_CHILDREN.rawValue)
        nanos = Clock.nanos()
    }

    /// Notes in what `body` measures how many cores everybody else used meanwhile.
    static func accounted(_ body: () async throws -> Measurement) async rethrows -> Measurement {
        let before = ProcessorTime()
        var measurement = try await body()
        if let before { measurement.othersCores = ProcessorTime()?.othersCores(since: before) }
        return measurement
    }

    /// Cores that everybody else used from `earlier` on: other programs, and the kernel's own threads.
    func othersCores(since earlier: ProcessorTime) -> Double {
        let others = machineSeconds - earlier.machineSeconds - (ownSeconds - earlier.ownSeconds)
        return nanos > earlier.nanos ? max(0, others) * 1e9 / Double(nanos - earlier.nanos) : 0
    }

    /// Cores in use from `earlier` on.
    func cores(since earlier: ProcessorTime) -> Double {
        nanos > earlier.nanos ? (machineSeconds - earlier.machineSeconds) * 1e9 / Double(nanos - earlier.nanos) : 0
    }

    private static func machineSeconds() -> Double? {
        guard let line = TextFile.text("/proc/stat").split(separator: "\n").first else { return nil }
        // user nice system idle iowait irq softirq steal
        let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
        guard ticks.count == 8 else { return nil }
        return (ticks.reduce(0, +) - ticks[3] - ticks[4]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func used(_ who: Int32) -> Double {
        var usage = rusage()
        getrusage(who, &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}
