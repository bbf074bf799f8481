public import CMQProtocol
internal import Engine
public import MessageModel
internal import Tillwire

/// One send or publish on its way to the store.
public struct StoreCall: Sendable {
    /// What is stored where.
    public enum Target: Sendable {
        /// Into a queue.
        case send(SendMessages)
        /// To a topic.
        case publish(PublishMessages)
    }

    /// What is stored where.
    public var target: Target
    /// The replay guard: one key per body, or none.
    public var keys: [IdempotencyKey]

    /// Joins the members.
    public init(_ target: Target, keys: [IdempotencyKey] = []) {
        self.target = target
        self.keys = keys
    }
}

/// What became of a send or publish.
public struct StoreOutcome: Sendable {
    /// The ids, in order, or why nothing was stored.
    public var result: Result<CMQResult, CMQFault>
    /// The ids are those of an earlier, identical request; nothing was stored now.
    public var isRepeat = false
}

extension QueueOperations {
    /// Stores what several requests send and publish, in as few commits as the engine's bounds allow; each request is stored wholly or not at all,
    /// whatever becomes of the others. Durable when this returns; outcomes are in order.
    public func store(_ calls: [StoreCall]) async -> [StoreOutcome] {
        var outcomes = [StoreOutcome](repeating: StoreOutcome(result: .failure(.noMessage)), count: calls.count)
        var group: [Planned] = []
        var byteCount = 0
        for (index, call) in calls.enumerated() {
            let planned: Planned
            do throws(CMQFault) {
                planned = try await plan(call, at: index)
            } catch {
                outcomes[index] = StoreOutcome(result: .failure(error))
                continue
            }
            let isFull =
                group.count == Limits.batchCountMax || byteCount + planned.byteCount > Limits.groupByteCountMax
            if isFull {
                await commit(group, &outcomes)
                group = []
                byteCount = 0
            }
            group.append(planned)
            byteCount += planned.byteCount
        }
        await commit(group, &outcomes)
        return outcomes
    }

    /// A request that only the store can still refuse.
    private struct Planned {
        let index: Int
        let batch: SendBatch
        let byteCount: Int
        let place: FaultPlace
        /// The topic; nil for a send.
        let topic: EntityName?
        /// Messages with a delay, which count at ``QueueOperations/delayed``.
        let delayedCount: UInt64
    }

    private func plan(_ call: StoreCall, at index: Int) async throws(CMQFault) -> Planned {
        switch call.target {
        case .send(let send): try await plan(send, call.keys, at: index)
        case .publish(let publish): try plan(publish, call.keys, at: index)
        }
    }

    private func plan(_ send: SendMessages, _ keys: [IdempotencyKey], at index: Int) async throws(CMQFault) -> Planned {
        let entry = try queue(send.queue)
        let byteCount = try Self.byteCount(of: send.bodies)
        let delayMillis = try delayMillis(send.delaySeconds, entry)
        let messages = send.bodies.enumerated().map { place, body in
            OutgoingMessage(body: body, delayMillis: delayMillis, key: place < keys.count ? keys[place] : nil)
        }
        let delayedCount = delayMillis > 0 ? UInt64(messages.count) : 0
        if delayedCount > 0 { try await enter(delayedCount, entry.id, firstKey: keys.first) }
        return Planned(
            index: index, batch: SendBatch(source: .queue(entry.id), messages: messages), byteCount: byteCount,
            place: .queue, topic: nil, delayedCount: delayedCount)
    }

    private func delayMillis(_ seconds: UInt64, _ entry: QueueEntry) throws(CMQFault) -> UInt64 {
        let longest = min(settings.delaySecondsMax, Limits.delayMillisMax / 1_000)
        guard seconds <= longest else { throw .delayRange("0 to \(longest) are allowed") }
        // What would expire, or become a dead letter, before it is seen was never sent.
        let lives = min(entry.attributes.retentionMillis ?? .max, entry.attributes.deadLetter?.ageMillisMax ?? .max)
        guard seconds == 0 || seconds * 1_000 < lives else {
            throw .delayRange("below \(lives / 1_000), for which the queue keeps messages")
        }
        return seconds * 1_000
    }

