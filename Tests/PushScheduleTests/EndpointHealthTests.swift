import PushSchedule
import Testing

@Suite struct EndpointHealthTests {
    private func result(
        _ outcome: OutcomeClass, message: UInt64 = 1, probe: Bool = false, latency: Int = 10, retryAfter: Int? = nil
    ) -> EndpointHealth.Finished {
        EndpointHealth.Finished(
            outcome: outcome, message: message, wasProbe: probe, latencyMillis: latency, retryAfterMillis: retryAfter)
    }

    /// Sends and finishes one request; returns what the result changed.
    @discardableResult
    private func pass(
        _ health: inout EndpointHealth, _ outcome: OutcomeClass, message: UInt64 = 1, latency: Int = 10, at now: Int64,
        retryAfter: Int? = nil
    ) -> EndpointHealth.Action {
        let decision = health.requestToSend(nowMillis: now)
        #expect(decision == .send)
        let finished = result(outcome, message: message, latency: latency, retryAfter: retryAfter)
        return health.finished(finished, nowMillis: now, sha256: referenceSHA256)
    }

    /// Ten failures with two messages; returns when the first probe is due.
    private func opened(_ health: inout EndpointHealth, at now: Int64) throws -> Int64 {
        var last = EndpointHealth.Action.none
        for number in 0..<10 { last = pass(&health, .serverError, message: UInt64(number % 2), at: now) }
        guard case .opened(let due) = last else { throw Unexpected(action: last) }
        return due
    }

    private struct Unexpected: Error {
        let action: EndpointHealth.Action
    }

    @Test("a new endpoint starts with a window of two")
    func start() {
        var health = EndpointHealth(endpoint: "ep")
        #expect(health.requestToSend(nowMillis: 0) == .send)
        #expect(health.requestToSend(nowMillis: 0) == .send)
        #expect(health.requestToSend(nowMillis: 0) == .windowFull)
        #expect(health.inFlightCount == 2)
        #expect(!health.isProven)
    }

    @Test("acknowledgements open the window by one each in slow start, never beyond 64")
    func slowStart() {
        var health = EndpointHealth(endpoint: "ep")
        pass(&health, .acked, at: 1)
        #expect(health.windowSize == 3)
        #expect(health.isProven)
        for now in 2..<200 { pass(&health, .acked, at: Int64(now)) }
        #expect(health.windowSize == 64)
    }

    @Test("trouble halves the window once per mean latency, then it grows additively")
    func halving() {
        var health = EndpointHealth(endpoint: "ep")
        for now in 0..<30 { pass(&health, .acked, at: Int64(now)) }
        #expect(health.windowSize == 32)
        pass(&health, .timeoutTotal, message: 1, at: 100)
        #expect(health.windowSize == 16)
        pass(&health, .timeoutTotal, message: 2, at: 101)
        #expect(health.windowSize == 16, "the second failure falls into the same mean latency")
        pass(&health, .reset, message: 3, at: 200)
        #expect(health.windowSize == 8)
        pass(&health, .acked, at: 300)
        #expect(health.windowSize == 8.125)
    }

    @Test("a refusal of one message leaves the window alone")
    func clientErrorKeepsWindow() {
        var health = EndpointHealth(endpoint: "ep")
        pass(&health, .clientError, at: 1)
        pass(&health, .nacked, at: 2)
        #expect(health.windowSize == 2)
    }

    @Test("a slow endpoint's window does not grow")
    func slowDoesNotGrow() {
        var health = EndpointHealth(endpoint: "ep")
        pass(&health, .acked, latency: 5_000, at: 1)
        #expect(health.windowSize == 2)
        #expect(health.meanLatencyMillis == 5_000)
        #expect(health.belongsToSlowLane)
    }

    @Test("after a minute without traffic the window is halved, but not below two")
    func idle() {
        var health = EndpointHealth(endpoint: "ep")
        for now in 0..<30 { pass(&health, .acked, at: Int64(now)) }
        #expect(health.requestToSend(nowMillis: 60_029) == .send)
        #expect(health.windowSize == 16)
        _ = health.finished(result(.acked), nowMillis: 60_030, sha256: referenceSHA256)
        #expect(health.requestToSend(nowMillis: 3_600_000) == .send)
        #expect(health.windowSize == 2)
    }

    @Test("Retry-After closes the gate for the whole endpoint, for an hour at most")
    func gate() {
        var health = EndpointHealth(endpoint: "ep")
        pass(&health, .throttled, at: 1_000, retryAfter: 30_000)
        #expect(health.requestToSend(nowMillis: 2_000) == .waitUntil(millis: 31_000))
        #expect(health.requestToSend(nowMillis: 31_000) == .send)
        _ = health.finished(
            result(.throttled, retryAfter: 999_999_999), nowMillis: 31_000, sha256: referenceSHA256)
        #expect(health.gateMillis == 31_000 + 3_600_000)
    }

    @Test("ten failures in a row open the breaker, which then allows one probe at a time")
    func breakerOpens() throws {
        var health = EndpointHealth(endpoint: "ep")
        let due = try opened(&health, at: 1_000)
        #expect(health.state == .open)
        #expect((5_000..<7_000).contains(due), "5 s, give or take a fifth, behind second 1")
        #expect(health.requestToSend(nowMillis: due - 1) == .waitUntil(millis: due))
        #expect(health.requestToSend(nowMillis: due) == .probe(candidate: 0))
        #expect(health.requestToSend(nowMillis: due) == .windowFull)
    }

