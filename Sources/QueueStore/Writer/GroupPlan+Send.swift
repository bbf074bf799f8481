internal import Engine
internal import Deflate
internal import LMDB
internal import MessageModel
internal import TopicRouting

extension GroupPlan {
    /// Admits the messages of a ticket to their bucket and notes there what becomes of each.
    func plan(_ ticket: SendTicket, _ transaction: borrowing WriteTransaction) throws(PlanFault) {
        guard ticket.count > 1 else {
            return ticket.plan(enqueue(ticket, 0, try admit(alone: ticket, transaction)))
        }
        // All are admitted before the first is taken: a damaged row refuses the whole batch, not its rest.
        var admissions: [Admission] = []
        admissions.reserveCapacity(ticket.count)
        do throws(PlanFault) {
            for index in 0..<ticket.count { admissions.append(try admit(ticket[index], ticket.source, transaction)) }
        } catch {
            withdraw(admissions, ticket)
            throw error
        }
        ticket.plan(admissions.enumerated().map { index, admission in enqueue(ticket, index, admission) })
    }

    /// Puts an admitted message into its bucket.
    func enqueue(_ ticket: SendTicket, _ index: Int, _ admission: Admission) -> PendingOutcome {
        switch admission {
        case .refused(let reason): return .known(.refused(reason))
        case .duplicate(let first): return .known(.duplicate(first))
        case .taken(let routes, let onceKey):
            let bucket = bucket(ticket.source)
            let place = BucketIndex(bucket: bucket.number, index: bucket.items.count)
            if let onceKey, let first = plan(onceKey, at: place) { return .duplicate(first) }
            bucket.append(
                SendItem(ticket: ticket, index: index, rawByteCount: ticket.rawByteCount(index)), routes: routes,
                isDelayed: ticket[index].delayMillis > 0)
            if let onceKey { bucket.keys.append((onceKey, place.index)) }
            return .stored(place)
        }
    }

    /// Notes where the first message under a key stands; where there is one already, says where.
    private func plan(_ key: OnceKey, at place: BucketIndex) -> BucketIndex? {
        if plannedKeys.isEmpty { plannedKeys.reserveCapacity(expectedKeyCount) }
        guard let first = plannedKeys.updateValue(place, forKey: key) else { return nil }
        plannedKeys[key] = first
        return first
    }

    /// What ``admit(_:_:_:)`` found.
    enum Admission {
        case refused(BrokerError)
        case duplicate(SequenceNumber)
        case taken(routes: UInt64, OnceKey?)
    }

    private func bucket(_ source: SourceID) -> SendBucket {
        if let last = buckets.last, last.source == source { return last }
        if let number = bucketNumbers[source] { return buckets[number] }
        let bucket = SendBucket(source: source, number: buckets.count)
        bucketNumbers[source] = bucket.number
        buckets.append(bucket)
        return bucket
    }

    /// Cuts all buckets into blocks, has the crew begin to pack them, gives out sequences and makes the rows. The last step of planning.
    func cutBuckets() {
        var cuts: [(bucket: SendBucket, range: Range<Int>, job: PackJob)] = []
        for bucket in buckets {
            bucket.sort()
            let dictionary = dictionaries?.current(bucket.source)
            for range in crew.cutter.cut(bucket.items, packerCount: crew.packerCount) {
                dictionaries?.note(bucket.source, bucket.items[range], at: now)
                cuts.append((bucket, range, PackJob(bucket.items[range], dictionary: dictionary)))
            }
        }
        crew.start(cuts.map(\.job))
        for (bucket, range, job) in cuts {
            if range.lowerBound == 0 {
                bucket.giveSequences(from: takeSequences(bucket.source, bucket.items.count))
                rememberKeys(of: bucket)
            }
            addBlock(bucket, range, job)
        }
    }

    private func addBlock(_ bucket: SendBucket, _ range: Range<Int>, _ job: PackJob) {
        let block = blocks.count
        blocks.append(
            PlannedBlock(
                id: store.nextBlock, source: bucket.source,
                firstSequence: bucket.firstSequence + UInt64(range.lowerBound), job: job, queues: []))
        store.nextBlock += 1
        if let queue = bucket.source.queueID {
            addRows(block, queue, delays: bucket.delays(range), count: range.count)
        } else {
            addRows(block, routes: bucket.routes[range])
        }
    }

    private func takeSequences(_ source: SourceID, _ count: Int) -> SequenceNumber {
        if let topic = source.topicID {
            var counters = topics[topic] ?? committedTopics[topic] ?? TopicCounters()
            defer { topics[topic] = counters }
            counters.published += UInt64(count)
            counters.nextSequence += UInt64(count)
            return counters.nextSequence - UInt64(count)
        }
        guard let queue = source.queueID, let state = directory.state(queue) else { return 0 }
        return self.queue(state).counters.nextSequence
    }

