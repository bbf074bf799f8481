import Foundation
import TestSupport
import Testing

/// How many seeds are run: more where `TILLWIRE_MODEL_SEEDS` says so.
private let seeds: ClosedRange<UInt64> = {
    let wanted = ProcessInfo.processInfo.environment["TILLWIRE_MODEL_SEEDS"].flatMap { UInt64($0) } ?? 16
    let first = ProcessInfo.processInfo.environment["TILLWIRE_MODEL_FIRST_SEED"].flatMap { UInt64($0) } ?? 1
    return first...(first + max(1, wanted) - 1)
}()

@Suite("Random operations against a plain model")
struct StoreModelTests {
    @Test(
        "sends, topics, receives, settlements, transactions, control, time, restarts and failed commits agree with the model",
        arguments: seeds)
    func agree(seed: UInt64) async throws {
        let run = try await ModelRun(seed: seed)
        try await run.make()
        for _ in 0..<250 where run.failures == 0 { try await run.step() }
        if run.failures == 0 { try await run.end() }
        try await run.finish()
    }
}