    @Test("a good probe closes the breaker with a small window")
    func recovery() throws {
        var health = EndpointHealth(endpoint: "ep")
        let due = try opened(&health, at: 0)
        #expect(health.requestToSend(nowMillis: due) == .probe(candidate: 0))
        let action = health.finished(result(.acked, probe: true), nowMillis: due, sha256: referenceSHA256)
        #expect(action == .recovered)
        #expect(health.state == .active)
        #expect(health.windowSize == 2)
    }

    @Test("probes come ever later, to five minutes, and every quarter of an hour when held")
    func probeSchedule() throws {
        var health = EndpointHealth(endpoint: "ep")
        var due = try opened(&health, at: 0)
        var gaps: [Int64] = []
        while health.state == .open {
            #expect(health.requestToSend(nowMillis: due) == .probe(candidate: 0))
            let action = health.finished(result(.refused, probe: true), nowMillis: due, sha256: referenceSHA256)
            guard case .probeFailed(let next) = action else { throw Unexpected(action: action) }
            gaps.append(next - due)
            due = next
        }
        for (gap, base) in zip(gaps, [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000] as [Int64]) {
            #expect((base * 4 / 5...base * 6 / 5).contains(gap))
        }
        #expect(health.state == .held)
        #expect((720_000...1_080_000).contains(gaps[gaps.count - 1]))
        #expect(health.requestToSend(nowMillis: due) == .probe(candidate: 0))
        let action = health.finished(result(.acked, probe: true), nowMillis: due, sha256: referenceSHA256)
        #expect(action == .recovered)
    }

    @Test("a probe refused with a 4xx passes the turn to the next message, over three of them")
    func probeRotation() throws {
        var health = EndpointHealth(endpoint: "ep")
        var due = try opened(&health, at: 0)
        for expected in [0, 1, 2, 0] {
            #expect(health.requestToSend(nowMillis: due) == .probe(candidate: expected))
            let action = health.finished(result(.clientError, probe: true), nowMillis: due, sha256: referenceSHA256)
            guard case .probeFailed(let next) = action else { throw Unexpected(action: action) }
            due = next
        }
    }

    @Test("one failing message never opens the breaker, an unreachable endpoint does")
    func poisonMessage() {
        var health = EndpointHealth(endpoint: "ep")
        for now in 0..<100 {
            #expect(pass(&health, .serverError, message: 7, at: Int64(now)) == .none)
        }
        #expect(health.state == .active)
        var dead = EndpointHealth(endpoint: "ep")
        for now in 0..<10 { pass(&dead, .refused, message: 7, at: Int64(now)) }
        #expect(dead.state == .open)
    }

    @Test("seventy percent of twenty results within half a minute open the breaker")
    func failureShare() {
        var health = EndpointHealth(endpoint: "ep")
        var actions: [EndpointHealth.Action] = []
        for number in 0..<20 {
            let outcome: OutcomeClass = number % 10 < 3 ? .acked : .clientError
            actions.append(pass(&health, outcome, message: UInt64(number), at: Int64(number) * 1_000))
        }
        #expect(actions.dropLast().allSatisfy { $0 == .none })
        #expect(health.state == .open)
    }

    @Test("the same share spread over longer does not")
    func sparseFailures() {
        var health = EndpointHealth(endpoint: "ep")
        for number in 0..<100 {
            let outcome: OutcomeClass = number % 10 < 3 ? .acked : .clientError
            pass(&health, outcome, message: UInt64(number), at: Int64(number) * 2_000)
        }
        #expect(health.state == .active)
    }

    @Test("our own faults leave an endpoint as it was")
    func senderErrors() {
        var health = EndpointHealth(endpoint: "ep")
        for now in 0..<50 { pass(&health, .senderError, message: UInt64(now), at: Int64(now)) }
        #expect(health.state == .active)
        #expect(health.windowSize == 2)
        #expect(health.meanLatencyMillis == nil)
    }

    @Test("three 410 an hour apart pause the endpoint until somebody resumes it")
    func gone() {
        var health = EndpointHealth(endpoint: "ep")
        #expect(pass(&health, .gone, at: 0) == .none)
        #expect(pass(&health, .gone, at: 1_000) == .none)
        #expect(pass(&health, .gone, at: 3_600_000) == .none)
        #expect(pass(&health, .gone, at: 7_200_000) == .paused)
        #expect(health.requestToSend(nowMillis: 99_999_999) == .paused)
        health.resume(nowMillis: 99_999_999)
        #expect(health.requestToSend(nowMillis: 99_999_999) == .send)
    }

    @Test("a pause holds whatever results still come in")
    func pauseHolds() {
        var health = EndpointHealth(endpoint: "ep")
        #expect(health.requestToSend(nowMillis: 0) == .send)
        health.pause()
        #expect(health.finished(result(.acked), nowMillis: 5, sha256: referenceSHA256) == .none)
        #expect(health.state == .paused)
    }
}
