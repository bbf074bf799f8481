internal import Engine
internal import LMDB
internal import MessageModel
internal import Synchronization

extension Writer {
    /// The group is on the disk: memory learns it, then the callers do.
    func succeeded(_ plan: GroupPlan, commandCount: Int) {
        failureCount = 0
        store = plan.store
        earliestDue = plan.earliestDue
        flushResume = plan.flushResume ?? flushResume
        topics.merge(plan.topics) { _, new in new }
        traceNumber = plan.traceNumber
        once.committed(plan.onceRows, group: plan.store.groupNumber, plan.onceStep)
        if let draft = plan.newDictionary { dictionaries.committed(draft) }
        for block in plan.freedBlocks { cache.remove(block) }
        shareFreshBlocks(plan)
        var woken: [PollQueue.Poll] = []
        for queue in plan.queues.values { woken += publish(queue, at: plan.now) }
        settleFlushed(plan)
        if let newCatalogue = plan.newCatalogue { woken += publish(newCatalogue, over: plan.catalogue) }
        meters.note(store, space, commandCount: commandCount)
        space.note(
            groupPages: UInt64(
                plan.sealedBlocks.reduce(0) { $0 + PartLayout.pages(of: $1.parts) } + 4 * plan.entries.count
                    + plan.oncePages))
        let topology = directory.catalogue.topology
        mailbox.expect(plan.answers.count { $0.isOfOne })
        for answer in plan.answers { answer.succeed(plan.buckets, topology: topology) }
        for poll in woken { poll.continuation.resume() }
        planNextTick(at: plan.now)
    }

    /// Blocks that somebody waits for are handed over as they are in memory: neither read back nor inflated.
    private func shareFreshBlocks(_ plan: GroupPlan) {
        for block in plan.sealedBlocks {
            let isAwaited = block.queues.contains { id in plan.queues[id]?.state.withLock { !$0.polls.isEmpty } ?? false
            }
            guard isAwaited else { continue }
            let inflated = try? InflatedBlock(
                raw: block.packed.raw, count: block.packed.count, source: block.header.source,
                firstSequence: block.header.firstSequence, cutAt: block.header.cutAt)
            if let inflated { cache.insert(block.id, inflated) }
        }
    }

    private func publish(_ plan: QueuePlan, at now: Timestamp) -> [PollQueue.Poll] {
        let (woken, wakesUp) = plan.state.withLock { memory -> ([PollQueue.Poll], Bool) in
            memory.counters = plan.counters
            for item in plan.acknowledged {
                memory.dropLease(item.sequence)
                memory.settled.remember(item.sequence, deliveryNumber: item.deliveryNumber)
            }
            for sequence in plan.released { memory.dropLease(sequence) }
            if !plan.deadLettered.isEmpty { Self.bury(plan.deadLettered, &memory) }
            if let expiry = plan.expiry { (memory.expiryPosition, memory.expiryHeld) = expiry }
            if let position = plan.forgettingPosition { memory.forgettingPosition = position }
            for item in plan.moved {
                memory.leases[item.sequence]?.rowFirst = item.rowFirst
                memory.leases[item.sequence]?.member = item.member
            }
            if plan.isPurged { memory.purge() }
            if plan.isRewound { memory.rewind() }
            for sequence in plan.returned {
                // A receive may have seen the commit before this moment and leased it already.
                if let lease = memory.leases[sequence], lease.state != .idle { continue }
                memory.giveBack(sequence)
            }
            if plan.becomesQuiet { memory.isResting = false }
            if plan.raisesMark { memory.isRaisingMark = false }
            let wakesUp = !memory.counters.isQuiet && !memory.isTracked
            if wakesUp { memory.isTracked = true }
            let visible = plan.arrivalCount + plan.returned.count
            if visible > 0 { memory.visibilityEpoch += 1 }
            return (memory.takeWoken() + memory.polls.take(plan.arrivalCount), wakesUp)
        }
        if wakesUp { directory.track(plan.state.id) }
        if plan.hasSparseRow { noteSparse(plan.state.id) }
        return woken
    }

    private static func bury(_ sequences: [SequenceNumber], _ memory: inout QueueMemory) {
        for sequence in sequences { memory.dropLease(sequence) }
        guard !memory.dying.isEmpty else { return }
        let gone = Set(sequences)
        memory.dying.removeAll { gone.contains($0) }
    }

