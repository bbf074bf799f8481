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
            // This call may have been woken for a message that it now leaves: the next one that waits must look.
            if request.waitMillis > 0, let state = directory.state(request.queue) { wakeOnePoll(of: state) }
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
                try await poll(state, until: deadline, epoch)
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
}
