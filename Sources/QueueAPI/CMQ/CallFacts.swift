internal import AccessControl
internal import CMQProtocol
internal import MessageModel

/// What a call needs before it may be done, and how it is counted.
struct CallFacts: Sendable {
    /// The right it needs.
    let action: APIAction
    /// What it acts upon; nil for a list, which shows what the caller may list.
    let resource: APIResource?
    /// Rights on others that it touches: a queue that is to take another's dead letters or a topic's messages.
    var others: [(action: APIAction, resource: APIResource)] = []
    /// How it is counted.
    let family: QueueAPIFamily
    /// Whether it changes queues, topics or subscriptions, so that it is written down who did it.
    var isChange = false

    init(_ call: CMQRequest) {
        switch call {
        case .sendMessages(let call): self.init(.sendMessage, queue: call.queue, .send)
        case .receiveMessages(let call): self.init(.receiveMessage, queue: call.queue, .receive)
        case .deleteMessages(let call): self.init(.deleteMessage, queue: call.queue, .delete)
        case .publishMessages(let call): self.init(.publishMessage, topic: call.topic, .publish)
        case .createQueue(let name, let settings): self.init(.createQueue, queue: name, changing: settings)
        case .setQueueAttributes(let name, let settings):
            self.init(.setQueueAttributes, queue: name, changing: settings)
        case .describeQueue(let name): self.init(.getQueueAttributes, queue: name)
        case .listQueues: self.init(action: .listQueue, resource: nil, family: .control)
        case .deleteQueue(let name): self.init(.deleteQueue, queue: name, isChange: true)
        case .clearQueue(let name): self.init(.clearQueue, queue: name, isChange: true)
        case .rewindQueue(let name, _): self.init(.rewindQueue, queue: name, isChange: true)
        case .unbindDeadLetter(let name): self.init(.unbindDeadLetter, queue: name, isChange: true)
        case .listDeadLetterSources(let name, _): self.init(.listDeadLetterSource, queue: name)
        case .createTopic(let name, _): self.init(.createTopic, topic: name, isChange: true)
        case .setTopicAttributes(let name, _): self.init(.setTopicAttributes, topic: name, isChange: true)
        case .describeTopic(let name): self.init(.getTopicAttributes, topic: name)
        case .listTopics: self.init(action: .listTopic, resource: nil, family: .control)
        case .deleteTopic(let name): self.init(.deleteTopic, topic: name, isChange: true)
        case .subscribe(let call):
            self.init(.subscribe, topic: call.topic, isChange: true)
            if case .queue(let queue) = call.endpoint { others.append((.subscribe, .queue(queue.text))) }
        case .setSubscriptionAttributes(let call):
            self.init(.setSubscriptionAttributes, topic: call.topic, isChange: true)
        case .describeSubscription(let topic, _): self.init(.getSubscriptionAttributes, topic: topic)
        case .listSubscriptions(let call): self.init(.listSubscriptionByTopic, topic: call.topic)
        case .clearFilterTags(let topic, _): self.init(.clearSubscriptionFilterTags, topic: topic, isChange: true)
        case .unsubscribe(let topic, _): self.init(.unsubscribe, topic: topic, isChange: true)
        }
    }

    /// The queue's or topic's name; empty for a list.
    var entity: String {
        switch resource {
        case .queue(let name), .topic(let name): name
        case .all, nil: ""
        }
    }

    /// Whether the caller has every right that is needed. What is named need not exist: the answer is the same.
    func areGranted(to caller: Caller) -> Bool {
        guard others.allSatisfy({ caller.may($0.action, on: $0.resource) }) else { return false }
        guard let resource else { return caller.maySomewhere(action) }
        return caller.may(action, on: resource)
    }

    private init(action: APIAction, resource: APIResource?, family: QueueAPIFamily, isChange: Bool = false) {
        self.action = action
        self.resource = resource
        self.family = family
        self.isChange = isChange
    }

    private init(
        _ action: APIAction, queue: EntityName, _ family: QueueAPIFamily = .control, isChange: Bool = false
    ) {
        self.init(action: action, resource: .queue(queue.text), family: family, isChange: isChange)
    }

    private init(
        _ action: APIAction, topic: EntityName, _ family: QueueAPIFamily = .control, isChange: Bool = false
    ) {
        self.init(action: action, resource: .topic(topic.text), family: family, isChange: isChange)
    }

    private init(_ action: APIAction, queue: EntityName, changing settings: QueueSettings) {
        self.init(action, queue: queue, isChange: true)
        // Its dead letters go there, and that queue cannot be deleted as long as they do.
        if let target = settings.deadLetter?.queue { others.append((.setQueueAttributes, .queue(target.text))) }
    }
}
