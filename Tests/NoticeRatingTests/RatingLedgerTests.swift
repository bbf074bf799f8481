import NoticeRating
import Telemetry
import Testing

/// 2025-10-09T08:00:00Z, the beginning of an hour.
let hour: Int64 = 1_759_996_800_000

@Suite("Rating ledger")
struct RatingLedgerTests {
    private let ledger = RatingLedger()

    private func record(_ outcome: RatedAnswer.Outcome, micros: UInt64 = 2_000, notice: Int? = 1, at: Int64 = hour) {
        ledger.record([RatedAnswer(outcome, micros: micros, notice: notice)], atMillis: at)
    }

    @Test("deliveries count by what the platform sees: first try, repeat, failure, too late")
    func outcomes() throws {
        record(.stored, notice: 1)
        record(.repeated, notice: 1)
        record(.failed(.storeFull), notice: 2)
        record(.stored, notice: 2)
        record(.stored, micros: 5_000_001, notice: 3)
        record(.stored, micros: 5_000_000, notice: 4)
        let tally = try #require(ledger.takeHours()[hour])
        #expect(tally.deliveries == 6)
        #expect(tally.firstTry == 2)
        #expect(tally.repeats == 1)
        #expect(tally.afterFailure == 1)
        #expect(tally.failures(.storeFull) == 1)
        #expect(tally.failures(.late) == 1)
        #expect(tally.successes == 4)
        #expect(tally.successRate == 4.0 / 6)
        #expect(tally.firstTryRate == 2.0 / 4)
        #expect(tally.times.count == 6)
    }

    @Test("probes and what cannot be told from forgeries are no deliveries")
    func apart() throws {
        ledger.record([], probes: 3, unverified: 2, atMillis: hour)
        let tally = try #require(ledger.takeHours()[hour])
        #expect(tally.deliveries == 0)
        #expect(tally.successRate == nil)
        #expect(tally.probes == 3)
        #expect(tally.unverified == 2)
        #expect(!tally.isEmpty)
    }

    @Test("a notice that failed twice needs one success to be forgotten")
    func failedTwice() throws {
        record(.failed(.storeOverloaded), notice: 7)
        record(.failed(.storeOverloaded), notice: 7)
        record(.stored, notice: 7)
        record(.stored, notice: 7)
        let tally = try #require(ledger.takeHours()[hour])
        #expect(tally.failures == 2)
        #expect(tally.afterFailure == 1)
        #expect(tally.firstTry == 1)
    }

    @Test("failed notices are remembered up to the bound, the oldest goes first")
    func bound() throws {
        for notice in 0...RatingLimits.failedNoticeCountMax { record(.failed(.overloaded), notice: notice) }
        record(.stored, notice: 0)
        record(.stored, notice: RatingLimits.failedNoticeCountMax)
        let tally = try #require(ledger.takeHours()[hour])
        #expect(tally.firstTry == 1)
        #expect(tally.afterFailure == 1)
    }

    @Test("each hour has its own sums, and taking them forgets them")
    func hours() {
        record(.stored, at: hour + 3_599_999)
        record(.stored, at: hour + 3_600_000)
        #expect(ledger.takeHours().mapValues(\.firstTry) == [hour: 1, hour + 3_600_000: 1])
        #expect(ledger.takeHours().isEmpty)
    }

    @Test("the window holds the last 5 minutes and nothing older")
    func window() {
        record(.stored, at: hour)
        record(.failed(.storeFull), at: hour + 200_000)
        #expect(ledger.window(atMillis: hour + 200_000).deliveries == 2)
        #expect(ledger.window(atMillis: hour + 299_999).deliveries == 2)
        #expect(ledger.window(atMillis: hour + 300_000).deliveries == 1)
        record(.stored, at: hour + 300_000)
        #expect(ledger.window(atMillis: hour + 300_000).deliveries == 2)
        #expect(ledger.window(atMillis: hour + 900_000).deliveries == 0)
    }

    @Test("a row holds everything, and one of another form is refused")
    func rows() throws {
        record(.stored, micros: 120, notice: 1)
        record(.failed(.decryptFailed), micros: 9_000_000, notice: nil)
        ledger.record([], probes: 1, unverified: 4, atMillis: hour)
        let tally = try #require(ledger.takeHours()[hour])
        let bytes = tally.encoded()
        #expect(bytes.count < 2_000)
        #expect(RatingTally(encoded: bytes) == tally)
        #expect(RatingTally(encoded: Array(#"{"version":2}"#.utf8)) == nil)
        #expect(RatingTally(encoded: Array(bytes.dropLast())) == nil)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(RatingTally(encoded: Array(text.replacing("[0,", with: "[").utf8)) == nil)
        #expect(RatingTally(encoded: Array(text.replacing("decrypt_failed", with: "nobody_knows").utf8)) == nil)
    }

    @Test("the largest row fits into the store")
    func largestRow() throws {
        let all = DeliveryFailure.allCases.map { RatedAnswer(.failed($0), micros: 1, notice: nil) }
        ledger.record(all, atMillis: hour)
        var tally = try #require(ledger.takeHours()[hour])
        for _ in 0..<40 { tally.add(tally) }
        #expect(tally.encoded().count < 2_000)
    }
}
