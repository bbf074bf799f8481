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
            switch await resolve(settlement) {
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

    /// Looks the lease up and changes it where memory is enough. Never throws: each settlement has an outcome of its own, and the ones before it that are
    /// settling already must reach the writer.
    func resolve(_ settlement: Settlement<ReceiptHandle>, inTransaction: Bool = false) async -> Resolution {
        let receipt = settlement.receipt
        guard receipt.isAuthentic(directory.catalogue.receiptHasher), let state = directory.state(receipt.queue) else {
            return .refused(source.opened == nil ? source.absence : .receiptInvalid)
        }
        if let reason = Self.outOfRange(settlement.action) { return .refused(reason) }
        do throws(BrokerError) {
            for _ in 0..<4 {
                switch look(settlement, state, inTransaction) {
                case .found(let resolution): return resolution
                case .needsActivation(let millis):
                    _ = try await submit { (reply: Reply<Bool>) in .activate(state, horizonMillis: millis, reply) }
                case .missing:
                    guard try adopt(receipt, state) else { return .refused(.receiptInvalid) }
                }
            }
            return .refused(.overloaded("the lease changed while it was looked at"))
        } catch { return .refused(error) }
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
        /// The queue must be readied for so long a lease first.
        case needsActivation(millis: UInt64)
    }

    private func look(_ settlement: Settlement<ReceiptHandle>, _ state: QueueState, _ inTransaction: Bool) -> Look {
        let now = time.now
        var isDying = false
        let (look, woken, tick, tracks) = state.withLock { memory -> (Look, [PollQueue.Poll], Timestamp?, Bool) in
            defer { isDying = memory.takeDyingNotice() }
            let look = examine(settlement, state, &memory, now, inTransaction)
            let tick = memory.claimTick(memory.polls.isEmpty ? memory.nextExhaustion : memory.ends.first?.deadline)
            let tracks = memory.dirtyCount > 0 && !memory.isTracked
            if tracks { memory.isTracked = true }
            return (look, memory.takeWoken(), tick, tracks)
        }
        if let tick { ticker.schedule(.queue(state.id), at: tick) }
        if tracks {
            // A quiet queue has something to write behind again.
            directory.track(state.id)
            mailbox.poke()
        }
        if isDying { announceDying(state) }
        for poll in woken { poll.continuation.resume() }
        return look
    }

    private func examine(
        _ settlement: Settlement<ReceiptHandle>, _ state: QueueState, _ memory: inout QueueMemory, _ now: Timestamp,
        _ inTransaction: Bool
    ) -> Look {
        let receipt = settlement.receipt
        guard !memory.isForgotten else { return .found(.refused(.overloaded("the store was reopened"))) }
        _ = memory.endLeases(at: now)
        if memory.settled.contains(receipt.sequence, deliveryNumber: receipt.deliveryNumber) {
            return .found(settlement.action == .acknowledge && !inTransaction ? .done : .refused(.receiptInvalid))
        }
        guard let lease = memory.leases[receipt.sequence], lease.deliveryNumber != 0 else { return .missing }
        guard lease.deliveryNumber == receipt.deliveryNumber, lease.state == .leased else {
            return .found(.refused(.receiptInvalid))
        }
        if case .extend(let millis) = settlement.action {
            let isReady =
                !memory.counters.isQuiet && !memory.isResting && UInt64(memory.counters.leaseHorizonMillis) >= millis
            guard isReady else { return .needsActivation(millis: millis) }
            memory.lastReceiveAt = now
        }
        return .found(apply(settlement, lease, state, &memory, now, inTransaction))
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
            note(lease, .released, state.id, now)
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

    /// Has the trace know of what memory alone decides.
    private func note(_ lease: Lease, _ kind: TraceEvent.Kind, _ queue: QueueID, _ now: Timestamp) {
        guard let message = lease.traced else { return }
        let event = TraceEvent(
            kind: kind, queue: queue, at: now, deliveryCount: lease.deliveries, consumer: message.consumer)
        traces.append([(message, event)])
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
            releaseDelayMillis: releaseDelayMillis, traced: lease.traced)
    }

    /// Takes a settlement back that was not committed: the lease goes on, or ends where its time is over.
    func unsettle(_ plan: PlannedSettlement) {
        let now = time.now
        var isDying = false
        let woken = plan.queue.withLock { memory -> [PollQueue.Poll] in
            guard let lease = memory.leases[plan.sequence], lease.deliveryNumber == plan.deliveryNumber,
                lease.state == .settling
            else { return [] }
            memory.leases[plan.sequence]?.state = .leased
            if lease.deadline <= now { memory.endLease(plan.sequence) }
            isDying = memory.takeDyingNotice()
            return memory.takeWoken()
        }
        if isDying { announceDying(plan.queue) }
        for poll in woken { poll.continuation.resume() }
    }

    /// A handle given before the last start is good while its message is still hidden: nobody else can have it. Makes the lease it stands for.
    private func adopt(_ receipt: ReceiptHandle, _ state: QueueState) throws(BrokerError) -> Bool {
        let start = source.opened?.counters.startCount ?? 0
        let counters = state.withLock { $0.counters }
        guard receipt.deliveryNumber >> 24 != start & 0xFF, receipt.sequence >= counters.floor,
            let found = try entry(of: receipt, counters)
        else { return false }
        guard let member = found.row.member(at: receipt.sequence, from: found.id.first),
            !found.row.acknowledged.contains(member), let slot = found.row.slot(of: member)
        else { return false }
        guard let block = try inflate([found.row.block])[found.row.block], slot < block.count else {
            // A compaction may have taken the block away between the two reads: then the caller looks once more.
            return try entry(of: receipt, counters).map { $0.row.block != found.row.block } ?? false
        }
        let detail = found.row.detail(of: member)
        guard found.row.dueAt == nil, detail?.isDelayed != true else { return false }
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

    private func entry(
        of receipt: ReceiptHandle, _ counters: QueueCounters
    ) throws(BrokerError) -> (id: EntryID, row: EntryRow)? {
        let key = Keys.entry(EntryID(queue: receipt.queue, first: receipt.sequence))
        return try source.read { (tables, transaction) throws(LMDBError) in
            try transaction.withCursor(tables.entries) { (cursor) throws(LMDBError) in
                guard try cursor.seek(atOrBefore: key.span), let id = EntryID(cursor.key), id.queue == receipt.queue
                else { return nil }
                let rowKey = Keys.entry(id)
                guard let row = try? EntryRow(cursor.value, under: rowKey.span) else { return nil }
                return (id, row.seen(id, counters))
            }
        }
    }
}
