import AccessControl
import Benchmark
import PaymentNotice

/// Rooms `PaymentNotice` and `AccessControl`: one notice of the test vectors verified and decrypted, and the order
/// payment message made of it.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(metrics: [.wallClock, .throughput], maxDuration: .seconds(2))

    Benchmark(
        "notice: verify the RSA signature",
        closure: { (_: Benchmark, sample: NoticeSample) throws -> Void in blackHole(sample.checkSignature()) },
        setup: { try NoticeSample() })
    Benchmark(
        "notice: verify, parse, decrypt, parse the payment",
        closure: { (_: Benchmark, sample: NoticeSample) throws -> Void in blackHole(try sample.verdict()) },
        setup: { try NoticeSample() })
    Benchmark(
        "order payment message: encode", configuration: .init(scalingFactor: .kilo),
        closure: { (benchmark: Benchmark, sample: NoticeSample) throws -> Void in
            for _ in benchmark.scaledIterations { blackHole(identity(sample.message).encode()) }
        },
        setup: { try NoticeSample() })
    Benchmark(
        "order payment message: parse", configuration: .init(scalingFactor: .kilo),
        closure: { (benchmark: Benchmark, sample: NoticeSample) throws -> Void in
            for _ in benchmark.scaledIterations { blackHole(try OrderPaymentMessage.decode(identity(sample.encoded))) }
        },
        setup: { try NoticeSample() })
}
