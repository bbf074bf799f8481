public import Engine
internal import LMDB
public import MessageModel

extension Store {
    /// Ends or changes deliveries. Acknowledgements and delayed releases are durable when this returns; outcomes are in order.
    ///
    /// A release without delay and an extension within the queue's lease horizon change memory only and are written behind.
    public func settle(_ settlements: [Settlement<ReceiptHandle>]) async throws(BrokerError) -> [SettleOutcome] {
        guard 1...Limits.batchCountMax ~= settlements.count else { throw .invalidBatchCount(settlements.count) }
        var outcomes: [SettleOutcome] = []
        var planned: [PlannedSettlement] = []
        var places: [Int] = []
        for (index, settlement) in settlements.enumerated() {
            switch try await resolve(settlement) {
            case .refused(let reason): outcomes.append(.refused(reason))
            case .done: outcomes.append(.done)
            case .planned(let plan):
                outcomes.append(.done)
                planned.append(plan)
                places.append(index)
            }
        }
        guard !planned.isEmpty else { return outcomes }
        let parts = planned
        do throws(BrokerError) {
            let done = try await submit { (reply: Reply<[Bool]>) in .settle(parts, reply) }
            for (index, isDone) in zip(places, done) where !isDone { outcomes[index] = .refused(.receiptInvalid) }
            for (plan, isDone) in zip(planned, done) where !isDone { unsettle(plan) }
        } catch {
            for plan in planned { unsettle(plan) }
            throw error
        }
        return outcomes
    }

    /// What becomes of a settlement before the writer sees it.
    enum Resolution {
        case refused(BrokerError)
        case done
        case planned(PlannedSettlement)
    }

    /// Looks the lease up and changes it where memory is enough.
    func resolve(
        _ settlement: Settlement<ReceiptHandle>, inTransaction: Bool = false
    ) async throws(BrokerError) -> Resolution {
        let receipt = settlement.receipt
        guard receipt.isAuthentic(directory.catalogue.receiptHasher), let state = directory.state(receipt.queue) else {
            return .refused(source.opened == nil ? .closed : .receiptInvalid)
        }
        if let reason = Self.outOfRange(settlement.action) { return .refused(reason) }
        if case .extend(let millis) = settlement.action {
            let horizon = state.withLock { $0.counters.isQuiet ? 0 : UInt64($0.counters.leaseHorizonMillis) }
            if horizon < millis {
                _ = try await submit { (reply: Reply<Bool>) in .activate(state, horizonMillis: millis, reply) }
            }
        }
        switch look(settlement, state, inTransaction) {
        case .found(let resolution): return resolution
        case .missing:
            guard try adopt(receipt, state) else { return .refused(.receiptInvalid) }
            guard case .found(let resolution) = look(settlement, state, inTransaction) else {
                return .refused(.receiptInvalid)
            }
            return resolution
        }
    }

    private static func outOfRange(_ action: Settlement<ReceiptHandle>.Action) -> BrokerError? {
        switch action {
        case .acknowledge: nil
        case .release(let delay):
            delay <= Limits.delayMillisMax
                ? nil : .outOfRange("delay of \(delay) ms: at most \(Limits.delayMillisMax) are allowed")
        case .extend(let millis):
            1...Limits.visibilityMillisMax ~= millis
                ? nil : .outOfRange("visibility of \(millis) ms: 1 to \(Limits.visibilityMillisMax) are allowed")
        }
    }

    private enum Look {
        case found(Resolution)
        case missing
    }

    private func look(_ settlement: Settlement<ReceiptHandle>, _ state: QueueState, _ inTransaction: Bool) -> Look {
        let now = time.now
        let receipt = settlement.receipt
        let (look, woken, tick) = state.withLock { memory -> (Look, [PollQueue.Poll], Timestamp?) in
            _ = memory.endLeases(at: now)
            let isRepeat = memory.settled.contains(receipt.sequence, deliveryNumber: receipt.deliveryNumber)
            if isRepeat {
                return (
                    .found(settlement.action == .acknowledge && !inTransaction ? .done : .refused(.receiptInvalid)), [],
                    nil
                )
            }
            guard let lease = memory.leases[receipt.sequence], lease.deliveryNumber != 0 else {
                return (.missing, [], nil)
            }
            guard lease.deliveryNumber == receipt.deliveryNumber, case .leased = lease.state else {
                return (.found(.refused(.receiptInvalid)), [], nil)
            }
            let resolution = apply(settlement, lease, state, &memory, now, inTransaction)
            let tick = memory.claimTick(memory.polls.isEmpty ? nil : memory.ends.first?.deadline)
            return (.found(resolution), memory.polls.take(memory.returned.count), tick)
        }
        if let tick { ticker.schedule(.queue(state.id), at: tick) }
        for poll in woken { poll.continuation.resume() }
        return look
    }

