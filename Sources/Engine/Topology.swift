public import MessageModel

/// A queue of the store.
public struct QueueEntry: Sendable, Hashable {
    /// Its number.
    public let id: QueueID
    /// Its name.
    public let name: EntityName
    /// Its settings.
    public let attributes: QueueAttributes
    /// When it was made and changed last.
    public let times: EntityTimes

    /// Joins the members.
    public init(id: QueueID, name: EntityName, attributes: QueueAttributes, times: EntityTimes = .unknown) {
        self.id = id
        self.name = name
        self.attributes = attributes
        self.times = times
    }
}

/// A topic of the store.
public struct TopicEntry: Sendable, Hashable {
    /// Its number.
    public let id: TopicID
    /// Its name.
    public let name: EntityName
    /// Its settings.
    public let attributes: TopicAttributes
    /// Its subscriptions, in the order they were made.
    public let subscriptions: [SubscriptionEntry]
    /// When it was made and changed last, its subscriptions not counted.
    public let times: EntityTimes

    /// Joins the members.
    public init(
        id: TopicID, name: EntityName, attributes: TopicAttributes = .init(), subscriptions: [SubscriptionEntry],
        times: EntityTimes = .unknown
    ) {
        self.id = id
        self.name = name
        self.attributes = attributes
        self.subscriptions = subscriptions
        self.times = times
    }

    /// The same topic with other subscriptions.
    public func with(_ subscriptions: [SubscriptionEntry]) -> TopicEntry {
        TopicEntry(id: id, name: name, attributes: attributes, subscriptions: subscriptions, times: times)
    }
}

/// A queue's subscription to a topic.
public struct SubscriptionEntry: Sendable, Hashable {
    /// Its name, unique within the topic.
    public let name: EntityName
    /// The queue that takes the messages.
    public let queue: QueueID
    /// At a topic that routes by tags: tags of which a message must carry one; empty takes every message. Ignored elsewhere.
    public let filterTags: [MessageTag]
    /// At a topic that routes by routing keys: patterns of which one must match; at least one is needed there. Ignored elsewhere.
    public let bindingKeys: [BindingKey]
    /// Whatever the maker wants to find again with the subscription, at most ``MessageModel/Limits/annotationByteCountMax`` bytes; opaque to
    /// the engine.
    public let annotation: Bytes
    /// When it was made and changed last; set by the engine.
    public let times: EntityTimes

    /// Joins the members.
    public init(
        name: EntityName, queue: QueueID, filterTags: [MessageTag] = [], bindingKeys: [BindingKey] = [],
        annotation: Bytes = .empty, times: EntityTimes = .unknown
    ) {
        self.name = name
        self.queue = queue
        self.filterTags = filterTags
        self.bindingKeys = bindingKeys
        self.annotation = annotation
        self.times = times
    }

    /// Whether `other` says the same, whenever it was made.
    public func saysTheSame(as other: SubscriptionEntry) -> Bool {
        name == other.name && queue == other.queue && filterTags == other.filterTags && bindingKeys == other.bindingKeys
            && annotation == other.annotation
    }
}

/// When an entity was made and changed last.
public struct EntityTimes: Sendable, Hashable {
    /// When it was made; zero where an older format did not say.
    public let createdAt: Timestamp
    /// When its settings changed last.
    public let changedAt: Timestamp

    /// Joins the members.
    public init(createdAt: Timestamp, changedAt: Timestamp) {
        self.createdAt = createdAt
        self.changedAt = changedAt
    }

    /// Nobody wrote it down.
    public static let unknown = EntityTimes(createdAt: .zero, changedAt: .zero)
}

/// A change of what the store contains. Making what is there already, and removing what is not, changes nothing.
public enum TopologyChange: Sendable, Hashable {
    /// Makes a queue; ``MessageModel/BrokerError/alreadyExists(_:)`` where it exists with other attributes.
    case createQueue(EntityName, QueueAttributes)
    /// Replaces a queue's settings; they hold for the messages that are there too.
    case setQueueAttributes(QueueID, QueueAttributes)
    /// Removes a queue with its messages and its subscriptions; ``MessageModel/BrokerError/queueInUse(_:)`` where it is another queue's
    /// dead-letter queue. The name is free at once, the room in bounded steps.
    case deleteQueue(QueueID)
    /// Makes a topic; ``MessageModel/BrokerError/alreadyExists(_:)`` where it exists with other attributes.
    case createTopic(EntityName, TopicAttributes)
    /// Replaces a topic's settings; how it routes cannot change.
    case setTopicAttributes(TopicID, TopicAttributes)
    /// Removes a topic and its subscriptions; messages that reached queues stay there.
    case deleteTopic(TopicID)
    /// Subscribes a queue to a topic, from the next publish on.
    case subscribe(topic: TopicID, SubscriptionEntry)
    /// Replaces filter and annotation of the subscription of this name, from the next publish on.
    case setSubscription(topic: TopicID, SubscriptionEntry)
    /// Ends a subscription: every publish is wholly before or wholly after.
    case unsubscribe(topic: TopicID, EntityName)
}

/// All queues, topics and subscriptions at one moment. Immutable.
public struct Topology: Sendable {
    /// Rises with every change.
    public let revision: UInt64
    /// Queues by name.
    public let queues: [EntityName: QueueEntry]
    /// Topics by name.
    public let topics: [EntityName: TopicEntry]
    /// Joins the members.
    public init(revision: UInt64, queues: [EntityName: QueueEntry], topics: [EntityName: TopicEntry]) {
        self.revision = revision
        self.queues = queues
        self.topics = topics
    }
}
