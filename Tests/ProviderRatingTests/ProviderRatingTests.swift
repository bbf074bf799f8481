import Engine
import Logging
import MessageModel
import NoticeRating
import ProviderRating
import QueueStore
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import TestSupport
import Testing
import Tillwire

/// Keeps what is logged, by the label of the logger.
private struct LogKeeper: LogHandler {
    static let lines = Mutex<[String: [String]]>([:])
    let name: String
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace
    init(_ name: String) { self.name = name }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
    func log(event: LogEvent) {
        Self.lines.withLock { $0[name, default: []].append("\(event.level) \(event.message)") }
    }
    static func lines(of name: String) -> [String] { lines.withLock { $0[name] ?? [] } }
}

@Suite("Provider's rating")
struct ProviderRatingTests {
    private static let dayMillis: Int64 = 86_400_000

    private let store = TemporaryStore()
    private let ledger = RatingLedger()

    /// Runs `body` over the store, which must be sound afterwards.
    private func with(_ body: @Sendable (EmbeddedBroker) async throws -> Void) async throws {
        #expect(try await store.run(body).problems.isEmpty)
    }

    private var now: Int64 { Int64(store.time.now.milliseconds) }

    private func rating(_ broker: EmbeddedBroker, log: String = "none") async throws -> ProviderRating<Store> {
        try await ProviderRating.open(
            broker: broker, ledger: ledger, thresholds: RatingThresholds(), time: store.time,
            logger: Logger(label: log) { LogKeeper($0) })
    }

    private func answer(_ count: Int, failed: Int = 0) {
        var answers = (0..<(count - failed)).map { RatedAnswer(.stored, micros: 2_000, notice: $0) }
        answers += (0..<failed).map { RatedAnswer(.failed(.storeFull), micros: 2_000, notice: -1 - $0) }
        ledger.record(answers, atMillis: now)
    }

    @Test("hours and days of Beijing are written after a minute and read at the next start")
    func restart() async throws {
        // 2025-10-09T08:53:20Z is 16:53:20 in Beijing; eight hours later its next day has begun.
        try await with { broker in
            let rating = try await rating(broker)
            answer(10, failed: 1)
            store.time.advance(milliseconds: 8 * 3_600_000)
            answer(5)
            await rating.look()
        }
        try await with { broker in
            let report = try await rating(broker).report(hourCountMax: 10, dayCountMax: 10)
            #expect(report.hours.map(\.tally.deliveries) == [5, 10])
            #expect(report.days.map(\.tally.deliveries) == [5, 10])
            #expect(report.days.map { ($0.startMillis + 28_800_000) % Self.dayMillis } == [0, 0])
            #expect(report.days.first.map { $0.startMillis - (report.days.last?.startMillis ?? 0) } == Self.dayMillis)
            #expect(report.hours.last?.tally.failures(.storeFull) == 1)
        }
    }

    @Test("what was counted is written when the service stops")
    func stop() async throws {
        try await with { broker in
            let rating = try await rating(broker)
            try await testGracefulShutdown { trigger in
                let running = Task { try await rating.run() }
                answer(7)
                trigger.triggerGracefulShutdown()
                try await running.value
            }
            let again = try await self.rating(broker)
            #expect(await again.report(hourCountMax: 1, dayCountMax: 1).days.first?.tally.deliveries == 7)
        }
    }

    @Test("hours go after 35 days, days after 400, from memory and store")
    func retention() async throws {
        try await with { broker in
            let rating = try await rating(broker)
            answer(1)
            store.time.advance(milliseconds: UInt64(36 * Self.dayMillis))
            answer(1)
            await rating.look()
            #expect(await rating.report(hourCountMax: 9, dayCountMax: 9).hours.count == 1)
            #expect(await rating.report(hourCountMax: 9, dayCountMax: 9).days.count == 2)
            store.time.advance(milliseconds: UInt64(370 * Self.dayMillis))
            answer(1)
            await rating.look()
            let again = try await self.rating(broker).report(hourCountMax: 9, dayCountMax: 9)
            #expect(again.hours.count == 1)
            #expect(again.days.count == 2)
        }
    }

    @Test("the alarm is logged once when it begins and once when it ends")
    func alarm() async throws {
        try await with { broker in
            let rating = try await rating(broker, log: "alarm")
            answer(200, failed: 1)
            await rating.look()
            await rating.look()
            #expect(await rating.report(hourCountMax: 0, dayCountMax: 0).alarm.level == .alarm)
            #expect(LogKeeper.lines(of: "alarm") == ["critical the rating at WeChat Pay suffers"])
            store.time.advance(milliseconds: 310_000)
            await rating.look()
            store.time.advance(milliseconds: 310_000)
            await rating.look()
            #expect(await rating.report(hourCountMax: 0, dayCountMax: 0).alarm.level == .good)
            #expect(LogKeeper.lines(of: "alarm").last == "notice the rating at WeChat Pay is good again")
            #expect(LogKeeper.lines(of: "alarm").count == 2)
        }
    }

    @Test("while it runs, a jump of the clock is enough for it to look")
    func jump() async throws {
        try await with { broker in
            let rating = try await rating(broker)
            let running = Task { try await rating.run() }
            answer(200, failed: 100)
            let isAlarmed = try await eventually(moving: store.time) {
                await rating.report(hourCountMax: 0, dayCountMax: 0).alarm.level == .alarm
            }
            #expect(isAlarmed)
            running.cancel()
            try await running.value
        }
    }

    @Test("a row that cannot be read is passed over")
    func badRow() async throws {
        try await with { broker in
            try await broker.commit(
                Transaction(rows: [
                    RowChange(space: .state(ConsumerID(rawValue: 9)), key: Bytes([1, 2]), value: Bytes("x"))
                ]))
            #expect(try await rating(broker).report(hourCountMax: 9, dayCountMax: 9).hours.isEmpty)
        }
    }
}
