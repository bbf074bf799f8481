import AccessControl
import Engine
import HTTPDataPlane
import Logging
import Merchants
import MessageModel
import QueueStore
import RiskRules
import RiskWindows
import TestSupport
import Testing
import Tillwire
import Webhooks

@testable import RiskControl

@Suite("The outbox of decisions")
struct CallbackOutboxTests {
    /// Decisions of three merchants in turn: a block, then its affirmations.
    private static func messages(count: Int) -> [CallbackMessage] {
        let rules = RuleSet(
            name: "o", blockMinutes: 2, rules: [Rule(name: "cap", window: .minute, test: .cap(amountMaxFen: 10))])
        var detector = RiskDetector(rules: rules)
        var messages: [CallbackMessage] = []
        var number: Int64 = 0
        while messages.count < count {
            let decision = detector.take(
                RiskOrder(
                    transactionID: "t\(number)", merchantID: "163000000\(number % 3)", payer: "p", amountFen: 11,
                    timeMillis: Int64(RiskWorld.start) + number * 25_000))
            number += 1
            if let message = decision.flatMap({ CallbackMessage($0) }) { messages.append(message) }
        }
        return messages
    }

    private static func commit(_ messages: [CallbackMessage], _ broker: EmbeddedBroker) async throws {
        try await broker.commit(
            Transaction(rows: messages.map { RowChange(space: RiskRows.space, key: $0.key, value: Bytes($0.body)) }))
    }

    private static func outbox(
        _ broker: EmbeddedBroker, _ book: RestrictionBook<Store>, _ sender: CallbackSender?, _ time: any TimeSource
    ) -> CallbackOutbox<Store> {
        CallbackOutbox(
            broker: broker, book: book, sender: sender, time: time,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), loadedCountMax: 4)
    }

    @Test(
        "more entries than memory holds are all applied and told, in order per merchant, those that come meanwhile too")
    func beyondMemory() async throws {
        let messages = Self.messages(count: 60)
        let loops = DataPlaneLoops(count: 1)
        let stub = CallbackStub()
        let server = DataPlaneServer(settings: .init(), loops: loops, handler: stub)
        let address = try await server.start()
        let policy = try EndpointPolicy(
            allowsPlainHTTP: true, allowsIPLiterals: true, allowsAnyPort: true,
            addresses: AddressPolicy(allowList: AddressAllowList(privateRanges: [], singleAddresses: ["127.0.0.1"])))
        let client = OutboundClient(settings: OutboundSettings(policy: policy), loops: loops)
        let settings = CallbackSettings(
            url: try EndpointURL.parse("http://127.0.0.1:\(address.port)/", policy: policy),
            signer: try WebhookSigner(keys: [.secret(.generate())]))
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let book = RestrictionBook(broker: broker, table: RestrictionTable(), time: store.time)
            let sender = CallbackSender(settings: settings, client: client, time: store.time)
            let outbox = Self.outbox(broker, book, sender, store.time)
            try await Self.commit(Array(messages[..<30]), broker)
            try await outbox.resync()
            let running = Task { await outbox.run() }
            for start in stride(from: 30, to: 60, by: 5) {
                let batch = Array(messages[start..<(start + 5)])
                try await Self.commit(batch, broker)
                outbox.add(batch)
                await Task.yield()
            }
            while outbox.figures.answered < 60 { await Task.yield() }
            while try await !broker.rows(RowRead(space: RiskRows.space, prefix: CallbackMessage.keyPrefix)).isEmpty {
                await Task.yield()
            }
            running.cancel()
            await running.value
            // Each case stands as its last decision said.
            for merchant in 0..<3 {
                let last = messages.last { $0.merchantID == "163000000\(merchant)" }
                let standing = await book.standing(caseID: last?.caseID ?? "")?.restriction
                #expect(standing?.expiresAtMillis == last?.untilMillis)
            }
        }
        await server.stop(graceSeconds: 0)
        await client.shutdown()
        await loops.shutdown()
        #expect(problems == [])
        #expect(stub.ids.count == 60)
        for merchant in 0..<3 {
            let own = messages.filter { $0.merchantID == "163000000\(merchant)" }.map(\.decisionID)
            #expect(stub.ids.filter { own.contains($0) } == own)
        }
    }

    @Test(
        "without a URL entries beyond memory are applied in order and their rows go; a row that cannot be read is counted and stops nothing"
    )
    func withoutURL() async throws {
        let messages = Self.messages(count: 20)
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let table = RestrictionTable()
            let book = RestrictionBook(broker: broker, table: table, time: store.time)
            let outbox = Self.outbox(broker, book, nil, store.time)
            try await Self.commit(messages, broker)
            let odd = RowChange(space: RiskRows.space, key: CallbackMessage.key(7), value: "no entry")
            try await broker.commit(Transaction(rows: [odd]))
            try await outbox.resync()
            let running = Task { await outbox.run() }
            while try await broker.rows(RowRead(space: RiskRows.space, prefix: CallbackMessage.keyPrefix)).count > 1 {
                await Task.yield()
            }
            running.cancel()
            await running.value
            #expect(table.count == 3)
            #expect(outbox.figures.restrictionFailures > 0)
        }
        #expect(problems == [])
    }

    @Test("lanes start each merchant's first callback only, the longest due first, and pause the failed one alone")
    func lanes() throws {
        let messages = Self.messages(count: 9)
        var lanes = CallbackLanes()
        for message in messages { lanes.add(message) }
        let started = (0..<4).map { _ in lanes.start(nowMillis: 0) }
        #expect(started.map { $0?.number } == [1, 2, 3, nil])
        let first = try #require(started[0])
        let second = try #require(started[1])
        lanes.finished(first, isAnswered: false, nowMillis: 10)
        lanes.finished(second, isAnswered: true, nowMillis: 10)
        let next = [10, 1_009].map { lanes.start(nowMillis: $0) }
        #expect(next.map { $0?.merchantID } == [second.merchantID, nil])
        #expect(lanes.nextDueMillis == 1_010)
        let again = lanes.start(nowMillis: 1_010)
        #expect(again == first)
        lanes.finished(first, isAnswered: false, nowMillis: 2_000, retryAfterMillis: 7_000)
        #expect(lanes.nextDueMillis == 9_000)
        #expect(lanes.count == 8 && lanes.inFlightCount == 2)
    }
}
