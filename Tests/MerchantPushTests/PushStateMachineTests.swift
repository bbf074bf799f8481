import AccessControl
@testable import MerchantPush
import PushSchedule
import Testing

@Suite("which order is attempted when")
struct PushStateMachineTests {
    private typealias Machine = PushStateMachine<Int>

    private func settings(slots: Int = 8, memory: Int = 64) -> MerchantPushSettings {
        var settings = MerchantPushSettings()
        settings.slotCountMax = slots
        settings.inMemoryCountMax = memory
        return settings
    }

    private func endpoint(_ name: String, address: String = "a") -> EndpointIdentity {
        EndpointIdentity(merchantID: name, endpointID: "ep_" + name, address: address, attemptMillis: 15_000)
    }

    private func finish(
        _ machine: inout Machine, _ slot: PushSlot, _ outcome: OutcomeClass, message: UInt64 = 0, at now: Int64 = 0
    ) -> [PushStep<Int>] {
        let result = EndpointHealth.Finished(
            outcome: outcome, message: message, wasProbe: slot.isProbe, latencyMillis: 10)
        return machine.finished(slot, result, nowMillis: now, sha256: Hashes.sha256).steps
    }

    private func slots(_ steps: [PushStep<Int>]) -> [(order: Int, slot: PushSlot)] {
        steps.compactMap { if case .start(let order, let slot) = $0 { (order, slot) } else { nil } }
    }

    private func delays(_ steps: [PushStep<Int>]) -> [Int] {
        steps.compactMap { if case .release(_, let delay) = $0 { delay } else { nil } }
    }

    /// Delivers `count` orders in a row, so that the endpoint is proven and its window grows.
    private func prove(_ machine: inout Machine, _ name: String, count: Int = 8) {
        for number in 0..<count {
            var steps = machine.arrived(
                number, for: endpoint(name), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0)
            while let (_, slot) = slots(steps).first { steps = finish(&machine, slot, .acked) }
        }
    }

    @Test("a new endpoint starts with two requests; the others wait and follow in order")
    func window() {
        var machine = Machine(settings: settings())
        var started: [(order: Int, slot: PushSlot)] = []
        for order in 0..<4 {
            started += slots(
                machine.arrived(order, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0))
        }
        #expect(started.map(\.order) == [0, 1])
        #expect(machine.waitingCount == 2)
        #expect(slots(finish(&machine, started[0].slot, .acked)).map(\.order) == [2, 3])
    }

    @Test("slow, failing and unproven endpoints share a quarter of the slots")
    func slowShare() {
        var machine = Machine(settings: settings(slots: 8))
        prove(&machine, "fast")
        var slow = 0
        for name in ["s1", "s2", "s3"] {
            slow +=
                slots(
                    machine.arrived(0, for: endpoint(name), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0)
                ).count
        }
        #expect(slow == 2)
        var fast = 0
        for order in 0..<8 {
            fast +=
                slots(
                    machine.arrived(
                        order, for: endpoint("fast"), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0)
                ).count
        }
        #expect(fast == 6)
        #expect(machine.inFlightCount == 8)
        #expect(machine.inFlightSlowCount == 2)
    }

    @Test("endpoints that wait for a slot take turns")
    func turns() {
        var machine = Machine(settings: settings(slots: 4))
        var started: [(order: Int, slot: PushSlot)] = []
        for order in 0..<3 {
            for name in ["a", "b", "c"] {
                started += slots(
                    machine.arrived(
                        order, for: endpoint(name), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0))
            }
        }
        // One slow slot: everybody is unproven.
        #expect(started.count == 1)
        var names = [started[0].slot.merchantID]
        var slot = started[0].slot
        for _ in 0..<5 {
            guard let next = slots(finish(&machine, slot, .serverError)).first else { break }
            names.append(next.slot.merchantID)
            slot = next.slot
        }
        #expect(names == ["a", "b", "c", "a", "b", "c"])
    }

    @Test("an open breaker sends its orders back until the probe, and the probe is one order")
    func breaker() throws {
        var machine = Machine(settings: settings())
        for number in 0..<10 {
            let steps = machine.arrived(
                number, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0)
            let slot = try #require(slots(steps).first).slot
            _ = finish(&machine, slot, .refused, message: UInt64(number))
        }
        let early = machine.arrived(10, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0)
        #expect(slots(early).isEmpty)
        let delay = try #require(delays(early).first)
        #expect((4_000...7_000).contains(delay))
        let due = machine.arrived(
            11, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 80_000, nowMillis: 7_000)
        let probe = try #require(slots(due).first)
        #expect(probe.slot.isProbe)
        #expect(
            slots(
                machine.arrived(12, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 80_000, nowMillis: 7_000)
            ).isEmpty)
        #expect(slots(finish(&machine, probe.slot, .acked, at: 7_000)).map(\.order) == [12])
        #expect(machine.lanes["a"]?.health.state == .active)
    }

    @Test("one endpoint cannot fill the memory: what is beyond its list is sent back, later and later")
    func boundedList() {
        var machine = Machine(settings: settings(memory: 400))
        var released: [Int] = []
        for order in 0..<150 {
            released += delays(
                machine.arrived(order, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0))
        }
        // A quarter of the memory is for the unproven; two are under way.
        #expect(machine.waitingCount == 100)
        #expect(released.count == 48)
        #expect(released == released.sorted())
        #expect(released.allSatisfy { (1_000...300_000).contains($0) })
    }

    @Test("an order whose lease is too short for an attempt goes back, one whose lease ended is forgotten")
    func leases() throws {
        var machine = Machine(settings: settings())
        let first = slots(
            machine.arrived(0, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0))
        _ = machine.arrived(1, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0)
        _ = machine.arrived(2, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 45_000, nowMillis: 0)
        _ = machine.arrived(3, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0)
        let slot = try #require(first.first).slot
        let steps = finish(&machine, slot, .acked, at: 45_000)
        #expect(slots(steps).isEmpty)
        #expect(delays(steps).count == 1)
        #expect(steps.contains { if case .forget(2) = $0 { true } else { false } })
        #expect(machine.waitingCount == 0)
    }

    @Test("an endpoint at a new address starts with a clean health")
    func newAddress() throws {
        var machine = Machine(settings: settings())
        for number in 0..<10 {
            let steps = machine.arrived(
                number, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0)
            _ = finish(&machine, try #require(slots(steps).first).slot, .refused, message: UInt64(number))
        }
        #expect(machine.lanes["a"]?.health.state == .open)
        let moved = machine.arrived(
            10, for: endpoint("a", address: "b"), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0)
        #expect(slots(moved).count == 1)
    }

    @Test("emptying gives back exactly what waits, and nothing starts afterwards")
    func emptied() throws {
        var machine = Machine(settings: settings())
        var started: [(order: Int, slot: PushSlot)] = []
        for order in 0..<6 {
            started += slots(
                machine.arrived(order, for: endpoint("a"), isReturning: false, hiddenUntilMillis: 60_000, nowMillis: 0))
        }
        #expect(machine.emptied().sorted() == [2, 3, 4, 5])
        #expect(finish(&machine, started[0].slot, .acked).isEmpty)
        #expect(finish(&machine, started[1].slot, .acked).isEmpty)
        #expect(machine.inFlightCount == 0)
        #expect(machine.waitingCount == 0)
    }

    @Test("settings out of their range are refused with the range", arguments: [0, 65_537])
    func badSettings(_ slots: Int) {
        #expect(throws: MerchantPushSettingsError.self) { try self.settings(slots: slots, memory: 100_000).validate() }
    }
}
