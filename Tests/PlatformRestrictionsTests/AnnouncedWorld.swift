import AccessControl
import Engine
import HTTPDataPlane
import Logging
import Merchants
import MessageModel
import NIOCore
import NoticeIngest
import PaymentEntry
import PaymentGate
import PaymentNotice
import PlatformRestrictions
import QueueStore
import Synchronization
import TestSupport
import Testing
import Tillwire
import WeChatPayAPI

/// Answers what it was told, and notes who was asked about.
final class LimitationStub: LimitationQuery {
    private struct State {
        var answer: Result<LimitationAnswer, PlatformCallError> = .failure(.unreachable("none"))
        var asked: [String] = []
        var meanwhile: (@Sendable () async -> Void)?
    }
    private let state = Mutex(State())

    var asked: [String] { state.withLock { $0.asked } }

    /// What it answers from now on.
    func answer(_ answer: Result<LimitationAnswer, PlatformCallError>) { state.withLock { $0.answer = answer } }

    /// What happens between the next question and its answer.
    func meanwhile(_ body: @escaping @Sendable () async -> Void) { state.withLock { $0.meanwhile = body } }

    func limitations(merchantID: String) async throws(PlatformCallError) -> LimitationAnswer {
        let (answer, meanwhile) = state.withLock { state in
            state.asked.append(merchantID)
            let meanwhile = state.meanwhile
            state.meanwhile = nil
            return (state.answer, meanwhile)
        }
        await meanwhile?()
        return try answer.get()
    }
}

/// Ingest, announcements, restriction book and gate over a store of its own, on the moment of the vectors.
final class AnnouncedWorld: Sendable {
    /// The merchant of the vectors.
    static let merchant = "1630005678"

    let store = TemporaryStore()
    private let token = AccessTokens.makeToken()

    private struct NoStores: StoreDirectory {
        func storeID(merchantID: String, deviceID: String) -> String { "" }
    }

    /// What one start of the world gives.
    struct Running: Sendable {
        let broker: EmbeddedBroker
        let book: RestrictionBook<Store>
        let table: RestrictionTable
        let announced: PlatformRestrictions<Store>
        let entry: PaymentEntry<Store>
        let ingest: NoticeIngest<Store>
        let watch: RestrictedPaymentWatch
        let gate: Gatekeeper
        let token: String
        let time: ManualTimeSource

        /// Hands a vector to ingest; gives its answer's status.
        func deliver(_ name: String) async throws -> Int {
            let box = AnswerBox()
            ingest.handle([DataPlaneExchange(request: try VectorNotice.request(name), sink: box)])
            return await box.answer().status
        }

        /// Publishes a notice as ingest would.
        func tell(
            _ eventType: String, _ plaintext: String, id: String = "n1", createTime: String? = nil
        ) async throws {
            let envelope = NoticeEnvelope(
                id: id, createTime: createTime ?? text(0), eventType: eventType, summary: "", originalType: "")
            let fates = await entry.commit([
                try entry.transaction(envelope, plaintext: Array(plaintext.utf8), receivedAt: time.now)
            ])
            #expect(fates == [.stored])
        }

        /// A subscription message about the merchant.
        func notify(_ state: String, code: String = "A1", at seconds: Int64 = 0) async throws {
            try await tell(
                "MERCHANT_NOTIFY.NOTIFY",
                #"{"message_content":{"merchant_code":"\#(AnnouncedWorld.merchant)","business_time":"\#(text(seconds))","#
                    + #""business_code":"\#(code)","business_state":"\#(state)"},"topic_name":{}}"#)
        }

        /// So many seconds from now.
        func text(_ seconds: Int64) -> String {
            RFC3339.utcText(millis: Int64(time.now.milliseconds) + seconds * 1_000)
        }

        /// Waits until so many announcements have been taken.
        func taken(_ count: Int) async throws {
            let isTaken = try await eventually(moving: time) {
                await announced.announcements(countMax: 99).count >= count
            }
            #expect(isTaken)
        }

        /// Moves the clock and waits until the platform was asked so often, and so often in this start.
        func asked(
            _ stub: LimitationStub, _ count: Int, after seconds: UInt64 = 0, inThisStart: UInt64? = nil
        ) async throws {
            time.advance(milliseconds: seconds * 1_000)
            // When it is asked next is fixed with the count, so the clock may move on from then on.
            let isAsked = try await eventually(moving: time) {
                let figures = await announced.figures()
                return stub.asked.count >= count
                    && figures.answers + figures.failedAsks >= inThisStart ?? UInt64(count)
            }
            #expect(isAsked)
        }

        /// The gate's answer to a payment request of the merchant.
        func ask() async -> (status: Int, body: String) {
            let box = AnswerBox()
            let request = DataPlaneRequest(
                method: "POST", target: PaymentGatePath.paymentRequests, headers: ["Authorization": "Bearer \(token)"],
                body: ByteBuffer(
                    string: #"{"merchant_id":"\#(AnnouncedWorld.merchant)","out_trade_no":"T1","amount":100}"#))
            gate.handle([DataPlaneExchange(request: request, sink: box)])
            let answer = await box.answer()
            return (answer.status, String(buffer: answer.body))
        }
    }

    /// Starts it, runs `body`, stops it; the store must be sound afterwards.
    func run(
        query: LimitationStub? = nil, _ body: @escaping @Sendable (Running) async throws -> Void
    ) async throws {
        let problems = try await store.run { broker in
            let running = try await self.open(broker, query)
            let service = Task { try await running.announced.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(running)) } catch { result = .failure(error) }
            service.cancel()
            _ = try? await service.value
            try result.get()
        }.problems
        #expect(problems.isEmpty)
    }

    private func open(_ broker: EmbeddedBroker, _ query: LimitationStub?) async throws -> Running {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let directory = MerchantDirectory()
        directory.replace(Merchant(merchantID: Self.merchant))
        let table = RestrictionTable()
        let book = RestrictionBook(broker: broker, table: table, time: store.time)
        try await book.load()
        let watch = RestrictedPaymentWatch(table: table, time: store.time, logger: logger)
        let entry = try await PaymentEntry.open(broker: broker, stores: NoStores(), time: store.time, watch: watch)
        return Running(
            broker: broker, book: book, table: table,
            announced: try await PlatformRestrictions.open(
                broker: broker, book: book, query: query, time: store.time, logger: logger),
            entry: entry,
            ingest: NoticeIngest(entry: entry, verifier: try VectorNotice.verifier(), time: store.time, logger: logger),
            watch: watch,
            gate: Gatekeeper(
                merchants: directory, restrictions: table,
                tokens: try AccessTokens([.init(role: .gate, token: token)]), time: store.time),
            token: token, time: store.time)
    }
}
