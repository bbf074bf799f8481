internal import Engine
public import MessageModel
internal import PaymentNotice
internal import PushSchedule
internal import Tillwire

extension MerchantPush {
    /// What happened since the start.
    public func figures() -> PushFigures {
        var figures = counters
        figures.inFlight = machine.inFlightCount
        figures.inFlightSlow = machine.inFlightSlowCount
        figures.waitingInMemory = machine.waitingCount
        figures.uncommitted = results.count + committingCount
        for lane in machine.lanes.values { figures.endpoints[lane.health.state, default: 0] += 1 }
        return figures
    }

    /// The endpoints that got orders since the start, by merchant.
    public func endpoints() -> [EndpointFigures] {
        machine.lanes.sorted { $0.key < $1.key }.map { merchantID, lane in
            EndpointFigures(
                merchantID: merchantID, state: lane.health.state, windowSize: lane.health.windowSize,
                inFlight: lane.health.inFlightCount, waiting: lane.waiting.count,
                meanLatencyMillis: lane.health.meanLatencyMillis)
        }
    }

    /// What waits in the store: due and delayed orders, dead ones, held ones by merchant.
    public func backlog() async throws(BrokerError) -> PushBacklog {
        var backlog = PushBacklog()
        let own = try await queue.figures()
        backlog.waiting = own.waiting
        backlog.delayed = own.delayed
        backlog.dead = try await broker.queue(EntityName(PushQueues.deadOrders)).figures().waiting
        for merchantID in heldMerchantIDs {
            let held = try await broker.queue(EntityName(RoadNames.heldOrdersQueue(merchantID: merchantID))).figures()
            if held.waiting + held.delayed > 0 { backlog.held[merchantID] = held.waiting + held.delayed }
        }
        return backlog
    }
}
