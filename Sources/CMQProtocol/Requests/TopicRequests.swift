public import MessageModel

/// Settings of a topic as a call gives them; what is nil keeps its value or takes the default.
public struct TopicSettings: Sendable, Hashable {
    /// 1 by tags, 2 by routing keys; fixed when the topic is made.
    public enum FilterType: Int, Sendable, Hashable {
        /// By tags and filter tags.
        case tags = 1
        /// By routing and binding keys.
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

    /// What `protocol` says of it: `queue` or `http`.
    public var protocolName: String {
        switch self {
        case .queue: "queue"
        case .http: "http"
        }
    }

    /// What `endpoint` says of it: the name or the address.
    public var text: String {
        switch self {
        case .queue(let name): name.text
        case .http(let address): address
        }
    }
}

/// How often a failed delivery to an HTTP endpoint is repeated (`cmq-protocol.md` §4.6).
public enum NotifyStrategy: String, Sendable, Hashable, CaseIterable {
    /// Three times, 10 to 20 s apart, then given up.
    case backoff = "BACKOFF_RETRY"
    /// After 1, 2, 4 … 512 s, then every 512 s for a day.
    case exponentialDecay = "EXPONENTIAL_DECAY_RETRY"
}

/// What an HTTP endpoint is sent (`cmq-protocol.md` §4.6).
public enum NotifyContentFormat: String, Sendable, Hashable, CaseIterable {
    /// An object with the body and what is known of it.
    case json = "JSON"
    /// The body as it was published.
    case simplified = "SIMPLIFIED"
}

/// Subscribe, CreateCmqSubscribe.
public struct Subscribe: Sendable, Hashable {
    /// The topic.
    public var topic: EntityName
    /// The new subscription's name.
    public var subscription: EntityName
    /// Where its messages go.
    public var endpoint: SubscriptionEndpoint
    /// How failed pushes are repeated.
    public var strategy: NotifyStrategy
    /// What is pushed; always ``NotifyContentFormat/simplified`` with a queue.
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
    /// The topic.
    public var topic: EntityName
    /// The subscription.
    public var subscription: EntityName
    /// How failed pushes are repeated.
    public var strategy: NotifyStrategy?
    /// What is pushed; with a queue it is the body whatever this says.
    public var format: NotifyContentFormat?
    /// At most 5, never empty.
    public var filterTags: [MessageTag]?
    /// At most 5, never empty.
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
