internal import Engine
internal import LMDB
internal import MessageModel
internal import Synchronization

extension Writer {
    /// Plans one command; what it will be answered once the group is on the disk.
    func answer(
        _ command: Command, _ plan: GroupPlan, _ transaction: borrowing WriteTransaction
    ) throws(GroupFault) -> Answer {
        switch command {
        case .send(let ticket):
            do throws(PlanFault) { try plan.plan(ticket, transaction) } catch { ticket.refuse(try refusal(error)) }
            return .send(ticket)
        case .settle(let settlements, let reply):
            var done: [Bool] = []
            for settlement in settlements {
                let outcome = try planned(plan) { (plan) throws(PlanFault) in try plan.plan(settlement, transaction) }
                done.append((try? outcome.get()) ?? false)
            }
            return .settle(reply, done)
        case .commit(let transactions, let reply):
            var outcomes: [PendingTransaction] = []
            for parts in transactions {
                let outcome = try planned(plan) { (plan) throws(PlanFault) in try plan.plan(parts, transaction) }
                switch outcome {
                case .success(let pending): outcomes.append(pending)
                case .failure(let reason): outcomes.append(.refused(reason))
                }
            }
            return .commit(reply, outcomes)
        case .activate(let state, let horizonMillis, let reply):
            plan.activate(state, horizonMillis: horizonMillis)
            return .activated(reply)
        case .topology(let change, let reply):
            return topologyAnswer(change, reply, plan)
        case .purge(let state, let reply):
            return .purged(reply, Result { () throws(BrokerError) in try plan.purge(state) })
        case .rewind(let state, let moment, let reply):
            let refusal = try planned(plan) { (plan) throws(PlanFault) in
                try plan.rewind(state, to: moment, transaction)
            }
            switch refusal {
            case .success(let refusal): return .rewound(reply, refusal)
            case .failure(let reason): return .rewound(reply, reason)
            }
        case .compact(let compaction, let done):
            let outcome = try planned(plan) { (plan) throws(PlanFault) in try plan.compact(compaction, transaction) }
            return .compacted(done, (try? outcome.get()) ?? false)
        }
    }

    private func topologyAnswer(_ change: TopologyChange, _ reply: Reply<Topology>, _ plan: GroupPlan) -> Answer {
        do throws(BrokerError) {
            plan.newCatalogue = try plan.plan(change)
            return .topology(reply)
        } catch {
            return .refusedTopology(reply, error)
        }
    }

    /// Damage of one row refuses one command; a failing transaction ends the group.
    private func planned<Value>(
        _ plan: GroupPlan, _ body: (GroupPlan) throws(PlanFault) -> Value
    ) throws(GroupFault) -> Result<Value, BrokerError> {
        do throws(PlanFault) { return .success(try body(plan)) } catch { return .failure(try refusal(error)) }
    }

    private func refusal(_ fault: PlanFault) throws(GroupFault) -> BrokerError {
        if case .lmdb(let cause) = fault { throw .lmdb(cause) }
        meters.corrupted.add(1, ordering: .relaxed)
        return fault.brokerError
    }
}
