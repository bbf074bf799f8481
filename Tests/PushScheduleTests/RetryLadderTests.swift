import PushSchedule
import Testing

@Suite struct RetryLadderTests {
    @Test("the reference hash of these tests gives the known value of abc")
    func referenceHash() {
        let digest = referenceSHA256(Array("abc".utf8))
        #expect(digest.prefix(8) == [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea])
        #expect(digest.suffix(4) == [0xf2, 0x00, 0x15, 0xad])
    }

    @Test(
        "jitter gives the published check values",
        arguments: [
            ("ep_1", "msg_1", 1, 5_000, 5_846), ("ep_1", "msg_1", 2, 15_000, 16_617),
            ("ep_1", "msg_1", 3, 30_000, 31_546),
            ("ep_wx", "msg_01JB2Z7Q8Y9M5H3K4N6P7R8S9T", 7, 600_000, 542_922),
        ])
    func jitter(endpoint: String, message: String, attempt: Int, base: Int, expected: Int) {
        let delay = RetryJitter.delayMillis(
            baseMillis: base, endpoint: endpoint, message: message, attempt: attempt, sha256: referenceSHA256)
        #expect(delay == expected)
        let ladder = RetryLadder.standard.nextDelayMillis(
            afterAttempt: attempt, endpoint: endpoint, message: message, sha256: referenceSHA256)
        #expect(ladder == expected)
    }

    @Test("the standard ladder reaches the published times since the start")
    func standardTimes() {
        let sums = RetryLadder.standard.delaysMillis.reduce(into: [Int]()) { $0.append(($0.last ?? 0) + $1 / 1_000) }
        #expect(
            sums == [
                0, 5, 20, 50, 110, 230, 530, 1_130, 2_330, 4_130, 7_730, 14_930, 25_730, 47_330, 68_930, 90_530,
                133_730,
                176_930, 263_330, 349_730,
            ])
    }

    @Test("the payment platforms' ladders have their published length and no jitter")
    func platformLadders() {
        let wechatMinutes = RetryLadder.wechat.delaysMillis.reduce(0, +) / 60_000
        let alipayMinutes = RetryLadder.alipay.delaysMillis.reduce(0, +) / 60_000
        #expect(wechatMinutes == 1_444, "24 h 4 m")
        #expect(alipayMinutes == 1_464, "24 h 24 m")
        #expect(RetryLadder.wechat.attemptCount == 16)
        let delay = RetryLadder.wechat.nextDelayMillis(
            afterAttempt: 1, endpoint: "e", message: "m", sha256: referenceSHA256)
        #expect(delay == 15_000)
    }

    @Test("the attempt behind the last one does not exist")
    func exhausted() {
        let end = RetryLadder.standard.next(
            afterAttempt: 20, endedAtMillis: 9, endpoint: "e", message: "m", sha256: referenceSHA256)
        #expect(end == .exhausted)
        let last = RetryLadder.standard.nextDelayMillis(
            afterAttempt: 19, endpoint: "e", message: "m", sha256: referenceSHA256)
        #expect(last != nil)
        let none = RetryLadder.alipay.nextDelayMillis(
            afterAttempt: 0, endpoint: "e", message: "m", sha256: referenceSHA256)
        #expect(none == nil)
    }

    @Test("a message is due at the later of ladder and gate")
    func gate() {
        let ladder = RetryLadder.wechat
        let free = ladder.next(
            afterAttempt: 1, endedAtMillis: 1_000, gateMillis: 2_000, endpoint: "e", message: "m",
            sha256: referenceSHA256)
        #expect(free == .due(atMillis: 16_000))
        let gated = ladder.next(
            afterAttempt: 1, endedAtMillis: 1_000, gateMillis: 60_000, endpoint: "e", message: "m",
            sha256: referenceSHA256)
        #expect(gated == .due(atMillis: 60_000))
    }

    @Test("a ladder of one's own is checked for count, each delay and the whole")
    func customLadders() throws {
        #expect(try RetryLadder.custom(delaysMillis: [1_000, 86_400_000]).delaysMillis == [0, 1_000, 86_400_000])
        #expect(throws: RetryLadderError.delayCount(0)) { try RetryLadder.custom(delaysMillis: []) }
        #expect(throws: RetryLadderError.delayCount(51)) {
            try RetryLadder.custom(delaysMillis: Array(repeating: 1_000, count: 51))
        }
        #expect(throws: RetryLadderError.delay(number: 2, millis: 999)) {
            try RetryLadder.custom(delaysMillis: [1_000, 999])
        }
        #expect(throws: RetryLadderError.delay(number: 1, millis: 86_400_001)) {
            try RetryLadder.custom(delaysMillis: [86_400_001])
        }
        #expect(throws: RetryLadderError.total(millis: 31 * 86_400_000)) {
            try RetryLadder.custom(delaysMillis: Array(repeating: 86_400_000, count: 31))
        }
    }

    @Test("a scaled ladder keeps its shape and never waits zero where it waited")
    func scaled() {
        let fast = RetryLadder.standard.scaled(by: 0.001)
        #expect(fast.delaysMillis.prefix(5) == [0, 5, 15, 30, 60])
        #expect(fast.attemptCount == 20)
        #expect(RetryLadder.standard.scaled(by: 0).delaysMillis.dropFirst().allSatisfy { $0 >= 1 })
        #expect(RetryLadder.standard.scaled(by: .nan) == .standard)
    }

    @Test("jitter stays within a fifth of the delay for any message")
    func jitterRange() {
        for number in 0..<500 {
            let delay = RetryJitter.delayMillis(
                baseMillis: 10_000, endpoint: "ep", message: "m\(number)", attempt: 1, sha256: referenceSHA256)
            #expect((8_000..<12_000).contains(delay))
        }
    }
}
