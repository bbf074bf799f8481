internal import Engine
internal import Deflate
internal import LMDB
internal import MessageModel
internal import TopicRouting

extension GroupPlan {
    /// Admits a batch of messages to its bucket; outcomes are in order.
    func plan(_ batch: SendBatch, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> [PendingOutcome] {
        // All are admitted before the first is taken: a damaged row refuses the whole batch, not its rest.
        var admissions: [Admission] = []
        admissions.reserveCapacity(batch.messages.count)
        for message in batch.messages { admissions.append(try admit(message, batch.source, transaction)) }
        return zip(batch.messages, admissions).map { enqueue($0, batch.source, $1) }
    }

    /// What would become of a message. Changes nothing but the sums by which limits are watched.
    func admit(
        _ message: OutgoingMessage, _ source: SourceID, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Admission {
        if let refusal = check(message, source) { return .refused(refusal) }
        if let key = message.key, let first = try firstSequence(OnceKey(source: source, key: key), transaction) {
            return .duplicate(first)
        }
        if let sendRefusal { return .refused(sendRefusal) }
        guard let topic = source.topicID else {
            guard let queue = source.queueID, let state = directory.state(queue) else {
                return .refused(.corrupted("counters of a queue"))
            }
            if let refusal = refusal(of: state, message, times: 1) { return .refused(refusal) }
            if catalogue.hasLimits { count(message, source, routes: 0) }
            return .taken(routes: 0)
        }
        guard !damagedTopics.contains(topic) else {
            return .refused(.corrupted("counters of topic \(catalogue.topicName(topic))"))
        }
        guard let routing = catalogue.routing[topic] else { return .refused(.topicNotFound("\(topic.rawValue)")) }
        if routing.needsRoutingKey, message.properties.routingKey.isEmpty {
            return .refused(.routingKeyMissing(topic: catalogue.topicName(topic)))
        }
        let routes = routing.bits(message)
        guard routes != 0 else { return .refused(.noMatchingSubscription(topic: catalogue.topicName(topic))) }
        // Every queue must be at hand before anything is taken: a message is stored for all that match, or not at all.
        for (number, target) in routing.targets.enumerated() where routes >> UInt64(number) & 1 == 1 {
            guard let state = directory.state(target) else {
                return .refused(.corrupted("counters of queue \(target.rawValue)"))
            }
            if let refusal = refusal(of: state, message, times: 2) { return .refused(refusal) }
        }
        if catalogue.hasLimits { count(message, source, routes: routes) }
        return .taken(routes: routes)
    }

    /// Why a queue takes no further message, at so many times its limits; nil where it takes one. A topic's messages are taken up to twice the limit
    /// and wait where they are more than it: one full queue must not hold up the others.
    private func refusal(of state: QueueState, _ message: OutgoingMessage, times: UInt64) -> BrokerError? {
        guard let attributes = catalogue.attributes(state.id),
            attributes.messageCountMax != nil || attributes.byteCountMax != nil
        else { return nil }
        let counters = queue(state).counters
        let more = admitted[state.id] ?? (0, 0)
        let count = counters.waiting + counters.delayed + more.count + 1
        let bytes = counters.rawBytes + more.bytes + UInt64(message.rawByteCount)
        if let most = attributes.messageCountMax, count > most * times {
            return .queueFull(queue: state.name.text, limit: "\(most) messages")
        }
        if let most = attributes.byteCountMax, bytes > most * times {
            return .queueFull(queue: state.name.text, limit: "\(most) bytes")
        }
        return nil
    }

    /// Counts an admitted message where its queues have limits.
    private func count(_ message: OutgoingMessage, _ source: SourceID, routes: UInt64) {
        let targets =
            source.topicID.map { topic in
                (catalogue.routing[topic]?.targets ?? []).enumerated().filter { routes >> UInt64($0.offset) & 1 == 1 }
                    .map(\.element)
            } ?? source.queueID.map { [$0] } ?? []
        for target in targets {
            guard let attributes = catalogue.attributes(target),
                attributes.messageCountMax != nil || attributes.byteCountMax != nil
            else { continue }
            let before = admitted[target] ?? (0, 0)
            admitted[target] = (before.count + 1, before.bytes + UInt64(message.rawByteCount))
        }
    }

    /// Puts an admitted message into its bucket.
    func enqueue(_ message: OutgoingMessage, _ source: SourceID, _ admission: Admission) -> PendingOutcome {
        switch admission {
        case .refused(let reason): return .known(.refused(reason))
        case .duplicate(let first): return .known(.duplicate(first))
        case .taken(let routes):
            let onceKey = message.key.map { OnceKey(source: source, key: $0) }
            if let onceKey, let first = plannedKeys[onceKey] { return .duplicate(first) }
            let bucket = bucket(source)
            let place = BucketIndex(source: source, index: bucket.messages.count)
            bucket.messages.append(message)
            bucket.routes.append(routes)
            if let onceKey {
                plannedKeys[onceKey] = place
                bucket.keys.append((onceKey, place.index))
            }
            return .stored(place)
        }
    }

    /// What ``admit(_:_:_:)`` found.
    enum Admission {
        case refused(BrokerError)
        case duplicate(SequenceNumber)
        case taken(routes: UInt64)
    }

    private func check(_ message: OutgoingMessage, _ source: SourceID) -> BrokerError? {
        let most = catalogue.bodyByteCountMax(source)
        if message.body.count > most { return .bodyTooLarge(byteCount: message.body.count, byteCountMax: most) }
        if message.body.isEmpty { return .bodyTooLarge(byteCount: 0, byteCountMax: most) }
        if message.properties.encoded.count > Limits.propertiesByteCountMax {
            return .propertiesTooLarge(byteCount: message.properties.encoded.count)
        }
        let delayMax = source.isTopic ? 0 : Limits.delayMillisMax
        if message.delayMillis > delayMax {
            return .outOfRange("delay of \(message.delayMillis) ms: at most \(delayMax) are allowed here")
        }
        if let queue = source.queueID {
            guard let attributes = catalogue.attributes(queue) else { return .queueNotFound("\(queue.rawValue)") }
            if let life = attributes.lifeMillis, message.delayMillis >= life {
                return .outOfRange("delay of \(message.delayMillis) ms: the queue keeps messages for \(life) ms")
            }
        }
        return nil
    }

    private func bucket(_ source: SourceID) -> SendBucket {
        if let bucket = buckets[source] { return bucket }
        let bucket = SendBucket(source: source)
        buckets[source] = bucket
        bucketOrder.append(source)
        return bucket
    }

    /// The first answer under a key, where it is still good.
    private func firstSequence(
        _ key: OnceKey, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> SequenceNumber? {
        for bucket in key.liveBuckets(at: now) {
            let rowKey = key.rowKey(bucket: bucket, hasher: catalogue.hasher)
            let row = try read(tables.once, rowKey, "once", transaction) { (value) throws(RowFault) in
                try OnceRow(value, under: rowKey.span)
            }
            if let row, row.expiresAt > now, row.key[...] == key.key.bytes.slice { return row.sequence }
        }
        return nil
    }

    /// Cuts all buckets into blocks, gives out sequences and makes the rows. The last step of planning.
    func cutBuckets() throws(DeflateError) {
        for source in bucketOrder {
            guard let bucket = buckets[source] else { continue }
            try cut(bucket)
            rememberKeys(of: bucket)
        }
    }

    private func cut(_ bucket: SendBucket) throws(DeflateError) {
        let order = bucket.order
        let messages = order.map { bucket.messages[$0] }
        let first = takeSequences(bucket.source, messages.count)
        bucket.sequences = Array(repeating: 0, count: messages.count)
        for (position, index) in order.enumerated() { bucket.sequences[index] = first + UInt64(position) }
        let dictionary = dictionaries?.current(bucket.source)
        var start = 0
        while start < messages.count {
            let count = packer.blockCount(messages, from: start)
            let packed = try packer.pack(messages[start..<start + count], dictionary: dictionary)
            dictionaries?.note(bucket.source, messages[start..<start + count], at: now)
            let block = makeBlock(packed, source: bucket.source, firstSequence: first + UInt64(start))
            if let queue = bucket.source.queueID {
                addRows(
                    block, queue, first: first + UInt64(start),
                    delays: messages[start..<start + count].map(\.delayMillis))
            } else {
                addRows(block, routes: order[start..<start + count].map { bucket.routes[$0] })
            }
            start += count
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

    private func makeBlock(_ packed: PackedBlock, source: SourceID, firstSequence: SequenceNumber) -> Int {
        let parts = PartLayout.parts(of: BlockHeader.byteCount + packed.stored.count)
        let header = BlockHeader(
            codec: packed.codec, count: packed.count, rawByteCount: packed.raw.count,
            storedByteCount: packed.stored.count,
            partCount: parts.count, cutAt: now, source: source, firstSequence: firstSequence,
            dictionary: packed.dictionary)
        blocks.append(PlannedBlock(id: store.nextBlock, header: header, packed: packed, parts: parts, queues: []))
        store.nextBlock += 1
        store.payloadPages += UInt64(PartLayout.pages(of: parts))
        return blocks.count - 1
    }

    /// One row per run of equal due times: members are neighbours, so a row's slots are a range.
    private func addRows(_ block: Int, _ queue: QueueID, first: SequenceNumber, delays: [UInt64]) {
        guard let state = directory.state(queue) else { return }
        var start = 0
        var rowIDs: [EntryID] = []
        while start < delays.count {
            let end = delays[start...].firstIndex { $0 != delays[start] } ?? delays.count
            let whole = start == 0 && end == delays.count
            var slots = MemberSet()
            if !whole { for slot in start..<end { slots.insert(slot) } }
            rowIDs.append(
                addRow(
                    block, state, slots: whole ? nil : slots, members: Array(start..<end), delayMillis: delays[start]))
            start = end
        }
        share(block, rowIDs)
    }

    private func addRows(_ block: Int, routes: [UInt64]) {
        guard let topic = blocks[block].header.source.topicID, let routing = catalogue.routing[topic] else { return }
        var rowIDs: [EntryID] = []
        for (number, target) in routing.targets.enumerated() {
            let members = routes.indices.filter { routes[$0] >> UInt64(number) & 1 == 1 }
            guard !members.isEmpty, let state = directory.state(target) else { continue }
            var slots = MemberSet()
            if members.count < routes.count { for member in members { slots.insert(member) } }
            rowIDs.append(
                addRow(
                    block, state, slots: members.count < routes.count ? slots : nil, members: members, delayMillis: 0))
        }
        share(block, rowIDs)
    }

    private func addRow(
        _ block: Int, _ state: QueueState, slots: MemberSet?, members: [Int], delayMillis: UInt64
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
        plan.counters.rawBytes += members.reduce(0) { $0 + UInt64(blocks[block].packed.messageByteCounts[$1]) }
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
        for (onceKey, index) in bucket.keys {
            let expiry = now.adding(milliseconds: onceKey.key.lifetime.milliseconds)
            let rowKey = onceKey.rowKey(bucket: onceKey.bucket(expiringAt: expiry), hasher: catalogue.hasher)
            let row = OnceRow(sequence: bucket.sequences[index], expiresAt: expiry, key: Array(onceKey.key.bytes.slice))
            onceRows.append((rowKey, row.encoded(under: rowKey)))
        }
    }
}
