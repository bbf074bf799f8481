import PaymentEntry
import TestSupport
import Testing

@testable import OrderRecovery

@Suite("When announcements are asked for")
struct RecoveryScheduleTests {
    private static let start: Int64 = 1_760_000_000_000

    private static func settings(
        jitter: Int64 = 0, _ adjust: (inout OrderRecoverySettings) -> Void = { _ in }
    )
        -> OrderRecoverySettings
    {
        var settings = OrderRecoverySettings(seed: 7)
        settings.jitterPermille = jitter
        adjust(&settings)
        return settings
    }

    private static func announcement(
        _ number: UInt64, _ kind: AnnouncementKey.Kind = .order, at millis: Int64 = start, lifeMillis: Int64 = 7_200_000
    ) -> OpenAnnouncement {
        OpenAnnouncement(
            number: number,
            announcement: Announcement(
                key: AnnouncementKey(kind, merchantID: "1630000001", number: "T\(number)"), amountFen: 100,
                announcedAtMillis: millis, endsAtMillis: millis + lifeMillis))
    }

    /// Asks whenever something is due and answers at once; gives the seconds of the questions since the start, and how it ended.
    private static func walk(
        _ schedule: inout RecoverySchedule, from start: Int64 = start,
        verdict: (_ tryCount: Int) -> RecoveryVerdict = { _ in .open }
    ) -> (seconds: [Double], end: RecoveryEnd?) {
        var seconds: [Double] = []
        var now = start
        while let next = schedule.nextMillis(), seconds.count < 1_000 {
            now = max(now, next)
            guard let one = schedule.next(nowMillis: now, isOpen: { _ in true }) else { continue }
            seconds.append(Double(now - start) / 1_000)
            let end = schedule.answered(
                one.open.number, verdict(seconds.count), askedAtMillis: now, nowMillis: now)
            if let end {
                _ = schedule.remove(one.open.number)
                return (seconds, end)
            }
        }
        return (seconds, nil)
    }

    @Test("the ladder of an order: a minute, then doubled up to half an hour, and once a minute after its end")
    func ladder() {
        var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        schedule.add(Self.announcement(1))
        let (seconds, end) = Self.walk(&schedule)
        #expect(seconds == [60, 120, 240, 480, 960, 1_920, 3_720, 5_520, 7_260])
        #expect(end == .noResult)
        #expect(schedule.count == 0 && schedule.inFlightCount == 0)
    }

    @Test("an order that ends soon is asked for before and after its end")
    func shortOrder() {
        var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        schedule.add(Self.announcement(1, lifeMillis: 300_000))
        #expect(Self.walk(&schedule).seconds == [60, 120, 240, 360])
        var shortest = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        shortest.add(Self.announcement(2, lifeMillis: 5_000))
        #expect(Self.walk(&shortest).seconds == [65])
    }

    @Test("a refund's pauses grow to six hours, for a week")
    func refundLadder() {
        var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        schedule.add(Self.announcement(1, .refund, lifeMillis: 604_800_000))
        let (seconds, end) = Self.walk(&schedule)
        #expect(Array(seconds.prefix(10)) == [60, 120, 240, 480, 960, 1_920, 3_840, 7_680, 15_360, 30_720])
        #expect(zip(seconds, seconds.dropFirst()).allSatisfy { $1 - $0 <= 21_600 * 1.26 })
        #expect(seconds.count < 40)
        #expect(seconds.last == 604_860)
        #expect(end == .noResult)
    }

    @Test("chance shortens pauses by at most its share, and a seed repeats it")
    func jitter() {
        func seconds(seed: UInt64) -> [Double] {
            var schedule = RecoverySchedule(
                Self.settings(jitter: 100) { $0.seed = seed }, nowMillis: Self.start)
            schedule.add(Self.announcement(1))
            return Self.walk(&schedule).seconds
        }
        let first = seconds(seed: 1)
        #expect(first == seconds(seed: 1))
        #expect(first != seconds(seed: 2))
        for seed in 1...50 {
            let all = seconds(seed: UInt64(seed))
            #expect(54...60 ~= all[0], "seed \(seed)")
            #expect(53.999...60.001 ~= all[1] - all[0], "seed \(seed)")
            #expect(107.999...120.001 ~= all[2] - all[1], "seed \(seed)")
            #expect(all.last == 7_260)
        }
    }

    @Test("an order the platform does not know is asked for until its end")
    func notFound() {
        var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        schedule.add(Self.announcement(1))
        let (seconds, end) = Self.walk(&schedule) { _ in .notFound }
        #expect(seconds == [60, 120, 240, 480, 960, 1_920, 3_720, 5_520, 7_260])
        #expect(end == .notFound)
    }

