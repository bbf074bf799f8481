public import MessageModel

/// Settings of a topic as a call gives them; what is nil keeps its value or takes the default.
public struct TopicSettings: Sendable, Hashable {
    /// 1 by tags, 2 by routing keys; fixed when the topic is made.
    public enum FilterType: Int, Sendable, Hashable {
        case tags = 1
        case routingKey = 2
    }

    /// Bytes, 1,024…1,048,576.
    public var bodyByteCountMax: Int?
    /// How it routes.
    public var filterType: FilterType?
    /// Whether messages are traced.
    public var isTraced: Bool?

    /// Changes nothing.
    public init() {}
}

/// Where a subscription's messages go.
public enum SubscriptionEndpoint: Sendable, Hashable {
    /// Into a queue.
    case queue(EntityName)
    /// To an HTTP or HTTPS address, at most 500 characters, without blanks; whether it may be pushed to is judged later.
    case http(String)
}

/// How often a failed delivery to an HTTP endpoint is repeated (`cmq-protocol.md` §4.6).
public enum NotifyStrategy: String, Sendable, Hashable, CaseIterable {
    case backoff = "BACKOFF_RETRY"
    case exponentialDecay = "EXPONENTIAL_DECAY_RETRY"
}

/// What an HTTP endpoint is sent (`cmq-protocol.md` §4.6).
public enum NotifyContentFormat: String, Sendable, Hashable, CaseIterable {
    case json = "JSON"
    case simplified = "SIMPLIFIED"
}

/// Subscribe, CreateCmqSubscribe.
public struct Subscribe: Sendable, Hashable {
    public var topic: EntityName
    public var subscription: EntityName
    public var endpoint: SubscriptionEndpoint
    public var strategy: NotifyStrategy
    public var format: NotifyContentFormat
    /// At most 5.
    public var filterTags: [MessageTag]
    /// At most 5.
    public var bindingKeys: [BindingKey]

    /// Joins the members.
    public init(
        topic: EntityName, subscription: EntityName, endpoint: SubscriptionEndpoint,
        strategy: NotifyStrategy = .exponentialDecay, format: NotifyContentFormat = .json,
        filterTags: [MessageTag] = [], bindingKeys: [BindingKey] = []
    ) {
        self.topic = topic
        self.subscription = subscription
        self.endpoint = endpoint
        self.strategy = strategy
        self.format = format
        self.filterTags = filterTags
        self.bindingKeys = bindingKeys
    }
}

/// SetSubscriptionAttributes, ModifyCmqSubscriptionAttribute: what is nil stays, a given list replaces.
public struct SetSubscription: Sendable, Hashable {
    public var topic: EntityName
    public var subscription: EntityName
    public var strategy: NotifyStrategy?
    public var format: NotifyContentFormat?
    public var filterTags: [MessageTag]?
    public var bindingKeys: [BindingKey]?

    /// Changes nothing.
    public init(topic: EntityName, subscription: EntityName) {
        self.topic = topic
        self.subscription = subscription
    }
}

/// ListSubscriptionByTopic, DescribeCmqSubscriptionDetail.
public struct SubscriptionListing: Sendable, Hashable {
    /// The topic.
    public var topic: EntityName
    /// Which of its subscriptions.
    public var listing: EntityListing
    /// Only subscriptions that end in this queue, where not nil.
    public var queue: EntityName?

    /// Joins the members.
    public init(topic: EntityName, listing: EntityListing = EntityListing(), queue: EntityName? = nil) {
        self.topic = topic
        self.listing = listing
        self.queue = queue
    }
}
