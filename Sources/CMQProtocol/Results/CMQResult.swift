public import MessageModel

/// What a call answers when it did what it was asked; each API writes it in its own spelling.
public enum CMQResult: Sendable {
    /// Done, nothing to tell.
    case done
    /// Ids of what was sent or published, in order.
    case stored([MessageID])
    /// What was received; never empty (that is ``CMQFault/noMessage``).
    case received([ReceivedMessage])
    /// A batch delete in which some or all handles failed: the fault of the whole, then each failed handle with its own.
    case deleteFailed(CMQFault, [(receiptHandle: String, fault: CMQFault)])
    /// A queue was made.
    case queueMade(QueueDescription)
    /// A queue's settings were changed.
    case queueChanged(QueueDescription)
    /// One queue.
    case queue(QueueDescription)
    /// One page of queues, and how many match in all.
    case queues([QueueDescription], totalCount: Int)
    /// A topic was made.
    case topicMade(TopicDescription)
    /// One topic.
    case topic(TopicDescription)
    /// One page of topics, and how many match in all.
    case topics([TopicDescription], totalCount: Int)
    /// A subscription was made.
    case subscriptionMade(SubscriptionDescription)
    /// One subscription.
    case subscription(SubscriptionDescription)
    /// One page of subscriptions, and how many match in all.
    case subscriptions([SubscriptionDescription], totalCount: Int)
}
