import Testing

@testable import NoticeIngest

@Suite("how many notices are under way", .timeLimit(.minutes(1)))
struct NoticeGateTests {
    @Test("an end of the wait that comes before the wait is not lost")
    func stoppedBefore() async {
        let gate = NoticeGate(settings: .init())
        let isIn = gate.enter(byteCount: 1)
        #expect(isIn && gate.count == 1)
        gate.stopWaiting()
        await gate.waitUntilEmpty()
        #expect(gate.count == 1)
    }

    @Test("work that is held for is waited for, after the notices have left")
    func held() async {
        let gate = NoticeGate(settings: .init())
        let isIn = gate.enter(byteCount: 1)
        gate.hold()
        gate.leave(count: 1, byteCount: 1)
        #expect(isIn && gate.count == 1)
        async let wait: Void = gate.waitUntilEmpty()
        gate.leave(count: 1, byteCount: 0)
        await wait
        #expect(gate.count == 0)
    }
}
