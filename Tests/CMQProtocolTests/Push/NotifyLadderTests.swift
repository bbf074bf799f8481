import CMQProtocol
import Testing

@Suite("Ladders of topic pushes")
struct NotifyLadderTests {
    @Test("backoff: three retries, each between 10 and 20 s as chance has it")
    func backoff() {
        let ladder = NotifyLadder(.backoff)
        #expect(ladder.retryCount == 3)
        for attempt in 1...3 {
            var asked: [ClosedRange<UInt64>] = []
            let delay = ladder.delayMillis(afterAttempt: attempt) { range in
                asked.append(range)
                return 12_345
            }
            #expect(delay == 12_345)
            #expect(asked == [10_000...20_000])
        }
        #expect(ladder.delayMillis(afterAttempt: 4) { $0.lowerBound } == nil)
    }

    @Test("a source of chance that leaves the range is held inside it")
    func boundedChance() {
        #expect(NotifyLadder(.backoff).delayMillis(afterAttempt: 1) { _ in 0 } == 10_000)
        #expect(NotifyLadder(.backoff).delayMillis(afterAttempt: 1) { _ in .max } == 20_000)
    }

    @Test("exponential decay: 1 to 512 s in ten steps, then 512 s 166 times, 86,015 s in all")
    func exponentialDecay() {
        let ladder = NotifyLadder(.exponentialDecay)
        let delays = (1...176).compactMap { attempt in
            ladder.delayMillis(afterAttempt: attempt) { range in
                Issue.record("no chance in this ladder")
                return range.lowerBound
            }
        }
        #expect(delays.count == 176 && ladder.retryCount == 176)
        #expect(
            delays.prefix(11) == [
                1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 512_000,
            ])
        #expect(delays.dropFirst(9).allSatisfy { $0 == 512_000 })
        #expect(delays.reduce(0, +) == 86_015_000)
        #expect(ladder.delayMillis(afterAttempt: 177) { $0.lowerBound } == nil)
    }

    @Test("there is no delay before the first attempt")
    func beforeTheFirst() {
        for strategy in NotifyStrategy.allCases {
            #expect(NotifyLadder(strategy).delayMillis(afterAttempt: 0) { $0.lowerBound } == nil)
            #expect(NotifyLadder(strategy).delayMillis(afterAttempt: -1) { $0.lowerBound } == nil)
        }
    }
}
