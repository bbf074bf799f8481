import CampaignManagement
import CampaignRules
import CampaignTestSupport
import Campaigns
import Engine
import MessageModel
import PaymentNotice
import TestSupport
import Testing
import Tillwire
import TopicConsumer

@Suite("Campaigns count orders")
struct CampaignCountingTests {
    static func campaigns() throws -> [Campaign] {
        [
            try Campaign(id: "all", name: "All", criteria: try Road.criteria()),
            try Campaign(id: "large", name: "Large", criteria: try Road.criteria(amountMin: 2_500)),
            try Campaign(id: "two", name: "Two", criteria: try Road.criteria(merchants: ["m1", "m3"])),
            try Campaign(
                id: "later", name: "Later", criteria: try Road.criteria(starts: Road.nowMillis, ends: .max / 1_000_000)),
        ]
    }

    /// What the campaign should have counted, from the orders alone.
    static func expected(_ campaign: Campaign, _ orders: [OrderPaymentMessage]) -> CampaignFigures {
        var figures = CampaignFigures()
        var seen: Set<String> = []
        var payers: Set<String> = []
        for order in orders {
            let admits = campaign.criteria.admits(
                merchantID: order.merchantID, amountFen: order.amount, paidAtMillis: order.timestampMillis)
            guard admits, seen.insert(order.transactionID).inserted else { continue }
            figures.count(amountFen: order.amount, isNewPayer: payers.insert(order.payer).inserted)
        }
        return figures
    }

    static func open(_ store: TemporaryStore, _ broker: EmbeddedBroker) async throws -> CampaignManagement<Store> {
        try await CampaignManagement.open(
            broker: broker, merchants: TenMerchants(), time: store.time, logger: Road.logger)
    }

    @Test("orders, amounts and payers are those of a plain count, whatever comes twice")
    func plainCount() async throws {
        let orders = try Road.orders(count: 3_000, seed: 1)
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await Self.open(store, broker)
            for campaign in try Self.campaigns() { #expect(try await service.put(campaign).isNew) }
            try await Road.publish(orders, broker)
            try await Road.drain(service)
            for campaign in try Self.campaigns() {
                let figures = try await service.get(id: campaign.id).figures
                #expect(figures == Self.expected(campaign, orders), "\(campaign.id)")
            }
            #expect(try await service.get(id: "two").figures.orderCount > 200)
            let told = await service.figures()
            #expect(told.consumedCount == 3_000)
            #expect(told.failureCount == 0)
            #expect(told.definitionCount == 4)
            #expect(told.clockMillis == orders.map(\.timestampMillis).max())
        }
        #expect(problems == [])
    }

    @Test("after a restart in the middle the rows are byte for byte those of one run")
    func restart() async throws {
        let orders = try Road.orders(count: 2_000, seed: 2)
        let straight = TemporaryStore()
        let (expected, _) = try await straight.run { broker in
            let service = try await Self.open(straight, broker)
            for campaign in try Self.campaigns() { _ = try await service.put(campaign) }
            try await Road.publish(orders, broker)
            try await Road.drain(service)
            return try await Road.rows(.init(rawValue: 4), broker)
        }
        let broken = TemporaryStore()
        _ = try await broken.run { broker in
            let service = try await Self.open(broken, broker)
            for campaign in try Self.campaigns() { _ = try await service.put(campaign) }
            try await Road.publish(orders, broker)
            try await Road.drain(service) { await service.figures().consumedCount > 500 }
            #expect(try await service.queue.figures().waiting > 0)
        }
        let (rows, problems) = try await broken.run { broker in
            let service = try await Self.open(broken, broker)
            try await Road.drain(service)
            #expect(await service.figures().consumedCount < 1_500)
            return try await Road.rows(.init(rawValue: 4), broker)
        }
        #expect(rows.count > 1_000)
        #expect(rows == expected)
        #expect(problems == [])
    }

    @Test("commits that fail lose nothing and double nothing", arguments: 0..<3)
    func failingCommits(start: Int) async throws {
        let orders = try Road.orders(count: 600, seed: 3)
        let faults = FaultSwitch()
        let store = TemporaryStore(adjust: faults.install)
        let (_, problems) = try await store.run { broker in
            let service = try await Self.open(store, broker)
            for campaign in try Self.campaigns() { _ = try await service.put(campaign) }
            try await Road.publish(orders, broker)
            faults.arm(from: start)
            try await Road.drain(service) {
                if await service.figures().failureCount >= 3 { faults.disarm() }
                return false
            }
            faults.disarm()
            #expect(await service.figures().failureCount > 0)
            #expect(await service.figures().consumedCount == 600)
            for campaign in try Self.campaigns() {
                let figures = try await service.get(id: campaign.id).figures
                #expect(figures == Self.expected(campaign, orders), "\(campaign.id)")
            }
        }
        #expect(problems == [])
    }

    @Test("what is no order, of an unknown merchant or of an impossible amount is set aside and counted by reason")
    func setAside() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await Self.open(store, broker)
            _ = try await service.put(
                try Campaign(id: "all", name: "All", criteria: try Road.criteria(ends: Road.nowMillis + 1)))
            let topic = try broker.topic(EntityName(RoadNames.orderPaymentsTopic))
            try await topic.publish("no order at all")
            let free = try Road.order("free", amount: 0)
            try await Road.publish([try Road.order("a", merchant: "stranger"), free, try Road.order("b")], broker)
            try await Road.drain(service)
            #expect(try await service.get(id: "all").figures.orderCount == 1)
            let told = await service.figures()
            #expect(told.consumedCount == 1)
            #expect(told.setAsideCounts.filter { $0.value > 0 } == [.malformed: 1, .unknownMerchant: 1, .amount: 1])
            let entries = await service.setAside(countMax: 2)
            #expect(entries.map(\.order.transactionID) == ["free", "a"])
        }
        _ = try await store.run { broker in
            let again = try await Self.open(store, broker)
            _ = try await again.list(after: "", countMax: 1)
            #expect(
                await again.setAside(countMax: 10).map(\.order.reason) == [.amount, .unknownMerchant, .malformed])
        }
        #expect(problems == [])
    }
}
