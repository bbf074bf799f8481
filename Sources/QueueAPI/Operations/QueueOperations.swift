public import CMQProtocol
public import Engine
public import Logging
public import MessageModel
public import Tillwire

/// The calls of both CMQ APIs against the engine: settings, cross checks and errors as CMQ has them (`cmq-protocol.md` §2–§5).
///
/// Knows nothing of signatures, permissions or the wire. Every call either does all it says, or throws and has changed nothing. Thread-safe.
public final class QueueOperations<E: Engine>: Sendable {
    let broker: Broker<E>
    let settings: QueueOperationSettings
    let delayed = DelayedSends()
    let desk = ChangeDesk()
    let logger: Logger

    /// Calls over `broker`.
    ///
    /// - Parameter logger: told of what a call changes besides what it says.
    public init(
        broker: Broker<E>, settings: QueueOperationSettings, logger: Logger = Logger(label: "queue-api")
    ) {
        self.broker = broker
        self.settings = settings
        self.logger = logger
    }

    /// Does what is neither a send, a publish, a receive nor a delete.
    ///
    /// Lists of queues and of topics hold only names that `mayList` lets through.
    ///
    /// - Throws: ``CMQProtocol/CMQFault``; nothing was changed, except where its text says that nobody knows.
    public func control(
        _ request: CMQRequest, mayList: (EntityName) -> Bool = { _ in true }
    ) async throws(CMQFault) -> CMQResult {
        switch request {
        case .sendMessages, .receiveMessages, .deleteMessages, .publishMessages:
            preconditionFailure("messages have calls of their own")
        case .createQueue(let name, let settings): return try await createQueue(name, settings)
        case .setQueueAttributes(let name, let settings): return try await setQueue(name, settings)
        case .describeQueue(let name): return .queue(try await describe(try readableQueue(name), in: broker.topology))
        case .listQueues(let listing): return try await listQueues(listing, mayList)
        case .deleteQueue(let name): return try await deleteQueue(name)
        case .clearQueue(let name): return try await clearQueue(name)
        case .rewindQueue(let name, let moment): return try await rewindQueue(name, to: moment)
        case .unbindDeadLetter(let source): return try await unbindDeadLetter(source)
        case .listDeadLetterSources(let name, let listing): return try await listDeadLetterSources(name, listing)
        case .createTopic(let name, let settings): return try await createTopic(name, settings)
        case .setTopicAttributes(let name, let settings): return try await setTopic(name, settings)
        case .describeTopic(let name): return .topic(try await describe(try topic(name), in: broker.topology))
        case .listTopics(let listing): return try await listTopics(listing, mayList)
        case .deleteTopic(let name): return try await deleteTopic(name)
        case .subscribe(let call): return try await subscribe(call)
        case .setSubscriptionAttributes(let call): return try await setSubscription(call)
        case .describeSubscription(let topic, let name): return try await describeSubscription(topic, name)
        case .listSubscriptions(let listing): return try await listSubscriptions(listing)
        case .clearFilterTags(let topic, let name): return try await clearFilterTags(topic, name)
        case .unsubscribe(let topic, let name): return try await unsubscribe(topic, name)
        }
    }

    /// The queue a call names. The queues behind HTTP subscriptions are nobody's.
    func queue(_ name: EntityName) throws(CMQFault) -> QueueEntry {
        guard !HiddenQueues.contain(name), let entry = broker.topology.queues[name] else { throw .queueNotFound }
        return entry
    }

    /// The queue a call reads from: also one with what a subscriber of a topic of money did not take, so that somebody can deal with it.
    func readableQueue(_ name: EntityName) throws(CMQFault) -> QueueEntry {
        guard !HiddenQueues.hide(name), let entry = broker.topology.queues[name] else { throw .queueNotFound }
        return entry
    }

    /// The topic a call names.
    func topic(_ name: EntityName) throws(CMQFault) -> TopicEntry {
        guard let entry = broker.topology.topics[name] else { throw .topicNotFound }
        return entry
    }

    /// Runs `body` with the turn to change something: what it looks at stays as it is, as far as the API's own calls are concerned.
    func changing(_ body: () async throws(CMQFault) -> CMQResult) async throws(CMQFault) -> CMQResult {
        try await desk.take()
        let result: Result<CMQResult, CMQFault>
        do throws(CMQFault) { result = .success(try await body()) } catch { result = .failure(error) }
        await desk.give()
        return try result.get()
    }

    /// Changes the topology.
    @discardableResult
    func apply(_ change: TopologyChange, at place: FaultPlace) async throws(CMQFault) -> Topology {
        do throws(BrokerError) { return try await broker.apply(change) } catch { throw CMQFault(error, at: place) }
    }
}
