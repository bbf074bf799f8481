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
        let countAtEnd = Task.immediate {
            await gate.waitUntilEmpty()
            return gate.count
        }
        // Whoever did not wait would see the held one.
        for _ in 0..<100 { await Task.yield() }
        gate.leave(count: 1, byteCount: 0)
        #expect(await countAtEnd.value == 0)
    }
}
