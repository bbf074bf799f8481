import BoundedJSON
import CampaignRules
import CampaignTestSupport
import Campaigns
import Engine
import MessageModel
import PaymentNotice
import PromotionCampaign
import TestSupport
import Testing
import Tillwire
import TopicConsumer

@Suite("Promotions grant rewards")
struct PromotionGrantingTests {
    /// Compares figures and grants of all promotions with the plain model; the queue of grants is empty afterwards.
    static func expectPlain(
        _ orders: [OrderPaymentMessage], _ service: PromotionCampaign<Store>, _ broker: EmbeddedBroker
    ) async throws {
        let grants = try await ReadGrant.all(broker)
        #expect(Set(grants.map(\.id)).count == grants.count)
        var total = 0
        for promotion in try Road.promotions() {
            var plain = PlainPromotion(promotion)
            for order in orders { plain.take(order) }
            plain.expect(try await service.get(id: promotion.id).figures)
            let mine = grants.filter { $0.promotionID == promotion.id }
            #expect(mine.count == plain.grants.count, "\(promotion.id)")
            #expect(Dictionary(mine.map { ($0.transactionID, $0.rewardFen) }) { $0 + $1 } == plain.grants)
            total += mine.count
        }
        #expect(total == grants.count)
    }

    @Test(
        "grants, refusals and messages are those of a plain count: budget to the fen, payer's limit, one message a grant"
    )
    func plainCount() async throws {
        let orders = try Road.orders(count: 3_000, seed: 11)
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await Road.open(store, broker)
            for promotion in try Road.promotions() { #expect(try await service.put(promotion).isNew) }
            try await Road.publish(orders, broker)
            try await Road.drain(service)
            let fixed = try await service.get(id: "fixed").figures
            #expect(fixed.grantedFen == 20_000)
            #expect(fixed.refusedBudgetCount > 100)
            #expect(try await service.get(id: "payer").figures.refusedPayerCount > 100)
            try await Self.expectPlain(orders, service, broker)
            #expect(await service.figures().consumedCount == 3_000)
            #expect(await service.figures().failureCount == 0)
        }
        #expect(problems == [])
    }

    @Test("after a restart in the middle the rows are byte for byte those of one run, and no grant is told twice")
    func restart() async throws {
        let orders = try Road.orders(count: 2_000, seed: 12)
        let straight = TemporaryStore()
        let (expected, _) = try await straight.run { broker in
            let service = try await Road.open(straight, broker)
            for promotion in try Road.promotions() { _ = try await service.put(promotion) }
            try await Road.publish(orders, broker)
            try await Road.drain(service)
            return try await Road.rows(.init(rawValue: 5), broker)
        }
        let broken = TemporaryStore()
        _ = try await broken.run { broker in
            let service = try await Road.open(broken, broker)
            for promotion in try Road.promotions() { _ = try await service.put(promotion) }
            try await Road.publish(orders, broker)
            try await Road.drain(service) { await service.figures().consumedCount > 500 }
            #expect(try await service.queue.figures().waiting > 0)
        }
        let (rows, problems) = try await broken.run { broker in
            let service = try await Road.open(broken, broker)
            try await Road.drain(service)
            #expect(await service.figures().consumedCount < 1_500)
            let rows = try await Road.rows(.init(rawValue: 5), broker)
            try await Self.expectPlain(orders, service, broker)
            return rows
        }
        #expect(rows.count > 1_000)
        #expect(rows == expected)
        #expect(problems == [])
    }

    @Test("commits that fail lose nothing and double nothing", arguments: 0..<3)
    func failingCommits(start: Int) async throws {
        let orders = try Road.orders(count: 600, seed: 13)
        let faults = FaultSwitch()
        let store = TemporaryStore(adjust: faults.install)
        let (_, problems) = try await store.run { broker in
            let service = try await Road.open(store, broker)
            for promotion in try Road.promotions() { _ = try await service.put(promotion) }
            try await Road.publish(orders, broker)
            faults.arm(from: start)
            try await Road.drain(service) {
                if await service.figures().failureCount >= 3 { faults.disarm() }
                return false
            }
            faults.disarm()
            #expect(await service.figures().failureCount > 0)
            #expect(await service.figures().consumedCount == 600)
            try await Self.expectPlain(orders, service, broker)
        }
        #expect(problems == [])
    }

