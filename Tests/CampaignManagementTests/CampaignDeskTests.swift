import CampaignManagement
import CampaignRules
import CampaignTestSupport
import Campaigns
import Engine
import MessageModel
import PaymentNotice
import ServiceLifecycle
import TestSupport
import Testing
import Tillwire

@Suite("The desk of campaigns")
struct CampaignDeskTests {
    private static func campaign(
        _ id: String, name: String = "Summer", ends: Int64 = Road.nowMillis + 1
    ) throws -> Campaign {
        try Campaign(id: id, name: name, criteria: try Road.criteria(ends: ends))
    }

    private static func kinds(_ broker: EmbeddedBroker) async throws -> Set<UInt8> {
        Set(try await Road.rows(.init(rawValue: 4), broker).compactMap(\.key.slice.first))
    }

    @Test("put, get, list and remove say what there is, and survive a restart")
    func desk() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await CampaignCountingTests.open(store, broker)
            await #expect(throws: CampaignError.notFound(.campaign, id: "a")) { try await service.get(id: "a") }
            #expect(try await !service.remove(id: "a"))
            #expect(try await service.put(try Self.campaign("b")).isNew)
            #expect(try await service.put(try Self.campaign("a")).standing.state == .running)
            #expect(try await service.list(after: "", countMax: 10).map(\.campaign.id) == ["a", "b"])
            #expect(try await service.list(after: "a", countMax: 10).map(\.campaign.id) == ["b"])
            #expect(try await service.list(after: "", countMax: 1).count == 1)
        }
        _ = try await store.run { broker in
            let service = try await CampaignCountingTests.open(store, broker)
            #expect(try await service.get(id: "b").campaign == Self.campaign("b"))
            store.time.advance(milliseconds: 1)
            #expect(try await service.get(id: "b").state == .ended)
            #expect(try await service.remove(id: "b"))
            #expect(try await service.list(after: "", countMax: 10).map(\.campaign.id) == ["a"])
        }
        #expect(problems == [])
    }

    @Test("a changed campaign keeps its figures and the orders it counted")
    func change() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let service = try await CampaignCountingTests.open(store, broker)
            _ = try await service.put(try Self.campaign("a"))
            try await Road.publish([try Road.order("1"), try Road.order("2")], broker)
            try await Road.drain(service)
            let changed = try await service.put(try Self.campaign("a", name: "Autumn"))
            #expect(!changed.isNew)
            #expect(changed.standing.figures.orderCount == 2)
            try await Road.publish([try Road.order("1"), try Road.order("3")], broker)
            try await Road.drain(service)
            let standing = try await service.get(id: "a")
            #expect(standing.campaign.name == "Autumn")
            #expect(standing.figures.orderCount == 3)
            #expect(standing.figures.payerCount == 1)
        }
    }

    @Test("a removed campaign leaves no rows after the sweep, and the same id begins at zero")
    func removal() async throws {
        let orders = try (0..<700).map { try Road.order("tx\($0)", payer: "payer\($0 % 300)") }
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await CampaignCountingTests.open(store, broker)
            _ = try await service.put(try Self.campaign("a"))
            try await Road.publish(orders, broker)
            try await Road.drain(service)
            #expect(try await service.remove(id: "a"))
            #expect(try await service.put(try Self.campaign("a")).standing.figures == CampaignFigures())
            try await Road.publish([orders[0]], broker)
            try await Road.drain(service)
            #expect(try await Self.kinds(broker) == [0, 1, 2, 3, 4, 5])
            #expect(try await service.sweep() == 1_000)
            #expect(try await service.sweep() == 0)
            #expect(try await service.get(id: "a").figures.orderCount == 1)
            #expect(try await Road.rows(.init(rawValue: 4), broker).count == 5)
            #expect(await service.figures().sweptRowCount == 1_000)
        }
        #expect(problems == [])
    }

    @Test("an interrupted sweep goes on after a restart")
    func interruptedSweep() async throws {
        let orders = try (0..<600).map { try Road.order("tx\($0)") }
        let faults = FaultSwitch()
        let store = TemporaryStore(adjust: faults.install)
        _ = try await store.run { broker in
            let service = try await CampaignCountingTests.open(store, broker)
            _ = try await service.put(try Self.campaign("a"))
            try await Road.publish(orders, broker)
            try await Road.drain(service)
            #expect(try await service.remove(id: "a"))
            faults.arm(from: 2)
            await #expect(throws: (any Error).self) { try await service.sweep() }
            faults.disarm()
        }
        let (_, problems) = try await store.run { broker in
            let service = try await CampaignCountingTests.open(store, broker)
            #expect(try await Self.kinds(broker) == [0, 3, 4, 5])
            let rest = try await service.sweep()
            #expect(rest == 601 - 256 || rest == 601)
            #expect(try await Self.kinds(broker) == [0])
        }
        #expect(problems == [])
    }

    @Test(
        "seven days after its end by the event clock a campaign is closed: its orders are forgotten, its figures stay")
    func closing() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await CampaignCountingTests.open(store, broker)
            _ = try await service.put(try Self.campaign("a"))
            try await Road.publish([try Road.order("1")], broker)
            try await Road.drain(service)
            #expect(try await service.sweep() == 0)
            store.time.advance(milliseconds: 8 * 86_400_000)
            #expect(try await service.sweep() == 0)
            let late = Road.nowMillis + 8 * 86_400_000
            try await Road.publish([try Road.order("2", paidAt: late), try Road.order("3")], broker)
            try await Road.drain(service)
            #expect(try await service.sweep() == 2)
            #expect(try await service.get(id: "a").figures.orderCount == 1)
            #expect(try await Self.kinds(broker) == [0, 1, 2])
            await #expect(throws: CampaignError.self) { try await service.put(try Self.campaign("a", ends: late * 2)) }
        }
        #expect(problems == [])
    }

    @Test("the running service counts, sweeps what is removed without being asked, and stops when it is cancelled")
    func running() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let service = try await CampaignCountingTests.open(store, broker)
            _ = try await service.put(try Self.campaign("a"))
            try await Road.publish([try Road.order("1")], broker)
            let running = Task { try await service.run() }
            while try await service.queue.figures().waiting > 0 { await Task.yield() }
            #expect(try await service.remove(id: "a"))
            while try await Self.kinds(broker) != [0] { await Task.yield() }
            running.cancel()
            try await running.value
        }
        #expect(problems == [])
    }

    @Test("a closed store is told as such")
    func closedStore() async throws {
        let store = TemporaryStore()
        let broker = try await EmbeddedBroker.open(at: store.folder.path, options: store.options)
        let service = try await CampaignCountingTests.open(store, broker)
        await broker.close()
        await #expect(throws: CampaignError.store("the store is closed")) { try await service.get(id: "a") }
        await service.consumeAndSweep()
    }
}
