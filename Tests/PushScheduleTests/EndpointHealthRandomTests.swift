import PushSchedule
import Testing

/// Random operations against what must always hold.
@Suite struct EndpointHealthRandomTests {
    private struct Pending {
        let message: UInt64
        let wasProbe: Bool
    }

    @Test(
        "window, probes and counts keep their bounds under random operations", arguments: 1...40 as ClosedRange<UInt64>)
    func invariants(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var health = EndpointHealth(endpoint: "ep_\(seed)")
        var pending: [Pending] = []
        var now: Int64 = 0
        for _ in 0..<2_000 {
            now += Int64.random(in: 0...(Bool.random(using: &random) ? 50 : 20_000), using: &random)
            switch Int.random(in: 0..<100, using: &random) {
            case 0: health.pause()
            case 1, 2: health.resume(nowMillis: now)
            case 3..<55: ask(&health, &pending, now, &random)
            default: finish(&health, &pending, now, &random)
            }
            #expect((1.0...64.0).contains(health.windowSize), "seed \(seed)")
            #expect(health.inFlightCount == pending.count, "seed \(seed)")
            #expect(pending.count(where: \.wasProbe) <= 1, "seed \(seed)")
        }
    }

    private func ask(
        _ health: inout EndpointHealth, _ pending: inout [Pending], _ now: Int64, _ random: inout SeededGenerator
    ) {
        let before = health
        let message = UInt64.random(in: 0..<5, using: &random)
        switch health.requestToSend(nowMillis: now) {
        case .send:
            #expect(before.state == .active)
            #expect(Double(health.inFlightCount) <= health.windowSize)
            #expect(now >= before.gateMillis)
            pending.append(Pending(message: message, wasProbe: false))
        case .probe(let candidate):
            #expect(before.state == .open || before.state == .held)
            #expect((0..<3).contains(candidate))
            #expect(now >= before.gateMillis)
            pending.append(Pending(message: message, wasProbe: true))
        case .waitUntil(let due): #expect(due > now)
        case .windowFull: #expect(before.inFlightCount > 0)
        case .paused: #expect(before.state == .paused)
        }
    }

    private func finish(
        _ health: inout EndpointHealth, _ pending: inout [Pending], _ now: Int64, _ random: inout SeededGenerator
    ) {
        guard let index = pending.indices.randomElement(using: &random) else { return }
        let one = pending.remove(at: index)
        let isGood = Int.random(in: 0..<3, using: &random) == 0
        let outcome = isGood ? .acked : OutcomeClass.allCases.randomElement(using: &random) ?? .acked
        let result = EndpointHealth.Finished(
            outcome: outcome, message: one.message, wasProbe: one.wasProbe,
            latencyMillis: Int.random(in: 0...3_000, using: &random),
            retryAfterMillis: outcome == .throttled ? Int.random(in: 0...5_000, using: &random) : nil)
        let stateBefore = health.state
        let action = health.finished(result, nowMillis: now, sha256: referenceSHA256)
        if action == .recovered {
            #expect(one.wasProbe && outcome == .acked)
            #expect(health.windowSize == 2)
        }
        if stateBefore == .paused { #expect(health.state == .paused) }
    }
}
