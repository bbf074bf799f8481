import AccessControl
import CampaignManagement
import Console
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Merchants
import MessageModel
import NIOCore
import PaymentNotice
import PromotionCampaign
import QueueStore
import RiskControl
import RiskRules
import Synchronization
import TestSupport
import Testing
import Tillwire
import TopicConsumer

@Suite("Console: risk, campaigns, promotions")
struct ConsumerRoutesTests {
    private struct Everybody: KnownMerchants {
        func isKnown(merchantID: String) -> Bool { true }
    }

    private final class Rules: Sendable {
        let text = Mutex(
            "{\"rule_set\":\"one\"}\n{\"rule\":\"cap\",\"kind\":\"cap\",\"window\":\"1h\",\"amount_max\":1000}")
        func read() throws(RuleFileError) -> RuleSet { try RuleSet.parse(Array(text.withLock { $0 }.utf8)) }
    }

    private typealias Ask = ConsoleTests.Ask

    /// Runs `body` against the routes over the real services, with so many orders of 6.00 yuan of merchant 1630000001 consumed.
    private func with(
        orders: Int = 0,
        _ body: @escaping @Sendable (_ ask: ConsoleTests.Ask, _ rules: @Sendable (String) -> Void) async throws -> Void
    ) async throws {
        let store = TemporaryStore()
        let token = AccessTokens.makeToken()
        let rules = Rules()
        let problems = try await store.run { broker in
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            let directory = MerchantDirectory()
            let book = RestrictionBook(broker: broker, table: RestrictionTable(), time: store.time)
            let risk = try await RiskControl.open(
                broker: broker, merchants: Everybody(), book: book, callback: nil,
                rules: { () throws(RuleFileError) in try rules.read() }, time: store.time, logger: logger)
            let campaigns = try await CampaignManagement.open(
                broker: broker, merchants: Everybody(), time: store.time, logger: logger)
            let promotions = try await PromotionCampaign.open(
                broker: broker, merchants: Everybody(), time: store.time, logger: logger)
            let services = ConsoleServices(
                broker: broker,
                registry: MerchantRegistry(
                    broker: broker, rules: MerchantRules(endpointURL: { _ in nil }, signingKey: { _ in nil }),
                    directory: directory), directory: directory, book: book,
                tokens: try AccessTokens([.init(role: .operator, token: token)]), risk: risk, campaigns: campaigns,
                promotions: promotions,
                setAside: [SetAsideSource(name: "risk") { await risk.setAsideOrders(countMax: $0) }], metrics: { [] })
            let running = Task { try await risk.run() }
            let topic = try broker.topic("order-payments")
            for number in 0..<orders { try await topic.publish(Self.order("t\(number)", 600)) }
            if orders > 0 { try await topic.publish(Self.order("bad", 0)) }
            while try await risk.queue.figures().waiting > 0 { await Task.yield() }
            while await risk.figures().callbacks.waitingRestrictions > 0 { await Task.yield() }
            let application = Application(router: OperatorAPI.router(services))
            try await application.test(.router) { client in
                try await body(ConsoleTests.Ask(client: client, token: token)) { text in
                    rules.text.withLock { $0 = text }
                }
            }
            running.cancel()
            _ = await running.result
        }.problems
        #expect(problems == [])
    }