    @Test("a budget of three rewards and a half grants three; what is refused is counted once, however often it comes")
    func exhaustion() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await Road.open(store, broker)
            _ = try await service.put(try Road.promotion("p", budgetFen: 700, ends: Road.nowMillis + 1))
            let orders = try (1...5).map { try Road.order("tx\($0)") }
            try await Road.publish(orders + orders, broker)
            try await Road.drain(service)
            let standing = try await service.get(id: "p")
            #expect(standing.state == .exhausted)
            #expect(standing.figures.grantCount == 3)
            #expect(standing.figures.grantedFen == 600)
            #expect(standing.figures.refusedBudgetCount == 2)
            #expect(try await ReadGrant.all(broker).map(\.transactionID) == ["tx1", "tx2", "tx3"])
            // A larger budget grants to new orders; what was refused stays refused.
            _ = try await service.put(try Road.promotion("p", budgetFen: 10_000, ends: Road.nowMillis + 1))
            try await Road.publish([orders[4], try Road.order("tx6")], broker)
            try await Road.drain(service)
            #expect(try await service.get(id: "p").figures.grantCount == 4)
            #expect(try await ReadGrant.all(broker).map(\.transactionID) == ["tx6"])
        }
        #expect(problems == [])
    }

    @Test("a payer gets as many grants as one payer gets; payers without a name are one")
    func payerLimit() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let service = try await Road.open(store, broker)
            _ = try await service.put(try Road.promotion("p", perPayer: 2, ends: Road.nowMillis + 1))
            let long = String(repeating: "x", count: 100)
            let payers = ["a", "a", "a", "", "", "", "", long, long, long, long + "y"]
            try await Road.publish(try payers.enumerated().map { try Road.order("tx\($0)", payer: $1) }, broker)
            try await Road.drain(service)
            let figures = try await service.get(id: "p").figures
            #expect(figures.grantCount == 7)
            #expect(figures.refusedPayerCount == 4)
        }
    }

    @Test("a grant's message says what it is for, and its bytes are a function of the order alone")
    func message() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let service = try await Road.open(store, broker)
            _ = try await service.put(try Road.promotion("p", ends: Road.nowMillis + 1))
            try await Road.publish([try Road.order("tx1", paidAt: Road.nowMillis - 1)], broker)
            store.time.advance(milliseconds: 5_000)
            try await Road.drain(service)
            let messages = try await broker.queue(EntityName(PromotionQueues.grants)).receive(max: 10)
            let expected = """
                {"type":"promotion.grant","timestamp":"2025-10-09T08:53:19.999Z","data":{"grant_id":"gr_1_tx1",\
                "promotion_id":"p","transaction_id":"tx1","out_trade_no":"no1","merchant_id":"m1","store_id":"s1",\
                "payer":"payer1","order_amount":1000,"reward":200}}
                """
            #expect(messages.map(\.body.text) == [expected])
        }
    }

    @Test("as many promotions as may concern a merchant, with the longest messages, go through commits of legal size")
    func fullLoad() async throws {
        let countMax = Promotion.perMerchantCountMax
        let orders = try (0..<8).map {
            try Road.order("tx\($0)", payer: "\($0)" + String(repeating: "p", count: 19_000))
        }
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await Road.open(store, broker)
            for index in 0..<countMax {
                _ = try await service.put(try Road.promotion("p\(index)", ends: Road.nowMillis + 1))
            }
            await #expect(throws: CampaignError.self) {
                try await service.put(try Road.promotion("more", ends: Road.nowMillis + 1))
            }
            try await Road.publish(orders, broker)
            try await Road.drain(service)
            #expect(await service.figures().failureCount == 0)
            #expect(
                try await broker.queue(EntityName(PromotionQueues.grants)).figures().waiting == UInt64(8 * countMax))
        }
        #expect(problems == [])
    }
}
