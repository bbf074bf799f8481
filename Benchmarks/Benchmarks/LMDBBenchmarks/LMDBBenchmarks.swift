import Benchmark
import BenchmarkSupport
import LMDB

/// Room `LMDB`: point reads, and durable commits of 1 and 64 rows. Rows are 513-byte bodies under ascending 8-byte
/// keys.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(metrics: [.wallClock, .throughput], maxDuration: .seconds(2))

    Benchmark(
        "get, 100 000 rows, one read transaction of 1 000 gets", configuration: .init(scalingFactor: .kilo),
        closure: { (benchmark: Benchmark, table: FilledTable) throws -> Void in
            blackHole(try table.get(count: benchmark.scaledIterations.count))
        },
        setup: { try FilledTable(rowCount: 100_000) })

    Benchmark(
        "get, 100 000 rows, a read transaction each", configuration: .init(scalingFactor: .kilo),
        closure: { (benchmark: Benchmark, table: FilledTable) throws -> Void in
            for _ in benchmark.scaledIterations { blackHole(try table.get(count: 1)) }
        },
        setup: { try FilledTable(rowCount: 100_000) })

    for rowCount in [1, 64] {
        Benchmark(
            "put and durable commit, rows in a commit: \(rowCount)",
            closure: { (_: Benchmark, table: FilledTable) throws -> Void in try table.put(count: rowCount) },
            setup: { try FilledTable(rowCount: 0) })
    }
}
