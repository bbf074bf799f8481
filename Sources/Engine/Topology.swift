public import MessageModel

/// Settings of a queue.
public struct QueueAttributes: Sendable, Hashable {
    /// Milliseconds a received message stays hidden, 1…``MessageModel/Limits/visibilityMillisMax``.
    public var visibilityMillis: UInt64
    /// Largest body it takes, 1…``MessageModel/Limits/bodyByteCountMax``.
    public var bodyByteCountMax: Int

    /// A queue's settings.
    public init(
        visibilityMillis: UInt64 = Limits.visibilityMillisDefault, bodyByteCountMax: Int = Limits.bodyByteCountMax
    ) {
        self.visibilityMillis = visibilityMillis
        self.bodyByteCountMax = bodyByteCountMax
    }
}

/// A queue of the store.
public struct QueueEntry: Sendable, Hashable {
    /// Its number.
    public let id: QueueID
    /// Its name.
    public let name: EntityName
    /// Its settings.
    public let attributes: QueueAttributes
    /// Joins the members.
    public init(id: QueueID, name: EntityName, attributes: QueueAttributes) {
        self.id = id
        self.name = name
        self.attributes = attributes
    }
}

/// A topic of the store.
public struct TopicEntry: Sendable, Hashable {
    /// Its number.
    public let id: TopicID
    /// Its name.
    public let name: EntityName
    /// Its subscriptions, in the order they were made.
    public let subscriptions: [SubscriptionEntry]
    /// Joins the members.
    public init(id: TopicID, name: EntityName, subscriptions: [SubscriptionEntry]) {
        self.id = id
        self.name = name
        self.subscriptions = subscriptions
    }
}

/// A queue's subscription to a topic.
public struct SubscriptionEntry: Sendable, Hashable {
    /// Its name, unique within the topic.
    public let name: EntityName
    /// The queue that takes the messages.
    public let queue: QueueID
    /// Tags of which a message must carry one; empty takes every message.
    public let filterTags: [MessageTag]
    /// Joins the members.
    public init(name: EntityName, queue: QueueID, filterTags: [MessageTag]) {
        self.name = name
        self.queue = queue
        self.filterTags = filterTags
    }
}

/// A change of what the store contains. Repeating one that is already true changes nothing.
public enum TopologyChange: Sendable, Hashable {
    /// Makes a queue; ``MessageModel/BrokerError/alreadyExists(_:)`` where it exists with other attributes.
    case createQueue(EntityName, QueueAttributes)
    /// Makes a topic.
    case createTopic(EntityName)
    /// Subscribes a queue to a topic, from the next publish on.
    case subscribe(topic: TopicID, SubscriptionEntry)
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
