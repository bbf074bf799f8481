public import Engine
public import MessageModel

/// A topic: what is published once reaches every subscribed queue whose filter takes it; the bytes are stored once.
///
/// Thread-safe, cheap to copy.
public struct Topic<E: Engine>: Sendable {
    /// Its name.
    public let name: EntityName
    /// Its number.
    public let id: TopicID
    @usableFromInline
    let engine: E

    init(_ engine: E, _ name: EntityName, in topology: Topology) throws(BrokerError) {
        guard let entry = topology.topics[name] else { throw .topicNotFound(name.text) }
        self.engine = engine
        self.name = entry.name
        id = entry.id
    }

    /// Publishes one message. Durable in every matching queue when this returns.
    ///
    /// - Throws: ``BrokerError/noMatchingSubscription(topic:)`` where no queue takes it: it is then not stored.
    @inlinable
    @discardableResult
    public func publish(
        _ body: Bytes, properties: MessageProperties = .none, key: IdempotencyKey? = nil
    ) async throws(BrokerError) -> MessageID {
        let message = OutgoingMessage(body: body, properties: properties, key: key)
        return try engine.messageID(of: await engine.send(message, to: .topic(id)), source: .topic(id))
    }

    /// Publishes 1…256 messages; outcomes are in order. Durable when this returns.
    @inlinable
    public func publish(_ messages: [OutgoingMessage]) async throws(BrokerError) -> [SendOutcome] {
        try await engine.send(SendBatch(source: .topic(id), messages: messages))
    }

    /// Subscribes `queue` under `name`, from the next publish on. At a topic that routes by tags, with `filterTags` it takes only messages that
    /// carry one of them; at one that routes by key, `bindingKeys` say which routing keys it takes.
    ///
    /// - Throws: ``BrokerError/alreadyExists(_:)`` where the name stands for another queue or filter.
    public func subscribe(
        _ queue: Queue<E>, as name: EntityName, filterTags: [MessageTag] = [], bindingKeys: [BindingKey] = []
    ) async throws(BrokerError) {
        let entry = SubscriptionEntry(name: name, queue: queue.id, filterTags: filterTags, bindingKeys: bindingKeys)
        _ = try await engine.apply(.subscribe(topic: id, entry))
    }

    /// Replaces the filter of the subscription `name`, from the next publish on.
    ///
    /// - Throws: ``BrokerError/subscriptionNotFound(_:)``.
    public func setFilter(
        of name: EntityName, filterTags: [MessageTag] = [], bindingKeys: [BindingKey] = []
    ) async throws(BrokerError) {
        guard let entry = engine.topology().topics[self.name]?.subscriptions.first(where: { $0.name == name }) else {
            throw .subscriptionNotFound(name.text)
        }
        let changed = SubscriptionEntry(
            name: entry.name, queue: entry.queue, filterTags: filterTags, bindingKeys: bindingKeys,
            annotation: entry.annotation)
        _ = try await engine.apply(.setSubscription(topic: id, changed))
    }

    /// Ends the subscription `name`: every publish is wholly before or wholly after. Nothing happens where there is none.
    public func unsubscribe(_ name: EntityName) async throws(BrokerError) {
        _ = try await engine.apply(.unsubscribe(topic: id, name))
    }
}
