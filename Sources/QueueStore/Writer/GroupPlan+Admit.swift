internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// What would become of a message. Changes nothing but the sums by which limits and repeats are watched.
    func admit(
        _ message: OutgoingMessage, _ source: SourceID, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Admission {
        let gate = gate(source)
        if let refusal = check(message, gate) { return .refused(refusal) }
        let onceKey = message.key.map { OnceKey(source: source, key: $0, hasher: catalogue.hasher) }
        if let onceKey {
            if let first = try firstSequence(onceKey, gate, transaction) { return .duplicate(first) }
            // A repeat of what this group takes already needs no room.
            if plannedKeys[onceKey] != nil || admittedKeys.contains(onceKey) { return .taken(routes: 0, onceKey) }
        }
        let admission = admit(message, gate, onceKey)
        if case .taken = admission, let onceKey { admittedKeys.insert(onceKey) }
        return admission
    }

    /// The same for a single message that is enqueued before another is admitted.
    func admit(
        alone ticket: SendTicket, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Admission {
        let gate = gate(ticket.source)
        let message = ticket[0]
        if let refusal = check(message, gate) { return .refused(refusal) }
        guard message.key != nil else { return admit(message, gate, nil) }
        let onceKey =
            ticket.onceKey ?? message.key.map { OnceKey(source: ticket.source, key: $0, hasher: catalogue.hasher) }
        if let onceKey {
            if !ticket.takeKeyIsNew(), let first = try firstSequence(onceKey, gate, transaction) {
                return .duplicate(first)
            }
            // Otherwise the two are told apart when it is enqueued.
            let mayBeRefused = sendRefusal != nil || gate.hasLimits || gate.source.isTopic
            if mayBeRefused, plannedKeys[onceKey] != nil { return .taken(routes: 0, onceKey) }
        }
        return admit(message, gate, onceKey)
    }

    /// What would become of a message whose key is new.
    private func admit(_ message: OutgoingMessage, _ gate: SourceGate, _ onceKey: OnceKey?) -> Admission {
        if let sendRefusal { return .refused(sendRefusal) }
        let routes: UInt64
        switch route(message, gate) {
        case .success(let found): routes = found
        case .failure(let reason): return .refused(reason)
        }
        if gate.hasLimits {
            if let refusal = refusal(of: message, gate, routes) { return .refused(refusal) }
            count(message, gate, routes)
        }
        return .taken(routes: routes, onceKey)
    }

    /// Takes back what ``admit(_:_:_:)`` noted of a ticket's first messages, none of which is enqueued.
    func withdraw(_ admissions: [Admission], _ ticket: SendTicket) {
        for (index, admission) in admissions.enumerated() {
            guard case .taken(let routes, let onceKey) = admission else { continue }
            // A repeat of a message that this group has anyway was not noted.
            if let onceKey, plannedKeys[onceKey] != nil || admittedKeys.remove(onceKey) == nil { continue }
            count(ticket[index], gate(ticket.source), routes, isWithdrawn: true)
        }
    }

    /// Which subscriptions take a message; 0 for a queue. Every queue must be at hand before anything is taken: a message is stored for all that
    /// match, or not at all.
    private func route(_ message: OutgoingMessage, _ gate: SourceGate) -> Result<UInt64, BrokerError> {
        guard let topic = gate.source.topicID else {
            return gate.isHeld ? .success(0) : .failure(.corrupted("counters of a queue"))
        }
        guard !damagedTopics.contains(topic) else {
            return .failure(.corrupted("counters of topic \(catalogue.topicName(topic))"))
        }
        guard let routing = gate.routing else { return .failure(.topicNotFound("\(topic.rawValue)")) }
        if routing.needsRoutingKey, message.properties.routingKey.isEmpty {
            return .failure(.routingKeyMissing(topic: catalogue.topicName(topic)))
        }
        let routes = routing.bits(message)
        guard routes != 0 else { return .failure(.noMatchingSubscription(topic: catalogue.topicName(topic))) }
        let missing = routes & gate.missingRoutes
        guard missing == 0 else {
            return .failure(.corrupted("counters of queue \(routing.targets[missing.trailingZeroBitCount].rawValue)"))
        }
        return .success(routes)
    }

    private func gate(_ source: SourceID) -> SourceGate {
        if let lastGate, lastGate.source == source { return lastGate }
        let gate = gates[source] ?? SourceGate(source, catalogue, directory)
        gates[source] = gate
        lastGate = gate
        return gate
    }

    private func check(_ message: OutgoingMessage, _ gate: SourceGate) -> BrokerError? {
        let most = gate.bodyByteCountMax
        if message.body.count > most { return .bodyTooLarge(byteCount: message.body.count, byteCountMax: most) }
        if message.body.isEmpty { return .bodyTooLarge(byteCount: 0, byteCountMax: most) }
        if message.properties.encoded.count > Limits.propertiesByteCountMax {
            return .propertiesTooLarge(byteCount: message.properties.encoded.count)
        }
        let delayMax = gate.source.isTopic ? 0 : Limits.delayMillisMax
        if message.delayMillis > delayMax {
            return .outOfRange("delay of \(message.delayMillis) ms: at most \(delayMax) are allowed here")
        }
        guard let queue = gate.source.queueID else { return nil }
        guard let attributes = gate.attributes else { return .queueNotFound("\(queue.rawValue)") }
        if let life = attributes.lifeMillis, message.delayMillis >= life {
            return .outOfRange("delay of \(message.delayMillis) ms: the queue keeps messages for \(life) ms")
        }
        return nil
    }

    /// The first answer under a key, where it is still good.
    private func firstSequence(
        _ key: OnceKey, _ gate: SourceGate, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> SequenceNumber? {
        if let first = try once.answer(key, at: now, tables.once, transaction) { return first }
        guard once.holdsSingles else { return nil }
        let buckets: [UInt32]
        do throws(LMDBError) { buckets = try gate.occupiedBuckets(key, at: now, tables.once, transaction) } catch {
            throw .lmdb(error)
        }
        for bucket in buckets {
            let rowKey = key.rowKey(bucket: bucket)
            let row = try read(tables.once, rowKey, "once", transaction) { (value) throws(RowFault) in
                try OnceRow(value, under: rowKey.span)
            }
            if let row, row.expiresAt > now, row.key == key.key.bytes { return row.sequence }
        }
        return nil
    }

    // MARK: Limits

    /// Why a queue takes no further message; nil where all do. A topic's messages are taken up to twice a queue's limit and wait where they are
    /// more than it: one full queue must not hold up the others.
    private func refusal(of message: OutgoingMessage, _ gate: SourceGate, _ routes: UInt64) -> BrokerError? {
        let times: UInt64 = gate.source.isTopic ? 2 : 1
        for limited in gate.limited where gate.source.queueID != nil || routes >> UInt64(limited.route) & 1 == 1 {
            let counters = queue(limited.state).counters
            let more = admitted[limited.state.id] ?? (0, 0)
            let count = counters.waiting + counters.delayed + more.count + 1
            let bytes = counters.rawBytes + more.bytes + UInt64(message.rawByteCount)
            if let most = limited.attributes.messageCountMax, count > most.saturating(times) {
                return .queueFull(queue: limited.state.name.text, limit: "\(most) messages")
            }
            if let most = limited.attributes.byteCountMax, bytes > most.saturating(times) {
                return .queueFull(queue: limited.state.name.text, limit: "\(most) bytes")
            }
        }
        return nil
    }

    /// Counts an admitted message where its queues have limits, or takes that back.
    private func count(_ message: OutgoingMessage, _ gate: SourceGate, _ routes: UInt64, isWithdrawn: Bool = false) {
        for limited in gate.limited where gate.source.queueID != nil || routes >> UInt64(limited.route) & 1 == 1 {
            let before = admitted[limited.state.id] ?? (0, 0)
            let byteCount = UInt64(message.rawByteCount)
            admitted[limited.state.id] =
                isWithdrawn
                ? (before.count - 1, before.bytes - byteCount) : (before.count + 1, before.bytes + byteCount)
        }
    }
}

extension UInt64 {
    /// So many times this number, or the largest there is.
    fileprivate func saturating(_ times: UInt64) -> UInt64 {
        let product = multipliedReportingOverflow(by: times)
        return product.overflow ? .max : product.partialValue
    }
}