    private func apply(
        _ settlement: Settlement<ReceiptHandle>, _ lease: Lease, _ state: QueueState, _ memory: inout QueueMemory,
        _ now: Timestamp,
        _ inTransaction: Bool
    ) -> Resolution {
        let sequence = settlement.receipt.sequence
        switch settlement.action {
        case .release(0) where !inTransaction:
            memory.endLease(sequence, early: true)
            return .done
        case .extend(let millis):
            guard !inTransaction else { return .refused(.outOfRange("extending is not a part of transactions")) }
            var longer = lease
            longer.deadline = now.adding(milliseconds: millis)
            longer.isDirty = true
            memory.setLease(sequence, longer)
            return .done
        case .acknowledge: return .planned(settling(lease, state, sequence, &memory, releaseDelayMillis: nil))
        case .release(let delay): return .planned(settling(lease, state, sequence, &memory, releaseDelayMillis: delay))
        }
    }

    private func settling(
        _ lease: Lease, _ state: QueueState, _ sequence: SequenceNumber, _ memory: inout QueueMemory,
        releaseDelayMillis: UInt64?
    ) -> PlannedSettlement {
        memory.leases[sequence]?.state = .settling
        return PlannedSettlement(
            queue: state, sequence: sequence, deliveryNumber: lease.deliveryNumber, rowFirst: lease.rowFirst,
            member: lease.member,
            rawByteCount: lease.rawByteCount, deliveries: lease.deliveries, firstReceivedAt: lease.firstReceivedAt,
            releaseDelayMillis: releaseDelayMillis)
    }

    /// Takes a settlement back that was not committed: the lease goes on, or ends where its time is over.
    func unsettle(_ plan: PlannedSettlement) {
        let now = time.now
        plan.queue.withLock { memory in
            guard let lease = memory.leases[plan.sequence], lease.deliveryNumber == plan.deliveryNumber,
                case .settling = lease.state
            else {
                return
            }
            memory.leases[plan.sequence]?.state = .leased
            if lease.deadline <= now { memory.endLease(plan.sequence) }
        }
    }

    /// A handle given before the last start is good while its message is still hidden: nobody else can have it. Makes the lease it stands for.
    private func adopt(_ receipt: ReceiptHandle, _ state: QueueState) throws(BrokerError) -> Bool {
        let start = source.opened?.counters.startCount ?? 0
        guard receipt.deliveryNumber >> 24 != start & 0xFF, let found = try entry(of: receipt) else { return false }
        let member = Int(receipt.sequence - found.id.first)
        guard member < found.row.count, !found.row.acknowledged.contains(member), let slot = found.row.slot(of: member)
        else { return false }
        guard let block = try inflate([found.row.block])[found.row.block], slot < block.count else { return false }
        let detail = found.row.detail(of: member)
        let now = time.now
        return state.withLock { memory in
            if let lease = memory.leases[receipt.sequence], lease.deliveryNumber != 0 { return false }
            let held = receipt.sequence < memory.holdBelow ? memory.holdUntil : .zero
            let hiddenUntil = max(held, detail.map { $0.isDelayed ? .zero : $0.hiddenUntil } ?? .zero)
            guard hiddenUntil > now else { return false }
            memory.setLease(
                receipt.sequence,
                Lease(
                    state: .leased, rowFirst: found.id.first, member: member,
                    rawByteCount: block.rawByteCount(slot: slot),
                    deliveryNumber: receipt.deliveryNumber, deliveries: max(1, detail?.deliveries ?? 1),
                    firstReceivedAt: detail?.firstReceivedAt ?? now, deadline: hiddenUntil, isDirty: false))
            return true
        }
    }

    private func entry(of receipt: ReceiptHandle) throws(BrokerError) -> (id: EntryID, row: EntryRow)? {
        let key = Keys.entry(EntryID(queue: receipt.queue, first: receipt.sequence))
        return try source.read { (tables, transaction) throws(LMDBError) in
            try transaction.withCursor(tables.entries) { (cursor) throws(LMDBError) in
                guard try cursor.seek(atOrBefore: key.span), let id = EntryID(cursor.key), id.queue == receipt.queue
                else { return nil }
                let rowKey = Keys.entry(id)
                guard let row = try? EntryRow(cursor.value, under: rowKey.span) else { return nil }
                return (id, row)
            }
        }
    }
}
