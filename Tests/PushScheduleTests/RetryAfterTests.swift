import PushSchedule
import Testing

@Suite struct RetryAfterTests {
    /// 1994-11-06 08:49:37 UTC.
    private let reference: Int64 = 784_111_777_000

    @Test(
        "seconds are read and bounded by an hour",
        arguments: [
            ("0", 0), ("5", 5_000), (" 120 ", 120_000), ("3600", 3_600_000), ("99999999999999999999999", 3_600_000),
        ])
    func seconds(text: String, expected: Int) {
        #expect(RetryAfter.delayMillis(text, nowMillis: 0) == expected)
    }

    @Test(
        "all three date forms name the same moment",
        arguments: ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
    func dates(text: String) {
        #expect(RetryAfter.delayMillis(text, nowMillis: reference - 30_000) == 30_000)
        #expect(RetryAfter.delayMillis(text, nowMillis: reference + 1) == 0)
        #expect(RetryAfter.delayMillis(text, nowMillis: reference - 7_200_000) == 3_600_000)
    }

    @Test("a leap day is counted")
    func leapDay() {
        let now: Int64 = 1_709_164_800_000  // 2024-02-29 00:00:00 UTC
        #expect(RetryAfter.delayMillis("Thu, 29 Feb 2024 00:00:10 GMT", nowMillis: now) == 10_000)
        #expect(RetryAfter.delayMillis("Fri, 01 Mar 2024 00:00:00 GMT", nowMillis: now + 86_390_000) == 10_000)
    }

    @Test(
        "what is neither is ignored",
        arguments: [
            "", " ", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 99 Nov 1994 08:49:37 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "1 2",
        ])
    func unreadable(text: String) {
        #expect(RetryAfter.delayMillis(text, nowMillis: 0) == nil)
    }
}
