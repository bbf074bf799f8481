import Benchmark
import BenchmarkSupport
import Deflate

/// Room `Deflate`: blocks of 1, 64 and 200 order bodies (about where the store cuts a full one) packed and unpacked,
/// and CRC32C.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(metrics: [.wallClock, .throughput], maxDuration: .seconds(2))
    let corpus = OrderCorpus(count: 4_096, seed: 1)
    let fullBlockMessageCount = 200

    for count in [1, 64, fullBlockMessageCount] {
        Benchmark(
            "deflate, messages in the block: \(count)",
            closure: { (benchmark: Benchmark, block: SampleBlock) throws -> Void in blackHole(try block.deflate()) },
            setup: { try SampleBlock(corpus, messageCount: count) })
        Benchmark(
            "inflate, messages in the block: \(count)",
            closure: { (benchmark: Benchmark, block: SampleBlock) throws -> Void in blackHole(try block.inflate()) },
            setup: { try SampleBlock(corpus, messageCount: count) })
    }
    for byteCount in [OrderCorpus.bodyByteCount, 30_000] {
        let bytes = Array(corpus.joined(from: 0, count: 64).prefix(byteCount))
        Benchmark("CRC32C, bytes: \(byteCount)", configuration: .init(scalingFactor: .kilo)) { benchmark in
            for _ in benchmark.scaledIterations {
                let input = identity(bytes)
                blackHole(CRC32C.of(input.span))
            }
        }
    }
}
