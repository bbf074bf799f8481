import NoticeRating
import Testing

@Suite("Rating alarm")
struct RatingAlarmTests {
    private static let thresholds = RatingThresholds(successRate: 0.99, p99Millis: 1_000)

    /// So many deliveries of which so many failed, the others answered after `micros`.
    private func tally(_ count: Int, failed: Int = 0, micros: UInt64 = 1_000) -> RatingTally {
        let ledger = RatingLedger()
        var answers = (0..<(count - failed)).map { RatedAnswer(.stored, micros: micros, notice: $0) }
        answers += (0..<failed).map { RatedAnswer(.failed(.storeFull), micros: 1_000, notice: count + $0) }
        ledger.record(answers, atMillis: hour)
        return ledger.window(atMillis: hour)
    }

    @Test(
        "half of the room is a warning, more than all of it an alarm",
        arguments: [
            (1_000, 5, 1_000, RatingLevel.good), (1_000, 6, 1_000, .warning), (1_000, 10, 1_000, .warning),
            (1_000, 11, 1_000, .alarm), (99, 98, 1_000, .good), (99, 99, 1_000, .alarm),
            (5, 5, 1_000, .alarm), (4, 4, 1_000, .good), (6, 5, 1_000, .good), (100, 2, 1_000, .alarm),
            (200, 0, 500_000, .good),
            (200, 0, 500_001, .warning), (200, 0, 1_000_000, .warning), (200, 0, 1_000_001, .alarm),
        ])
    func levels(count: Int, failed: Int, micros: UInt64, level: RatingLevel) {
        let found = Self.thresholds.level(of: tally(count, failed: failed, micros: micros))
        #expect(found.level == level)
        #expect(found.reasons.isEmpty == (level == .good))
    }

    @Test("requests that nothing shows to be the platform's are a warning where nothing else comes")
    func unverified() {
        let ledger = RatingLedger()
        ledger.record([], unverified: 4, atMillis: hour)
        #expect(Self.thresholds.level(of: ledger.window(atMillis: hour)).level == .good)
        ledger.record([], unverified: 1, atMillis: hour)
        let found = Self.thresholds.level(of: ledger.window(atMillis: hour))
        #expect(found.level == .warning)
        #expect(found.reasons == ["no delivery, but 5 requests that no known key signed"])
        ledger.record([RatedAnswer(.stored, micros: 1_000, notice: 1)], atMillis: hour)
        #expect(Self.thresholds.level(of: ledger.window(atMillis: hour)).level == .good)
    }

    @Test("it rises at once and falls only when the figures were better for 5 minutes")
    func hysteresis() {
        var alarm = RatingAlarm(Self.thresholds)
        let bad = tally(100, failed: 50)
        let good = tally(1_000)
        var changed = alarm.look(good, nowMillis: hour)
        #expect(!changed)
        changed = alarm.look(bad, nowMillis: hour + 10_000)
        #expect(changed)
        #expect(alarm.level == .alarm)
        #expect(alarm.reasons == ["50 of 100 deliveries failed"])
        changed = alarm.look(bad, nowMillis: hour + 20_000)
        #expect(!changed)
        changed = alarm.look(good, nowMillis: hour + 30_000)
        #expect(!changed)
        changed = alarm.look(good, nowMillis: hour + 329_999)
        #expect(!changed)
        #expect(alarm.level == .alarm)
        changed = alarm.look(good, nowMillis: hour + 330_000)
        #expect(changed)
        #expect(alarm.level == .good)
        #expect(alarm.reasons.isEmpty)
        #expect(alarm.sinceMillis == hour + 330_000)
    }

    @Test("a relapse begins the 5 minutes anew, and it falls to the worst level met in them")
    func relapse() {
        var alarm = RatingAlarm(Self.thresholds)
        let bad = tally(100, failed: 50)
        let soSo = tally(1_000, failed: 8)
        let good = tally(1_000)
        _ = alarm.look(bad, nowMillis: hour)
        _ = alarm.look(good, nowMillis: hour + 10_000)
        var changed = alarm.look(bad, nowMillis: hour + 290_000)
        #expect(!changed)
        changed = alarm.look(good, nowMillis: hour + 320_000)
        #expect(!changed)
        changed = alarm.look(soSo, nowMillis: hour + 600_000)
        #expect(!changed)
        changed = alarm.look(good, nowMillis: hour + 620_000)
        #expect(changed)
        #expect(alarm.level == .warning)
    }

    @Test("the text names the alarm, the limits and each period")
    func text() {
        var alarm = RatingAlarm(RatingThresholds())
        let bad = tally(200, failed: 1)
        _ = alarm.look(bad, nowMillis: hour)
        let report = RatingReport(
            alarm: alarm, window: bad, hours: [.init(startMillis: hour, tally: bad)],
            days: [.init(startMillis: hour, tally: bad)])
        let text = report.text { _ in "2025-10-09T16:00:00+08:00" }
        #expect(text.contains("rating: alarm since 2025-10-09T16:00:00+08:00"))
        #expect(text.contains("1 of 200 deliveries failed"))
        #expect(text.contains("success 99.9000 %, p99 1000 ms"))
        #expect(text.contains("2025-10-09 16:00"))
        #expect(text.contains("99.5000 %"))
        #expect(text.contains("store_full 1"))
        #expect(text.contains("lost on the way"))
    }
}
