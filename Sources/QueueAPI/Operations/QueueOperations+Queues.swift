internal import CMQProtocol
internal import Engine
internal import MessageModel
internal import Tillwire

extension QueueOperations {
    func createQueue(_ name: EntityName, _ settings: QueueSettings) async throws(CMQFault) -> CMQResult {
        guard !HiddenQueues.contain(name) else {
            throw .invalidValue("queueName", "names that begin with \(HiddenQueues.prefix) are reserved")
        }
        return try await changing { () throws(CMQFault) -> CMQResult in
            guard self.broker.topology.queues[name] == nil else { throw .queueExists }
            try self.refuseProtected(queue: name)
            var attributes = QueueAttributes.cmqDefaults
            try self.take(settings, into: &attributes, of: nil)
            let topology = try await self.apply(.createQueue(name, attributes), at: .queue)
            guard let made = topology.queues[name] else { throw .queueNotFound }
            return .queueMade(try await self.describe(made, in: topology))
        }
    }

    func setQueue(_ name: EntityName, _ settings: QueueSettings) async throws(CMQFault) -> CMQResult {
        try await changing { () throws(CMQFault) -> CMQResult in
            let entry = try self.changeable(name)
            var attributes = entry.attributes
            try self.take(settings, into: &attributes, of: entry.id)
            if let topic = self.moneyTopic(of: entry.id) {
                // A client that sends back what it was told of a queue without a limit means no limit.
                let none = QueueAPILimits.queueMessageCountMax
                guard settings.messageCountMax ?? none == none else {
                    throw .invalidValue(
                        "maxMsgHeapNum",
                        "the queue takes payments from topic \(topic) and has no limit: \(none) or nothing is allowed")
                }
                attributes = attributes.withoutLimits
            }
            let topology = try await self.apply(.setQueueAttributes(entry.id, attributes), at: .queue)
            guard let changed = topology.queues[name] else { throw .queueNotFound }
            return .queueChanged(try await self.describe(changed, in: topology))
        }
    }

    /// Takes a call's settings over and checks them against the other queues (`cmq-protocol.md` §3.7).
    private func take(
        _ settings: QueueSettings, into attributes: inout QueueAttributes, of queue: QueueID?
    ) throws(CMQFault) {
        if settings.unbindsDeadLetter { attributes.deadLetter = nil }
        try attributes.take(settings)
        guard let deadLetter = settings.deadLetter else { return }
        let target = try self.queue(deadLetter.queue)
        let queues = broker.topology.queues.values
        guard target.id != queue else { throw .invalidValue("deadLetterQueueName", "another queue") }
        guard target.attributes.deadLetter == nil else {
            throw .invalidValue("deadLetterQueueName", "a queue without a dead-letter queue of its own")
        }
        guard queue == nil || !queues.contains(where: { $0.attributes.deadLetter?.queue == queue }) else {
            throw .invalidValue("deadLetterQueueName", "none, the queue is the dead-letter queue of others")
        }
        let others = queues.count { $0.attributes.deadLetter?.queue == target.id && $0.id != queue }
        guard others < Limits.deadLetterSourceCountMax else {
            throw .invalidValue(
                "deadLetterQueueName", "a queue that serves fewer than \(Limits.deadLetterSourceCountMax) others")
        }
        try attributes.take(deadLetter.rule, queue: target.id)
    }

    func unbindDeadLetter(_ name: EntityName) async throws(CMQFault) -> CMQResult {
        try await changing { () throws(CMQFault) -> CMQResult in
            let entry = try self.changeable(name)
            guard entry.attributes.deadLetter != nil else { return .done }
            var attributes = entry.attributes
            attributes.deadLetter = nil
            try await self.apply(.setQueueAttributes(entry.id, attributes), at: .queue)
            return .done
        }
    }

    func deleteQueue(_ name: EntityName) async throws(CMQFault) -> CMQResult {
        try await changing { () throws(CMQFault) -> CMQResult in
            try await self.apply(.deleteQueue(try self.changeable(name).id), at: .queue)
            return .done
        }
    }

    func clearQueue(_ name: EntityName) async throws(CMQFault) -> CMQResult {
        let entry = try changeable(name)
        do throws(BrokerError) { _ = try await broker.purge(entry.id) } catch { throw CMQFault(error, at: .queue) }
        return .done
    }

    /// `now - rewindSeconds <= moment <= minMsgTime`, in the whole seconds that clients are told (`cmq-protocol.md` §2.7).
    func rewindQueue(_ name: EntityName, to moment: Timestamp) async throws(CMQFault) -> CMQResult {
        let entry = try queue(name)
        let attributes = entry.attributes
        let keptMillis = min(attributes.rewindMillis, attributes.retentionMillis ?? .max)
        guard keptMillis > 0 else { throw .rewindOff }
        do throws(BrokerError) {
            let figures = try await broker.figures(of: entry.id)
            let now = broker.time.now
            let latest = (figures.oldestEnqueuedAt ?? now).milliseconds / 1_000
            let earliest = (now.milliseconds - min(keptMillis, now.milliseconds)) / 1_000
            guard earliest...max(earliest, latest) ~= moment.milliseconds / 1_000 else {
                throw BrokerError.outOfRange("")
            }
            // A client counts in seconds, the engine in milliseconds: what is only that much too early is meant to be the earliest. Half a second
            // is for the way to the commit.
            let edge = now.milliseconds - min(keptMillis, now.milliseconds) + min(500, keptMillis)
            let target = Timestamp(milliseconds: min(max(moment.milliseconds, edge), now.milliseconds))
            try await broker.rewind(entry.id, to: target)
        } catch {
            if case .outOfRange = error { throw .rewindTime }
            throw CMQFault(error, at: .queue)
        }
        return .done
    }

    func listQueues(
        _ listing: EntityListing, _ mayList: (EntityName) -> Bool
    ) async throws(CMQFault) -> CMQResult {
        try await page(
            listing, of: broker.topology.queues.values.filter { !HiddenQueues.hide($0.name) && mayList($0.name) })
    }

    func listDeadLetterSources(_ name: EntityName, _ listing: EntityListing) async throws(CMQFault) -> CMQResult {
        let target = try queue(name).id
        return try await page(
            listing,
            of: broker.topology.queues.values.filter {
                $0.attributes.deadLetter?.queue == target && !HiddenQueues.contain($0.name)
            })
    }

    private func page(_ listing: EntityListing, of queues: [QueueEntry]) async throws(CMQFault) -> CMQResult {
        let (page, totalCount) = listing.page(of: queues, name: \.name)
        let topology = broker.topology
        var descriptions: [QueueDescription] = []
        for entry in page {
            do throws(CMQFault) {
                descriptions.append(try await describe(entry, in: topology))
            } catch  where error == .queueNotFound {
                // Deleted meanwhile: it is not there any more.
            }
        }
        return .queues(descriptions, totalCount: totalCount)
    }

    /// The queue, where a call may change, empty or remove it.
    func changeable(_ name: EntityName) throws(CMQFault) -> QueueEntry {
        let entry = try queue(name)
        try refuseProtected(queue: entry.name)
        return entry
    }
}
