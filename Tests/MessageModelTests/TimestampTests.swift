import MessageModel
import Testing

@Suite struct TimestampTests {
    private static let most: UInt64 = 0xFFFF_FFFF_FFFF

    @Test("a moment past six bytes is held at the largest")
    func held() {
        #expect(Timestamp(milliseconds: Self.most).milliseconds == Self.most)
        #expect(Timestamp(milliseconds: Self.most + 1) == .distantFuture)
        #expect(Timestamp(milliseconds: .max) == .distantFuture)
        #expect(Timestamp(milliseconds: 0) == .zero)
    }

    @Test("adding stops at the end of time instead of wrapping")
    func adding() {
        #expect(Timestamp.zero.adding(milliseconds: 5).milliseconds == 5)
        #expect(Timestamp(milliseconds: 7).adding(milliseconds: 0).milliseconds == 7)
        #expect(Timestamp(milliseconds: Self.most - 1).adding(milliseconds: 1) == .distantFuture)
        #expect(Timestamp(milliseconds: Self.most - 2).adding(milliseconds: 1).milliseconds == Self.most - 1)
        #expect(Timestamp.distantFuture.adding(milliseconds: 1) == .distantFuture)
        #expect(Timestamp.distantFuture.adding(milliseconds: .max) == .distantFuture)
        #expect(Timestamp(milliseconds: 1).adding(milliseconds: .max) == .distantFuture)
    }

    @Test("the time since a later moment is nothing")
    func since() {
        let early = Timestamp(milliseconds: 10)
        let late = Timestamp(milliseconds: 25)
        #expect(late.millisecondsSince(early) == 15)
        #expect(early.millisecondsSince(late) == 0)
        #expect(early.millisecondsSince(early) == 0)
        #expect(Timestamp.distantFuture.millisecondsSince(.zero) == Self.most)
        #expect(early < late && !(late < early) && !(early < early))
    }

    @Test("the system's clock can be raised and never goes back")
    func systemClock() {
        let clock = SystemTimeSource()
        let start = clock.now
        #expect(start > Timestamp(milliseconds: 1_600_000_000_000))
        clock.advance(toAtLeast: .zero)
        #expect(clock.now >= start)
        let day = start.adding(milliseconds: 86_400_000)
        clock.advance(toAtLeast: day)
        #expect(clock.now >= day)
        clock.advance(toAtLeast: start)
        #expect(clock.now >= day)
        #expect(clock.realMilliseconds(for: 250) == 250)
    }
}
