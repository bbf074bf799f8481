internal import CMQProtocol
public import HTTPDataPlane
public import MessageModel

/// How the push to topic subscribers works.
public struct TopicFanOutSettings: Sendable {
    /// Where may be pushed to; the same rules as the client's.
    public var policy: EndpointPolicy
    /// Topics whose messages are never dropped: what a subscriber did not take goes to its dead-letter queue.
    public var moneyTopics: Set<EntityName>
    /// Pushes under way in all, 4…``TopicFanOutLimits/slotCountCeiling``; a quarter of them is for slow, failing and unproven subscribers.
    public var slotCountMax = TopicFanOutLimits.slotCountMax
    /// Milliseconds an endpoint has to answer, 100…``TopicFanOutLimits/answerMillisMax``.
    public var answerMillisMax = TopicFanOutLimits.answerMillisMax
    /// Milliseconds after which a message that its subscriber did not take expires.
    public var lifeMillis = CMQPushLimits.topicRetentionMillis
    /// Milliseconds a graceful stop waits for pushes under way.
    public var stopMillisMax = TopicFanOutLimits.stopMillisMax

    /// Pushes where `policy` allows; `moneyTopics` are never dropped from. Numbers outside their range are held at its nearer end.
    public init(policy: EndpointPolicy, moneyTopics: Set<EntityName> = []) {
        self.policy = policy
        self.moneyTopics = moneyTopics
    }
}

/// Where chance comes from; a test brings its own.
public struct PushChance: Sendable {
    /// Names a push: any number.
    public var requestID: @Sendable () -> UInt64
    /// Draws from a range of milliseconds.
    public var draw: @Sendable (ClosedRange<UInt64>) -> UInt64

    /// Joins both.
    public init(requestID: @escaping @Sendable () -> UInt64, draw: @escaping @Sendable (ClosedRange<UInt64>) -> UInt64)
    {
        self.requestID = requestID
        self.draw = draw
    }

    /// The system's random source. Ids fit a signed number of 64 bits.
    public static let system = PushChance(
        requestID: { UInt64.random(in: 1...UInt64(Int64.max)) }, draw: { UInt64.random(in: $0) })
}