    private static func order(_ transaction: String, _ amountFen: Int) -> Bytes {
        let time = "2025-10-09T08:53:20.000Z"
        return Bytes(
            #"{"type":"order.paid","timestamp":"\#(time)","data":{"transaction_id":"\#(transaction)","out_trade_no":"o1","#
                + #""merchant_id":"1630000001","store_id":"","device_id":"","payer":"p","amount":\#(amountFen),"#
                + #""payer_amount":0,"discount":0,"currency":"CNY","trade_type":"JSAPI","bank_type":"","#
                + #""attach":"","paid_at":"\#(time)","source":"notice"}}"#)
    }

    @Test(
        "decisions, a merchant's windows and what was set aside are shown; a lift of risk control's case is a release there too"
    )
    func risk() async throws {
        try await with(orders: 2) { (ask, _) async throws in
            let decisions = try await ask(.get, "/admin/v1/risk/decisions")
            #expect(decisions.status == 200)
            for part in [
                #""number":1,"action":"block","merchant_id":"1630000001","sequence":1"#, #""rule":"cap""#,
                #""at":"2025-10-09T08:53:20.000Z","until":"2025-10-09T09:53:20.000Z""#,
                #""hits":[{"rule":"cap","window":"1h","amount":1200,"orders":2,"payers":1,"expected_amount":null,"limit":1000}]"#,
                #""reason":"2 orders of 12.00 yuan by 1 payers in 1h; the cap is 10.00 yuan""#, #""next":null"#,
            ] { #expect(decisions.text.contains(part), "\(part) in \(decisions.text)") }
            let other = try await ask(.get, "/admin/v1/risk/decisions?merchant_id=nobody")
            #expect(other.text == #"{"decisions":[],"next":null}"#)
            #expect(try await ask(.get, "/admin/v1/risk/decisions?after=x").status == 400)
            #expect(try await ask(.get, "/admin/v1/risk/decisions?after=1&before=2").status == 400)
            let merchant = try await ask(.get, "/admin/v1/risk/merchants/1630000001")
            #expect(merchant.text.contains(#""1h":{"amount":1200,"orders":2,"payers":1}"#))
            #expect(try await ask(.get, "/admin/v1/risk/merchants/x").status == 404)
            let setAside = try await ask(.get, "/admin/v1/set-aside")
            #expect(
                setAside.text.hasPrefix(
                    #"{"risk":[{"number":1,"reason":"amount","merchant_id":"1630000001","transaction_id":"bad""#))

            let restrictions = try await ask(.get, "/admin/v1/restrictions?merchant_id=1630000001")
            #expect(
                restrictions.text.contains(#""state":"in_force""#) && restrictions.text.contains(#""source":"risk""#))
            let start = try #require(restrictions.text.range(of: "risk-rd_"))
            let caseID = String(restrictions.text[start.lowerBound...].prefix(34))
            #expect(
                try await ask(.post, "/admin/v1/restrictions/\(caseID)/lift", #"{"reason":"checked"}"#).status == 200)
            let latest = try await ask(.get, "/admin/v1/risk/decisions?limit=1")
            #expect(latest.text.contains(#""action":"release""#) && latest.text.contains(#""note":"checked""#))
            #expect(latest.text.hasSuffix(#""next":2}"#))
            let again = try await ask(.post, "/admin/v1/restrictions/\(caseID)/lift")
            #expect(again.text.contains(#""outcome":"unchanged""#))
        }
    }

    @Test("rules are shown and read again; broken ones are refused with their line and the old ones stay")
    func rules() async throws {
        try await with { (ask, write) async throws in
            #expect(
                try await ask(.get, "/admin/v1/risk/rules").text.hasPrefix(
                    #"{"rule_set":"one","since_order":0,"lines":[{"rule_set":"one""#))
            write("{\"rule_set\":\"two\"}\n{\"rule\":\"cap\",\"kind\":\"cap\",\"window\":\"1h\"}")
            let refused = try await ask(.post, "/admin/v1/risk/rules/reload")
            #expect(refused.status == 400)
            #expect(refused.text.contains(#""code":"bad_rules","message":"rule file, line 2: amount_max is missing"#))
            #expect(try await ask(.get, "/admin/v1/risk/rules").text.contains(#""rule_set":"one""#))
            write("{\"rule_set\":\"two\"}\n{\"rule\":\"cap\",\"kind\":\"cap\",\"window\":\"1h\",\"amount_max\":1}")
            #expect(
                try await ask(.post, "/admin/v1/risk/rules/reload").text.contains(#""rule_set":"two","since_order":1"#))
        }
    }

    private static let campaign =
        #"{"name":"spring","starts":"2025-10-01T00:00:00Z","ends":"2025-11-01T00:00:00Z","merchants":["1630000001"]}"#

    @Test(
        "campaigns and promotions are made, changed, listed page by page, shown and removed, with errors that say what is allowed"
    )
    func definitions() async throws {
        try await with { (ask, _) async throws in
            let made = try await ask(.put, "/admin/v1/campaigns/c1", Self.campaign)
            #expect(made.status == 201)
            #expect(made.text.contains(#""state":"running","figures":{"orders":0,"amount":0,"payers":0}"#))
            #expect(try await ask(.put, "/admin/v1/campaigns/c1", Self.campaign).status == 200)
            _ = try await ask(.put, "/admin/v1/campaigns/c2", Self.campaign)
            let page = try await ask(.get, "/admin/v1/campaigns?limit=1")
            #expect(page.text.contains(#""campaign_id":"c1""#) && page.text.hasSuffix(#""next":"c1"}"#))
            #expect(try await ask(.get, "/admin/v1/campaigns?limit=1&after=c1").text.hasSuffix(#""next":null}"#))
            let odd = try await ask(.put, "/admin/v1/campaigns/c3", #"{"name":"x","odd":1}"#)
            #expect(odd.status == 400 && odd.text.contains(#"unknown member \"odd\""#))
            #expect(try await ask(.get, "/admin/v1/campaigns/c9").status == 404)
            #expect(try await ask(.delete, "/admin/v1/campaigns/c1").status == 204)
            #expect(try await ask(.delete, "/admin/v1/campaigns/c1").status == 404)

            let reward = Self.campaign.dropLast() + #","reward":{"kind":"fixed","amount":200},"budget":1000}"#
            let promotion = try await ask(.put, "/admin/v1/promotions/p1", String(reward))
            #expect(promotion.status == 201)
            #expect(
                promotion.text.contains(
                    #""figures":{"grants":0,"granted":0,"remaining":1000,"refused_budget":0,"refused_payer":0}"#))
            #expect(try await ask(.put, "/admin/v1/promotions/p1", Self.campaign).status == 400)
            #expect(try await ask(.get, "/admin/v1/promotions/p1").status == 200)
            #expect(try await ask(.get, "/admin/v1/promotions").text.hasSuffix(#""next":null}"#))
            #expect(try await ask(.delete, "/admin/v1/promotions/p1").status == 204)
        }
    }
}
