import RiskWindows
import Testing

/// Seeded random calls, compared with the model after every one of them.
@Suite struct WindowModelTests {
    /// A mix of calls: how far the next event lies from now, at the most.
    struct Mix: Sendable, CustomTestStringConvertible {
        let name: String
        let callCount: Int
        let eventCountMax: Int
        let stepMillisMax: Int64
        let latenessMillisMax: Int64
        /// One of so many calls jumps far ahead; 0 for none.
        let gapEvery: Int
        var testDescription: String { name }
    }

    static let mixes = [
        Mix(
            name: "in order", callCount: 2_000, eventCountMax: 1_000, stepMillisMax: 20_000, latenessMillisMax: 0,
            gapEvery: 0),
        Mix(
            name: "jitter of 3 s", callCount: 2_000, eventCountMax: 1_000, stepMillisMax: 8_000,
            latenessMillisMax: 3_000, gapEvery: 0),
        Mix(
            name: "25 minutes late", callCount: 2_000, eventCountMax: 1_000, stepMillisMax: 20_000,
            latenessMillisMax: 1_500_000, gapEvery: 400),
        Mix(
            name: "beyond an hour late", callCount: 2_000, eventCountMax: 1_000, stepMillisMax: 30_000,
            latenessMillisMax: 5_400_000, gapEvery: 200),
        Mix(
            name: "equal times", callCount: 2_000, eventCountMax: 300, stepMillisMax: 1, latenessMillisMax: 2,
            gapEvery: 20),
        Mix(
            name: "sparse", callCount: 1_500, eventCountMax: 1_000, stepMillisMax: 1_200_000,
            latenessMillisMax: 3_600_001, gapEvery: 50),
        Mix(
            name: "evictions", callCount: 2_000, eventCountMax: 40, stepMillisMax: 5_000,
            latenessMillisMax: 1_500_000, gapEvery: 300),
        Mix(
            name: "evictions of equal times", callCount: 2_000, eventCountMax: 7, stepMillisMax: 1,
            latenessMillisMax: 1, gapEvery: 50),
        Mix(
            name: "one event", callCount: 500, eventCountMax: 1, stepMillisMax: 60_000, latenessMillisMax: 700_000,
            gapEvery: 50),
    ]

    @Test("every figure equals a recount after every call", arguments: mixes, [1, 2, 3] as [UInt64])
    func recount(mix: Mix, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var twins = Twins(eventCountMax: mix.eventCountMax)
        // Also before 1970, and across 0.
        var now = Int64.random(in: -20_000_000...20_000_000, using: &random)
        for call in 0..<mix.callCount {
            if mix.gapEvery > 0, Int.random(in: 0..<mix.gapEvery, using: &random) == 0 {
                now += gap(&random)
            } else {
                now += Int64.random(in: 0...mix.stepMillisMax, using: &random)
            }
            // Announced or not, also events that never come: nothing may change by it.
            twins.ours.prepare(
                merchant: .random(in: 0..<9, using: &random), payer: .random(in: 0..<9, using: &random))
            if Int.random(in: 0..<8, using: &random) == 0 {
                twins.advance(toMillis: now - Int64.random(in: 0...5_000, using: &random))
            } else {
                twins.record(event(now, mix, &random))
            }
            guard twins.agree(merchantCount: 6, "\(mix.name), seed \(seed), call \(call)") else { return }
        }
        #expect(twins.model.evictedCount > 0 || !mix.name.contains("evict"), "the mix evicts")
    }

    private func event(_ now: Int64, _ mix: Mix, _ random: inout SeededGenerator) -> WindowModel.Event {
        // A quarter of the late ones land exactly where a window ends, or 1 ms beside it.
        let isAtEdge = mix.latenessMillisMax > 60_000 && Int.random(in: 0..<4, using: &random) == 0
        let lateness =
            isAtEdge
            ? (RiskWindow.allCases.randomElement(using: &random) ?? .hour).spanMillis
                + Int64.random(in: -1...1, using: &random)
            : Int64.random(in: 0...mix.latenessMillisMax, using: &random)
        return WindowModel.Event(
            timeMillis: now - lateness, merchant: UInt32.random(in: 0..<5, using: &random),
            payer: UInt64.random(in: 0..<6, using: &random), amountFen: Int64.random(in: 0...1_000_000, using: &random))
    }

    /// One of the lengths at which something changes, or days.
    private func gap(_ random: inout SeededGenerator) -> Int64 {
        let lengths: [Int64] = [
            59_999, 60_000, 599_999, 600_000, 3_599_999, 3_600_000, 1 << 22, (1 << 22) + 1, 864_000_000, 1 << 45,
        ]
        return lengths.randomElement(using: &random) ?? 0
    }
}
