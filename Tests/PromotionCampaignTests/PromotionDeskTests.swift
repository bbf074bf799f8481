import CampaignRules
import CampaignTestSupport
import Campaigns
import Engine
import MessageModel
import PaymentNotice
import PromotionCampaign
import ServiceLifecycle
import ServiceLifecycleTestKit
import TestSupport
import Testing
import Tillwire
import TopicConsumer

@Suite("The desk of promotions")
struct PromotionDeskTests {
    private static func promotion(_ id: String, budgetFen: Int64 = 1_000) throws -> Promotion {
        try Road.promotion(id, budgetFen: budgetFen, ends: Road.nowMillis + 1)
    }

    @Test("put, get, list and remove say what there is, and a budget below what is granted is refused")
    func desk() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await Road.open(store, broker)
            await #expect(throws: CampaignError.notFound(.promotion, id: "a")) { try await service.get(id: "a") }
            #expect(try await !service.remove(id: "a"))
            #expect(try await service.put(try Self.promotion("b")).isNew)
            #expect(try await service.put(try Self.promotion("a")).standing.state == .running)
            try await Road.publish([try Road.order("1"), try Road.order("2")], broker)
            try await Road.drain(service)
            await #expect(throws: CampaignError.budgetBelowGranted(budgetFen: 399, grantedFen: 400)) {
                try await service.put(try Self.promotion("a", budgetFen: 399))
            }
            let (standing, isNew) = try await service.put(try Self.promotion("a", budgetFen: 400))
            #expect(!isNew)
            #expect(standing.state == .exhausted)
            #expect(standing.figures.grantCount == 2)
            #expect(try await service.list(after: "", countMax: 10).map(\.promotion.id) == ["a", "b"])
            #expect(try await service.list(after: "a", countMax: 10).map(\.promotion.id) == ["b"])
        }
        _ = try await store.run { broker in
            let service = try await Road.open(store, broker)
            #expect(try await service.get(id: "a").promotion.budgetFen == 400)
            #expect(try await service.get(id: "a").figures.grantedFen == 400)
        }
        #expect(problems == [])
    }

    @Test("a promotion removed and made again grants anew under other ids, and the sweep leaves nothing of the old one")
    func removal() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await Road.open(store, broker)
            let orders = try (0..<300).map { try Road.order("tx\($0)") }
            _ = try await service.put(try Self.promotion("a", budgetFen: 600))
            try await Road.publish(orders, broker)
            try await Road.drain(service)
            #expect(try await service.remove(id: "a"))
            #expect(try await service.put(try Self.promotion("a")).standing.figures == PromotionFigures())
            try await Road.publish([orders[0]], broker)
            try await Road.drain(service)
            #expect(try await service.sweep() == 301)
            #expect(try await ReadGrant.all(broker).map(\.id) == ["gr_1_tx0", "gr_1_tx1", "gr_1_tx2", "gr_2_tx0"])
            // Control row, definition, figures, one order, its payer.
            #expect(try await Road.rows(.init(rawValue: 5), broker).count == 5)
        }
        #expect(problems == [])
    }

    @Test("what is no order, of an unknown merchant or of an impossible amount earns nothing and is set aside")
    func setAside() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let service = try await Road.open(store, broker)
            _ = try await service.put(try Self.promotion("a"))
            try await broker.topic(EntityName(RoadNames.orderPaymentsTopic)).publish("{}")
            let free = try Road.order("free", amount: 0)
            try await Road.publish([try Road.order("x", merchant: "stranger"), free, try Road.order("b")], broker)
            try await Road.drain(service)
            #expect(try await service.get(id: "a").figures.grantCount == 1)
            let counts = await service.figures().setAsideCounts.filter { $0.value > 0 }
            #expect(counts == [.malformed: 1, .unknownMerchant: 1, .amount: 1])
            #expect(await service.setAside(countMax: 1).map(\.order.transactionID) == ["free"])
        }
    }

    @Test("the running service grants, and ends with the graceful shutdown")
    func running() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await Road.open(store, broker)
            _ = try await service.put(try Self.promotion("a"))
            try await Road.publish([try Road.order("1")], broker)
            try await testGracefulShutdown { trigger in
                async let ended: Void = service.run()
                while try await service.queue.figures().waiting > 0 { await Task.yield() }
                trigger.triggerGracefulShutdown()
                try await ended
            }
            #expect(try await ReadGrant.all(broker).count == 1)
        }
        #expect(problems == [])
    }
}