    /// Waits for the packed blocks; sizes and checksums are known from here on.
    func sealBlocks() throws(DeflateError) {
        crew.finish()
        for block in blocks {
            guard let outcome = block.job.outcome else { throw .zlib(0) }
            let sealed = SealedBlock(block, try outcome.get(), at: now)
            crew.cutter.learn(sealed.packed)
            store.payloadPages += UInt64(PartLayout.pages(of: sealed.parts))
            sealedBlocks.append(sealed)
        }
    }

    /// One row per run of equal due times: members are neighbours, so a row's slots are a range.
    private func addRows(_ block: Int, _ queue: QueueID, delays: [UInt64]?, count: Int) {
        guard let state = directory.state(queue) else { return }
        guard let delays else {
            _ = addRow(block, state, slots: nil, members: 0..<count, delayMillis: 0)
            return
        }
        var start = 0
        var rowIDs: [EntryID] = []
        while start < delays.count {
            let end = delays[start...].firstIndex { $0 != delays[start] } ?? delays.count
            let whole = start == 0 && end == delays.count
            var slots = MemberSet()
            if !whole { for slot in start..<end { slots.insert(slot) } }
            rowIDs.append(
                addRow(
                    block, state, slots: whole ? nil : slots, members: start..<end, delayMillis: delays[start]))
            start = end
        }
        share(block, rowIDs)
    }

    private func addRows(_ block: Int, routes: ArraySlice<UInt64>) {
        guard let topic = blocks[block].source.topicID, let routing = catalogue.routing[topic] else { return }
        let taken = routes.reduce(0, |)
        let takenByAll = routes.reduce(.max, &)
        var rowIDs: [EntryID] = []
        for (number, target) in routing.targets.enumerated() where taken >> UInt64(number) & 1 == 1 {
            guard let state = directory.state(target) else { continue }
            if takenByAll >> UInt64(number) & 1 == 1 {
                rowIDs.append(addRow(block, state, slots: nil, members: 0..<routes.count, delayMillis: 0))
                continue
            }
            let members = (0..<routes.count).filter { routes[routes.startIndex + $0] >> UInt64(number) & 1 == 1 }
            var slots = MemberSet()
            for member in members { slots.insert(member) }
            rowIDs.append(addRow(block, state, slots: slots, members: members, delayMillis: 0))
        }
        share(block, rowIDs)
    }

    private func addRow(
        _ block: Int, _ state: QueueState, slots: MemberSet?, members: some RandomAccessCollection<Int>,
        delayMillis: UInt64
    ) -> EntryID {
        let plan = queue(state)
        let id = EntryID(queue: state.id, first: plan.counters.nextSequence)
        var row = EntryRow(count: members.count, block: blocks[block].id, enqueuedAt: now)
        row.slots = slots
        row.generation = plan.counters.rewindGeneration
        // A topic's messages for a full queue wait there until it shows fewer.
        let waitMillis = delayMillis == 0 && plan.isFull ? Limits.overflowRetryMillis : delayMillis
        if waitMillis > 0 {
            let due = now.adding(milliseconds: waitMillis)
            row.dueAt = due
            dueAdded[DueID(at: due, kind: .row, queue: state.id, sequence: id.first)] = id.first
            plan.counters.delayed += UInt64(members.count)
        } else {
            plan.counters.waiting += UInt64(members.count)
            plan.arrivalCount += members.count
        }
        plan.counters.nextSequence += UInt64(members.count)
        let items = blocks[block].job.items
        plan.counters.rawBytes += members.reduce(0) { $0 + UInt64(items[items.startIndex + $1].rawByteCount) }
        plan.counters.lastEnqueuedAt = now
        blocks[block].queues.append(state.id)
        entries[id] = .some(row)
        armSweep(plan)
        traceEnqueued(members, block, plan)
        return id
    }

    /// Marks the rows of a block with several owners, and counts them.
    private func share(_ block: Int, _ rowIDs: [EntryID]) {
        guard rowIDs.count > 1 else { return }
        for id in rowIDs {
            guard var row = entries[id] ?? nil else { continue }
            row.isShared = true
            entries[id] = .some(row)
        }
        owners[blocks[block].id] = UInt32(rowIDs.count)
    }

    private func rememberKeys(of bucket: SendBucket) {
        onceAnswers.expectedCount = plannedKeys.count
        for (onceKey, index) in bucket.keys {
            let expiry = now.adding(milliseconds: onceKey.key.lifetime.milliseconds)
            onceAnswers.add(onceKey, sequence: bucket.sequence(index), expiresAt: expiry)
        }
    }
}
