import AccessControl
import NoticeIngest
import NoticeRating
import PaymentNotice
import QueueStore
import Testing
import Tillwire

@Suite("What ingest tells the rating")
struct NoticeRatingTests {
    private let rating = RatingLedger()

    private var tally: RatingTally { rating.window(atMillis: Int64(Door.seconds) * 1_000) }

    @Test("vectors count as the platform sees them: forgeries and probes apart, its own failures as failures")
    func vectors() async throws {
        try await Door.with(rating: rating) { door in
            let names = [
                "01-valid-partner", "13-redelivery-of-01", "20-valid-refund", "03-bad-signature-bit",
                "05-expired-timestamp", "09-signtest-probe", "12-unknown-serial", "17-wrong-apiv3-key",
                "23-malformed-envelope-no-resource",
            ]
            for name in names { _ = await door.statuses([try Vector.load(name)]) }
        }
        #expect(tally.deliveries == 5)
        #expect(tally.firstTry == 2)
        #expect(tally.repeats == 1)
        #expect(tally.failures(.decryptFailed) == 1)
        #expect(tally.failures(.malformed) == 1)
        #expect(tally.probes == 1)
        #expect(tally.unverified == 3)
    }

    @Test("a delivery the store failed, and the repeat that it needed")
    func repeated() async throws {
        let faults = Faults()
        try await Door.with(faults: faults, rating: rating) { door in
            let vector = try Vector.load("01-valid-partner")
            faults.add(.diskFailed)
            #expect(await door.statuses([vector]) == [503])
            #expect(await door.statuses([vector]) == [204])
        }
        #expect(tally.failures == 1)
        #expect(tally.afterFailure == 1)
        #expect(tally.firstTry == 0)
        #expect(tally.firstTryRate == 0)
    }

    @Test("what is turned away for overload is a failure")
    func overloaded() async throws {
        var settings = NoticeIngestSettings()
        settings.noticesInFlightMax = 1
        try await Door.with(settings: settings, rating: rating) { door in
            let vectors = try ["01-valid-partner", "02-valid-partner-chinese"].map { try Vector.load($0) }
            #expect(await door.statuses(vectors) == [204, 503])
        }
        #expect(tally.failures(.overloaded) == 1)
        #expect(tally.deliveries == 2)
    }
}
