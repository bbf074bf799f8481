public import Engine
internal import LMDB
public import MessageModel
internal import Synchronization

extension Store {
    /// Leases up to `countMax` visible messages, waiting for the first one as long as the request says.
    ///
    /// - Throws: ``BrokerError/queueNotFound(_:)``, ``BrokerError/tooManyUnacknowledged(queue:)``, ``BrokerError/overloaded(_:)``,
    ///   ``BrokerError/cancelled`` where the task was cancelled while it waited: nothing is leased then.
    public func receive(_ request: ReceiveRequest) async throws(BrokerError) -> [Delivery<ReceiptHandle>] {
        try Self.check(request)
        let deadline = time.now.adding(milliseconds: request.waitMillis)
        do throws(BrokerError) {
            return try await receive(request, until: deadline)
        } catch {
            // This call may have been woken for messages that it now leaves: the next ones that wait must look.
            if request.waitMillis > 0, let state = directory.state(request.queue) {
                wakePolls(of: state, for: request.countMax)
            }
            throw error
        }
    }

    private func receive(
        _ request: ReceiveRequest, until deadline: Timestamp
    ) async throws(BrokerError) -> [Delivery<ReceiptHandle>] {
        while true {
            guard !isClosing.load(ordering: .relaxed) else { throw .closed }
            let state = try queueState(request.queue)
            let visibility = request.visibilityMillis ?? state.attributes.visibilityMillis
            switch try attempt(state, request, visibility) {
            case .leased(let leased):
                let deliveries = try deliver(leased, state, visibility, request.consumer)
                if !deliveries.isEmpty { return deliveries }
            case .needsActivation:
                _ = try await submit { (reply: Reply<Bool>) in .activate(state, horizonMillis: visibility, reply) }
            case .unfinished: continue
            case .nothing(let epoch):
                guard time.now < deadline else { return [] }
                try await poll(state, for: request.countMax, until: deadline, epoch)
                if Task.isCancelled { throw .cancelled }
            }
        }
    }

    private static func check(_ request: ReceiveRequest) throws(BrokerError) {
        guard 1...Limits.batchCountMax ~= request.countMax else { throw .invalidBatchCount(request.countMax) }
        if let visibility = request.visibilityMillis, !(1...Limits.visibilityMillisMax ~= visibility) {
            throw .outOfRange("visibility of \(visibility) ms: 1 to \(Limits.visibilityMillisMax) are allowed")
        }
        guard request.consumer.utf8.count <= Limits.consumerLabelByteCountMax else {
            throw .outOfRange(
                "consumer label of \(request.consumer.utf8.count) bytes: at most \(Limits.consumerLabelByteCountMax) are allowed"
            )
        }
        guard request.waitMillis <= Limits.pollMillisMax else {
            throw .outOfRange("wait of \(request.waitMillis) ms: at most \(Limits.pollMillisMax) are allowed")
        }
    }

    /// The queue in memory.
    func queueState(_ id: QueueID) throws(BrokerError) -> QueueState {
        if let state = directory.state(id) { return state }
        guard source.opened != nil else { throw source.absence }
        guard directory.catalogue.queue(id) != nil else { throw .queueNotFound("\(id.rawValue)") }
        throw .corrupted("counters of queue \(id.rawValue)")
    }

    private enum Attempt {
        case leased([LeasedPick])
        /// The queue must be readied first: not quiet, mark and horizon high enough, all durable.
        case needsActivation
        /// Nothing is visible among the rows that were looked at; more follow.
        case unfinished
        /// Nothing is visible; the epoch tells whether that is still so.
        case nothing(epoch: UInt64)
    }

    /// A message that is leased and not yet read.
    struct LeasedPick {
        let queue: QueueID
        var pick: ReadyScan.Pick
        let lease: Lease
    }

    private func attempt(
        _ state: QueueState, _ request: ReceiveRequest, _ visibilityMillis: UInt64
    ) throws(BrokerError) -> Attempt {
        let now = time.now
        let countMax = request.countMax
        let waits = request.waitMillis > 0
        var scan = ReadyScan(queue: state.id, countMax: countMax, now: now, isExclusive: request.isExclusive)
        var raise = false
        var woken: [PollQueue.Poll] = []
        var isDying = false
        defer { if isDying { announceDying(state) } }
        let outcome = try state.withLock { (memory) throws(BrokerError) -> Attempt in
            defer {
                woken = memory.takeWoken()
                isDying = memory.takeDyingNotice()
            }
            guard !memory.isForgotten, !memory.attributes.isPaused else {
                return .nothing(epoch: memory.visibilityEpoch)
            }
            memory.endHold(at: request.isExclusive ? .distantFuture : now)
            _ = memory.endLeases(at: now)
            if request.isExclusive, memory.hasOpenDelivery { return .nothing(epoch: memory.visibilityEpoch) }
            guard memory.leases.count < 2 * Limits.leaseCountPerQueueMax,
                memory.leasedCount < Limits.leaseCountPerQueueMax
            else {
                throw .tooManyUnacknowledged(queue: state.name.text)
            }
            let isReady =
                !memory.counters.isQuiet && !memory.isResting
                && UInt64(memory.counters.leaseHorizonMillis) >= visibilityMillis
            // The counters say whether anything waits; the cursor says so too where they should ever be wrong.
            let mayFind =
                memory.counters.waiting > UInt64(memory.leasedCount) || memory.counters.nextSequence > memory.cursor
                || !memory.returned.isEmpty
            guard mayFind || waits else { return .nothing(epoch: memory.visibilityEpoch) }
            memory.stride = min(max(memory.stride, UInt64(countMax)), Limits.handedStrideMax)
            guard isReady else { return .needsActivation }
            memory.lastReceiveAt = now
            guard mayFind else { return .nothing(epoch: memory.visibilityEpoch) }
            let (cursor, returned) = (memory.cursor, memory.returned)
            do throws(BrokerError) {
                try source.read { (tables, transaction) throws(LMDBError) in
                    try scan.run(&memory, tables, transaction)
                }
            } catch {
                // What the scan had taken so far is not lost to the next one.
                (memory.cursor, memory.returned) = (cursor, returned)
                throw error
            }
            raise = shouldRaiseMark(&memory, metMark: scan.metMark)
            if scan.picks.isEmpty {
                if scan.metMark { return .needsActivation }
                return scan.isUnfinished ? .unfinished : .nothing(epoch: memory.visibilityEpoch)
            }
            // It may have been woken for more than the mark lets it have.
            if scan.metMark { memory.announceAgain(countMax - scan.picks.count) }
            return .leased(
                lease(scan.picks, of: state.id, &memory, until: now.adding(milliseconds: visibilityMillis), at: now))
        }
        for poll in woken { poll.continuation.resume() }
        for fault in scan.faults { setAside(fault) }
        if raise, mailbox.submit(.activate(state, horizonMillis: visibilityMillis, nil)) != nil {
            state.withLock { $0.isRaisingMark = false }
        }
        return outcome
    }

    /// The mark is raised in the background before deliveries reach it, in strides that follow their rate.
    private func shouldRaiseMark(_ memory: inout QueueMemory, metMark: Bool) -> Bool {
        let isNear =
            memory.cursor + memory.stride / 2 >= memory.counters.handedMark
            && memory.counters.handedMark < memory.counters.nextSequence
        guard metMark || isNear, !memory.isRaisingMark else { return false }
        memory.isRaisingMark = true
        memory.stride = min(memory.stride * 2, Limits.handedStrideMax)
        return true
    }

    private func lease(
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
    private func deliver(
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
