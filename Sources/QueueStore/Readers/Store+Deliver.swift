internal import Engine
internal import LMDB
internal import MessageModel
internal import Synchronization

extension Store {
    /// A message that is leased and not yet read.
    struct LeasedPick {
        let queue: QueueID
        var pick: ReadyScan.Pick
        let lease: Lease
    }

    /// Leases what a look found.
    func lease(
        _ picks: [ReadyScan.Pick], of queue: QueueID, _ memory: inout QueueMemory, until deadline: Timestamp,
        at now: Timestamp
    ) -> [LeasedPick] {
        picks.map { pick in
            let before = memory.leases[pick.sequence]
            let known = max(before?.deliveries ?? 0, pick.detail?.deliveries ?? 0)
            let lease = Lease(
                state: .leased, rowFirst: pick.rowFirst, member: pick.member, rawByteCount: before?.rawByteCount ?? 0,
                deliveryNumber: nextDeliveryNumber(), deliveries: known + 1,
                firstReceivedAt: before?.firstReceivedAt ?? pick.detail?.firstReceivedAt ?? now, deadline: deadline,
                isDirty: true)
            memory.setLease(pick.sequence, lease)
            return LeasedPick(queue: queue, pick: pick, lease: lease)
        }
    }

    /// Start count in the top byte, a counter below: an old receipt never fits a new lease.
    private func nextDeliveryNumber() -> UInt32 {
        let counted = deliveryCounter.wrappingAdd(1, ordering: .relaxed).newValue
        let start = source.opened?.counters.startCount ?? 0
        let number = start << 24 | counted & 0xFF_FFFF
        return number == 0 ? 1 : number
    }

    /// Reads the leased messages' blocks, each once, outside the queue's lock: a block with an unacknowledged message goes away only where a
    /// compaction has moved the message to another.
    func deliver(
        _ picked: [LeasedPick], _ state: QueueState, _ visibilityMillis: UInt64, _ consumer: String
    ) throws(BrokerError) -> [Delivery<ReceiptHandle>] {
        var leased = picked
        var inflated: [UInt64: InflatedBlock]
        do throws(BrokerError) {
            inflated = try inflate(Set(leased.map(\.pick.block)))
            if leased.contains(where: { inflated[$0.pick.block] == nil }) {
                leased = try followMoved(leased, inflated)
                inflated.merge(try inflate(Set(leased.map(\.pick.block)))) { known, _ in known }
            }
        } catch {
            // Nobody holds what could not be read: it is visible again at once.
            let (woken, isDying) = state.withLock { memory in
                for item in picked {
                    memory.takeBack(item.pick.sequence, deliveryNumber: item.lease.deliveryNumber)
                }
                return (memory.takeWoken(), memory.takeDyingNotice())
            }
            if isDying { announceDying(state) }
            for poll in woken { poll.continuation.resume() }
            throw error
        }
        let catalogue = directory.catalogue
        let hasher = catalogue.receiptHasher
        let isTraced = catalogue.traced.contains(state.id)
        var events: [(message: TracedMessage, event: TraceEvent)] = []
        var deliveries: [Delivery<ReceiptHandle>] = []
        deliveries.reserveCapacity(leased.count)
        var damaged: [SequenceNumber] = []
        for item in leased {
            guard let block = inflated[item.pick.block], item.pick.slot < block.count else {
                damaged.append(item.pick.sequence)
                continue
            }
            deliveries.append(delivery(item, block, state.id, hasher))
        }
        let schedule = state.withLock { memory -> Timestamp? in
            for item in leased {
                guard let block = inflated[item.pick.block], item.pick.slot < block.count else { continue }
                memory.leases[item.pick.sequence]?.rawByteCount = block.rawByteCount(slot: item.pick.slot)
                guard isTraced else { continue }
                let (source, sequence) = block.identity(slot: item.pick.slot)
                let message = TracedMessage(source: source, sequence: sequence, consumer: consumer)
                memory.leases[item.pick.sequence]?.traced = message
                events.append(
                    (
                        message,
                        TraceEvent(
                            kind: .delivered, queue: state.id, at: time.now, deliveryCount: item.lease.deliveries,
                            consumer: consumer)
                    ))
            }
            // Never delivered: hidden for as long as a lease can be, counted, reported.
            for sequence in damaged {
                guard var lease = memory.leases[sequence] else { continue }
                lease.deadline = time.now.adding(milliseconds: Limits.visibilityMillisMax)
                lease.isDamaged = true
                memory.setLease(sequence, lease)
            }
            return memory.claimTick(memory.polls.isEmpty ? memory.nextExhaustion : memory.ends.first?.deadline)
        }
        if let schedule { ticker.schedule(.queue(state.id), at: schedule) }
        if !events.isEmpty { traces.append(events) }
        for sequence in damaged { setAside("payloads, queue \(state.id.rawValue), sequence \(sequence)") }
        return deliveries
    }

    private func delivery(
        _ item: LeasedPick, _ block: InflatedBlock, _ queue: QueueID, _ hasher: SipHash
    ) -> Delivery<ReceiptHandle> {
        Delivery(
            source: block.identity(slot: item.pick.slot).source,
            sourceSequence: block.identity(slot: item.pick.slot).sequence,
            properties: block.properties(slot: item.pick.slot), body: block.body(slot: item.pick.slot),
            enqueuedAt: block.isMerged && item.pick.origin == nil
                ? block.cutAt(slot: item.pick.slot) : item.pick.enqueuedAt,
            firstReceivedAt: item.lease.firstReceivedAt,
            deliveryCount: item.lease.deliveries,
            hiddenUntil: item.lease.deadline,
            receipt: .make(queue, item.pick.sequence, item.lease.deliveryNumber, hasher), origin: item.pick.origin)
    }

    /// Inflates blocks that the cache does not hold. Damaged ones are missing from the result.
    func inflate(_ ids: Set<UInt64>) throws(BrokerError) -> [UInt64: InflatedBlock] {
        var found: [UInt64: InflatedBlock] = [:]
        var missing: [UInt64] = []
        for id in ids { if let block = cache.block(id) { found[id] = block } else { missing.append(id) } }
        guard !missing.isEmpty else { return found }
        let wanted = missing.sorted()
        let blocks = blocks
        let stored = try source.read { (tables, transaction) throws(LMDBError) in
            var loaded: [(UInt64, StoredBlock)] = []
            for id in wanted {
                if case .success(let block) = try blocks.load(id, tables, transaction) {
                    loaded.append((id, block))
                }
            }
            return loaded
        }
        for (id, block) in stored {
            guard let inflated = try? blocks.inflate(block) else { continue }
            cache.insert(id, inflated)
            found[id] = inflated
        }
        return found
    }

    /// Counts and reports a row or block that failed its check; it is never delivered.
    func setAside(_ what: String) {
        meters.corrupted.add(1, ordering: .relaxed)
        options.report(.rowSetAside(what))
    }
}

extension ReceiptHandle {
    /// A handle that only this store can make.
    static func make(
        _ queue: QueueID, _ sequence: SequenceNumber, _ deliveryNumber: UInt32, _ hasher: SipHash
    ) -> ReceiptHandle {
        let authenticator = hasher.hash64(UInt64(queue.rawValue) << 32 | UInt64(deliveryNumber), sequence)
        return ReceiptHandle(
            queue: queue, sequence: sequence, deliveryNumber: deliveryNumber, authenticator: authenticator)
    }

    /// Whether this store made it.
    func isAuthentic(_ hasher: SipHash) -> Bool { self == .make(queue, sequence, deliveryNumber, hasher) }
}