    /// Counts delayed messages in; the repeat of a stored request adds none, so the cap does not bind it.
    private func enter(_ count: UInt64, _ queue: QueueID, firstKey: IdempotencyKey?) async throws(CMQFault) {
        let underWay = delayed.enter(queue, count: count)
        do throws(BrokerError) {
            let standing = try await broker.figures(of: queue).delayed
            if standing + underWay <= settings.delayedCountMax || delayed.knows(firstKey) { return }
        } catch {
            delayed.leave(queue, count: count)
            throw CMQFault(error, at: .queue)
        }
        delayed.leave(queue, count: count)
        throw .tooManyInFlight
    }

    private func plan(
        _ publish: PublishMessages, _ keys: [IdempotencyKey], at index: Int
    ) throws(CMQFault) -> Planned {
        let entry = try topic(publish.topic)
        let byteCount = try Self.byteCount(of: publish.bodies)
        let properties: MessageProperties
        do throws(BrokerError) {
            properties = try MessageProperties(tags: publish.tags, routingKey: publish.routingKey)
        } catch { throw CMQFault(error, at: .topic) }
        let messages = publish.bodies.enumerated().map { place, body in
            OutgoingMessage(body: body, properties: properties, key: place < keys.count ? keys[place] : nil)
        }
        return Planned(
            index: index, batch: SendBatch(source: .topic(entry.id), messages: messages),
            byteCount: byteCount + properties.encoded.count * messages.count, place: .topic, topic: publish.topic,
            delayedCount: 0)
    }

    private static func byteCount(of bodies: [Bytes]) throws(CMQFault) -> Int {
        let byteCount = bodies.reduce(0) { $0 + $1.count }
        // One body alone is above its queue's limit, which has an error of its own.
        guard bodies.count == 1 || byteCount <= QueueAPILimits.batchByteCountMax else { throw .batchTooLarge }
        return byteCount
    }

    private func commit(_ group: [Planned], _ outcomes: inout [StoreOutcome]) async {
        guard !group.isEmpty else { return }
        do throws(BrokerError) {
            let committed = try await broker.commit(group.map { Transaction<E.Receipt>(sends: [$0.batch]) })
            for (position, planned) in group.enumerated() {
                let outcome = position < committed.count ? committed[position] : .refused(.closed)
                outcomes[planned.index] = read(outcome, planned)
            }
        } catch {
            for planned in group {
                outcomes[planned.index] = StoreOutcome(result: .failure(fault(error, planned)))
            }
        }
        for planned in group where planned.delayedCount > 0 {
            guard let queue = planned.batch.source.queueID else { continue }
            if case .success = outcomes[planned.index].result { delayed.remember(planned.batch.messages.first?.key) }
            delayed.leave(queue, count: planned.delayedCount)
        }
    }

    private func read(_ outcome: TransactionOutcome, _ planned: Planned) -> StoreOutcome {
        switch outcome {
        case .refused(let reason): return StoreOutcome(result: .failure(fault(reason, planned)))
        case .committed(let sends):
            var ids: [MessageID] = []
            var isRepeat = false
            for outcome in sends.first ?? [] {
                switch outcome {
                case .stored(let sequence):
                    ids.append(broker.messageID(source: planned.batch.source, sequence: sequence))
                case .duplicate(let sequence):
                    isRepeat = true
                    ids.append(broker.messageID(source: planned.batch.source, sequence: sequence))
                case .refused(let reason): return StoreOutcome(result: .failure(fault(reason, planned)))
                }
            }
            return StoreOutcome(result: .success(.stored(ids)), isRepeat: isRepeat)
        }
    }

    private func fault(_ reason: BrokerError, _ planned: Planned) -> CMQFault {
        guard case .noMatchingSubscription = reason, let name = planned.topic else {
            return CMQFault(reason, at: planned.place)
        }
        // Its subscription cannot be removed, so this is a fault of ours and never the publisher's.
        if settings.moneyRules.topics.contains(name) {
            return .internalError("the topic carries payments and has lost its subscription; nothing was stored")
        }
        return broker.topology.topics[name]?.subscriptions.isEmpty ?? true ? .noSubscription : .noMatch
    }
}