    /// Puts the committed catalogue in place and tells the queues that are held what changed for them.
    private func publish(_ new: Catalogue, over old: Catalogue) -> [PollQueue.Poll] {
        directory.replace(new)
        var woken: [PollQueue.Poll] = []
        for entry in old.topology.queues.values where new.queue(entry.id) == nil {
            guard let state = directory.remove(entry.id) else { continue }
            woken += state.withLock { memory in
                memory.isForgotten = true
                return memory.polls.take(memory.polls.count)
            }
        }
        let changed = new.topology.queues.values.filter { $0.attributes != old.attributes($0.id) }
        for state in directory.held(changed.map(\.id)) {
            guard let attributes = new.attributes(state.id) else { continue }
            woken += state.withLock { memory in
                let showsMore = memory.replace(attributes)
                return showsMore ? memory.polls.take(memory.polls.count) : memory.takeWoken()
            }
        }
        for id in old.topology.topics.values.map(\.id) where new.topic(id) == nil { topics[id] = nil }
        return woken
    }

    private func settleFlushed(_ plan: GroupPlan) {
        for item in plan.flushed {
            item.queue.withLock { memory in
                guard var lease = memory.leases[item.sequence], lease.isDirty,
                    lease.deliveryNumber == item.deliveryNumber,
                    lease.detail == item.detail
                else { return }
                lease.isDirty = false
                memory.dirtyCount -= 1
                if case .idle = lease.state {
                    memory.leases[item.sequence] = nil
                } else {
                    memory.leases[item.sequence] = lease
                }
            }
        }
    }

    /// When the writer is to look again by itself: at the next due message, and while a queue is being received from after each write-behind.
    private func planNextTick(at now: Timestamp) {
        var next = earliestDue.map { max($0, now.adding(milliseconds: 1)) }
        if directory.hasTracked {
            if flushedAt == now { letQuietQueuesGo() }
            let flush = max(flushedAt.adding(milliseconds: Limits.leaseWriteBehindMillis), now.adding(milliseconds: 1))
            next = min(next ?? flush, flush)
        }
        if let next { tick(at: next, now) }
    }

    private func tick(at moment: Timestamp, _ now: Timestamp) {
        guard tickAt <= now || moment < tickAt else { return }
        tickAt = moment
        ticker.schedule(.writer, at: moment)
    }

    private func letQuietQueuesGo() {
        let resting = directory.tracked.filter { state in
            state.withLock { memory in
                guard memory.counters.isQuiet, !memory.isRaisingMark, !memory.hasWorkForWriter else { return false }
                memory.isTracked = false
                return true
            }
        }
        directory.untrack(resting.map(\.id))
        // A release or the end of a lease may have come between the look and this moment.
        for state in resting where state.withLock({ $0.hasWorkForWriter }) { directory.track(state.id) }
    }

    /// Nothing was written, or it is unknown whether it was: memory keeps what it knew, callers are told, and the store does what
    /// `reliability.md` rule 14 says.
    func failed(_ error: WriteError<GroupFault>, _ plan: GroupPlan, _ commands: [Command]) {
        abandon(plan)
        if case .body(.nothing) = error {
            // What was merged without a row to write is done all the same.
            once.committed([], group: 0, plan.onceStep)
        } else if plan.onceStep != nil {
            once.abandon()
        }
        switch error {
        case .body(.nothing):
            answerEmpty(plan)
        case .body(.lmdb(let cause)) where cause.code == .mapFull, .commit(let cause) where cause.code == .mapFull:
            retryInHalves(commands)
        case .body(.deflate(let cause)):
            for command in commands { command.fail(.system(operation: "deflate: \(cause)", code: 0)) }
            tick(at: plan.now.adding(milliseconds: 1_000), plan.now)
        case .body(.injected(let fault)) where fault == .mapFull:
            retryInHalves(commands)
        case .body(.injected), .commit, .begin, .body(.lmdb):
            recover(from: error, commands)
        }
    }

    /// Undoes the marks that planning left in memory.
    func abandon(_ plan: GroupPlan) {
        traces.giveBack(plan.takenTraces)
        crew.drop()
        for queue in plan.queues.values where queue.becomesQuiet || queue.raisesMark {
            queue.state.withLock { memory in
                memory.isResting = false
                memory.isRaisingMark = false
            }
        }
    }

    /// A group without anything to write: refusals and duplicates only.
    private func answerEmpty(_ plan: GroupPlan) {
        for answer in plan.answers { answer.succeed(plan.buckets, topology: directory.catalogue.topology) }
        planNextTick(at: plan.now)
    }

    /// The map has no page left: sends are refused, the rest goes in smaller groups, which need fewer pages at once.
    private func retryInHalves(_ commands: [Command]) {
        space.invalidate()
        tick(at: time.now.adding(milliseconds: 1_000), time.now)
        let settling = commands.filter { !$0.isSend }
        for command in commands where command.isSend { command.fail(.storeFull("the map has no free page")) }
        guard !settling.isEmpty else { return }
        if settling.count == commands.count, settling.count == 1 {
            settling[0].fail(.storeFull("the map has no free page, not even for this"))
            return
        }
        let middle = (settling.count + 1) / 2
        commit(Array(settling[..<middle]), withBackground: false)
        if middle < settling.count { commit(Array(settling[middle...]), withBackground: false) }
    }
}