    @Test("while the store refuses, pauses grow up to a minute")
    func notStored() {
        var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        schedule.add(Self.announcement(1))
        let (seconds, end) = Self.walk(&schedule) { $0 <= 10 ? .notStored : .found }
        #expect(seconds == [60, 60.5, 61.5, 63.5, 67.5, 75.5, 91.5, 123.5, 183.5, 243.5, 303.5])
        #expect(end == .found)
    }

    @Test("what is final ends at once; what is refused stays until the order's end")
    func endings() {
        for (verdict, expected, count) in [
            (RecoveryVerdict.found, RecoveryEnd.found, 1), (.ended, .ended, 1), (.refused, .refused, 9),
        ] {
            var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
            schedule.add(Self.announcement(1))
            let (seconds, end) = Self.walk(&schedule) { _ in verdict }
            #expect(end == expected)
            #expect(seconds.count == count)
        }
    }

    @Test(
        "while the platform fails all wait with growing pauses, one question at a time, and nothing is dropped before a day"
    )
    func outage() {
        var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        for number in 1...40 { schedule.add(Self.announcement(UInt64(number))) }
        var pauses: [Int64] = []
        var now = Self.start
        var last: Int64?
        // Two hours without any answer.
        while now < Self.start + 7_200_000 {
            now = max(now, schedule.nextMillis() ?? now)
            guard let one = schedule.next(nowMillis: now, isOpen: { _ in true }) else { continue }
            if pauses.count > 0 { #expect(schedule.next(nowMillis: now, isOpen: { _ in true }) == nil) }
            if let last { pauses.append((now - last) / 1_000) }
            last = now
            let end = schedule.answered(
                one.open.number, .failed(isGlobal: true), askedAtMillis: now, nowMillis: now)
            #expect(end == nil)
        }
        #expect(Array(pauses.prefix(9)) == [1, 2, 4, 8, 16, 32, 64, 128, 256])
        #expect(pauses.dropFirst(9).allSatisfy { $0 == 300 })
        #expect(schedule.count == 40)
        // Then it answers: all are asked for within the budget, none is forgotten.
        var found = 0
        while let next = schedule.nextMillis() {
            now = max(now, next)
            guard let one = schedule.next(nowMillis: now, isOpen: { _ in true }) else { continue }
            let end = schedule.answered(one.open.number, .found, askedAtMillis: now, nowMillis: now)
            #expect(end == .found)
            _ = schedule.remove(one.open.number)
            found += 1
        }
        #expect(found == 40)
        #expect(!schedule.pause.isProbing)
    }

    @Test("a question that always fails holds up no other one")
    func poison() {
        var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        for number in 1...20 { schedule.add(Self.announcement(UInt64(number))) }
        var now = Self.start
        var found: Set<UInt64> = []
        while found.count < 19, now < Self.start + 600_000 {
            now = max(now, schedule.nextMillis() ?? now)
            guard let one = schedule.next(nowMillis: now, isOpen: { _ in true }) else { continue }
            let isPoison = one.open.number == 1
            let end = schedule.answered(
                one.open.number, isPoison ? .failed(isGlobal: true) : .found, askedAtMillis: now, nowMillis: now)
            guard end == .found else { continue }
            _ = schedule.remove(one.open.number)
            found.insert(one.open.number)
        }
        #expect(found.count == 19)
        #expect(now < Self.start + 66_000)
        #expect(schedule.count == 1)
    }

    @Test("what the platform does not answer until a day after its end is given up, with its reason")
    func unanswered() {
        var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        schedule.add(Self.announcement(1, lifeMillis: 60_000))
        let (seconds, end) = Self.walk(&schedule) { _ in .failed(isGlobal: true) }
        #expect(end == .unanswered)
        #expect((seconds.last ?? 0) >= 120 + 86_400)
    }

    @Test("failures of questions that were under way together count once; late successes of earlier ones end no pause")
    func together() {
        var schedule = RecoverySchedule(Self.settings { $0.queriesPerSecond = 1_000 }, nowMillis: Self.start)
        for number in 1...4 { schedule.add(Self.announcement(UInt64(number))) }
        let asked = Self.start + 60_000
        let under = (1...4).compactMap { _ in schedule.next(nowMillis: asked, isOpen: { _ in true }) }
        #expect(under.count == 4)
        for one in under.prefix(3) {
            _ = schedule.answered(
                one.open.number, .failed(isGlobal: true), askedAtMillis: asked, nowMillis: asked + 10)
        }
        #expect(schedule.pause.untilMillis == asked + 1_010)
        _ = schedule.answered(under[3].open.number, .open, askedAtMillis: asked, nowMillis: asked + 20)
        #expect(schedule.pause.isProbing)
        #expect(schedule.next(nowMillis: asked + 1_009, isOpen: { _ in true }) == nil)
    }

    @Test("in any span of time no more is asked than the budget, and never more at once than there are places")
    func budget() {
        var random = SeededGenerator(seed: 11)
        let rate = 20
        let places = 4
        var schedule = RecoverySchedule(
            Self.settings {
                $0.queriesPerSecond = rate
                $0.queriesInFlightMax = places
            }, nowMillis: Self.start)
        for number in 1...3_000 { schedule.add(Self.announcement(UInt64(number))) }
        var asked: [Int64] = []
        var under: [(number: UInt64, asked: Int64, ends: Int64)] = []
        var now = Self.start + 60_000
        while asked.count < 1_500 {
            for one in under where one.ends <= now {
                _ = schedule.answered(one.number, .open, askedAtMillis: one.asked, nowMillis: now)
            }
            under.removeAll { $0.ends <= now }
            while let one = schedule.next(nowMillis: now, isOpen: { _ in true }) {
                asked.append(now)
                under.append((one.open.number, now, now + Int64(random.next() % 400)))
                #expect(under.count <= places)
            }
            // Sometimes nobody looks for a while, so that the bucket fills.
            now += random.next() % 200 == 0 ? 5_000 : Int64(1 + random.next() % 20)
        }
        let burst = 2
        for span in [50, 100, 1_000, 10_000] as [Int64] {
            var first = 0
            for (index, moment) in asked.enumerated() {
                while asked[first] <= moment - span { first += 1 }
                #expect(index - first + 1 <= rate * Int(span) / 1_000 + burst, "\(span) ms")
            }
        }
        #expect(schedule.inFlightCount <= places)
    }

    @Test("an operator's question takes from the same budget and places")
    func operators() {
        var schedule = RecoverySchedule(
            Self.settings {
                $0.queriesPerSecond = 1
                $0.queriesInFlightMax = 2
            }, nowMillis: Self.start)
        schedule.add(Self.announcement(1))
        let now = Self.start + 60_000
        let first = schedule.takePlace(nowMillis: now)
        #expect(first)
        #expect(schedule.next(nowMillis: now, isOpen: { _ in true }) == nil)
        #expect(schedule.nextPlaceMillis == now + 1_000)
        let second = schedule.next(nowMillis: now + 1_000, isOpen: { _ in true })
        #expect(second != nil)
        let third = schedule.takePlace(nowMillis: now + 10_000)
        #expect(!third && schedule.nextPlaceMillis == nil)
        schedule.placeFreed(isAnswered: true, askedAtMillis: now, nowMillis: now + 10_000)
        #expect(schedule.inFlightCount == 1)
    }

    @Test("one that was settled is not asked for, and an answer to one that is gone changes nothing")
    func settled() {
        var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        schedule.add(Self.announcement(1))
        schedule.add(Self.announcement(2))
        let now = Self.start + 60_000
        let one = schedule.next(nowMillis: now, isOpen: { $0.number == 2 })
        #expect(one?.open.number == 2)
        _ = schedule.remove(2)
        let end = schedule.answered(2, .open, askedAtMillis: now, nowMillis: now)
        #expect(end == nil)
        #expect(schedule.inFlightCount == 0)
        #expect(schedule[2] == nil)
    }

    @Test("announcements that come and go leave no more behind than the bound")
    func bounded() {
        var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        for number in 1...400_000 {
            schedule.add(Self.announcement(UInt64(number)))
            _ = schedule.remove(UInt64(number))
        }
        #expect(schedule.count == 0)
        #expect(schedule.dueEntryCount <= OrderRecoveryLimits.dueSlackCount + 1)
        #expect(schedule.nextDueMillis() == nil)
    }

    @Test("the oldest announcement is found, whatever came in which order")
    func oldest() {
        var schedule = RecoverySchedule(Self.settings(), nowMillis: Self.start)
        #expect(schedule.oldestAnnouncedMillis == nil)
        for number in [5, 3, 9] as [Int64] {
            schedule.add(Self.announcement(UInt64(number), at: Self.start + number))
        }
        #expect(schedule.oldestAnnouncedMillis == Self.start + 3)
    }
}
