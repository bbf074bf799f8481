/// Every fault there is (`cmq-protocol.md` §5). The texts are protocol constants, spelling as published; what follows a colon is ours.
extension CMQFault {
    // MARK: Requests

    /// Generic bad request.
    public static func invalidRequest(_ why: String) -> CMQFault {
        .init(4000, 10000, "invalid request parameters: \(why)")
    }
    /// No `Action`.
    public static let actionMissing = CMQFault(4000, 10010, "lacked of required parameters: Action")
    /// A value that is not acceptable.
    public static func invalidValue(_ name: String, _ why: String) -> CMQFault {
        .init(4000, 10110, "request parameters error: \(name): \(why)")
    }
    /// A name that cannot be a parameter's.
    public static func invalidKey(_ name: String) -> CMQFault {
        .init(4000, 10310, "error: parameter \(name) key format error")
    }
    /// A parameter the action does not have.
    public static func unknownParameter(_ name: String) -> CMQFault { .init(4000, 10320, "no such parameter \(name)") }
    /// The same name twice.
    public static func repeatedParameter(_ name: String) -> CMQFault {
        .init(4000, 10330, "parameter \(name) is NOT a repeatable parameter")
    }
    /// A value or length outside what is allowed.
    public static func outOfRange(_ name: String, _ allowed: String) -> CMQFault {
        .init(4000, 10350, "parameter \(name) value or length is out of range: \(allowed)")
    }
    /// Not a number, not text, not UTF-8.
    public static func wrongType(_ name: String, _ allowed: String) -> CMQFault {
        .init(4000, 10360, "parameter \(name) error type: \(allowed)")
    }
    /// Too many elements.
    public static func batchSize(_ name: String, _ allowed: String) -> CMQFault {
        .init(4000, 10370, "\(name) parameter batch size is out of range: \(allowed)")
    }
    /// Indices of a list that have a gap, or begin behind 1.
    public static func indexGap(_ name: String) -> CMQFault {
        .init(4000, 10380, "\(name) parameter is not consequent")
    }
    /// Something required is missing.
    public static func missingParameter(_ name: String) -> CMQFault {
        .init(4000, 10390, "lacked of required parameter \(name)")
    }
    /// Neither GET nor POST.
    public static func method(_ method: String) -> CMQFault {
        .init(4000, 10410, "unexpected http \(method) only GET or POST is supported")
    }
    /// What cannot be parsed, or is too large.
    public static func unreadable(_ what: String) -> CMQFault {
        .init(4000, 10420, "cannot parse \(what), or request size is more than 1MB")
    }
    /// No such action.
    public static func unknownAction(_ name: String) -> CMQFault {
        .init(4000, 10430, "action name \(name) is not existed")
    }
    /// An action that exists elsewhere and is not served here.
    public static let actionNotServed = CMQFault(4000, 10280, "action is not existed")

    // MARK: Identity

    /// A secret id that does not begin as the operator demands.
    public static let secretIDPrefix = CMQFault(4000, 10450, "secret id dosen't begin with AKID")
    /// No right to do this there; the same whether the thing exists or not.
    public static let notPermitted = CMQFault(4000, 10461, "no cam authentication")
    /// A wrong signature, or a timestamp outside the window.
    public static func authenticationFailed(_ why: String = "") -> CMQFault {
        .init(4100, 10030, why.isEmpty ? "authentication failed" : "authentication failed: \(why)")
    }
    /// The key is switched off.
    public static let keyDisabled = CMQFault(4100, 10080, "secret id status error")
    /// Signed outside the window; API 3.0 has a code of its own for it.
    public static let signatureExpired = authenticationFailed("the timestamp is too far from the present")
    /// A version of API 3.0 that is not served.
    public static let noSuchVersion = invalidValue("Version", "2020-02-17 is served")
    /// No such key.
    public static let unknownKey = CMQFault(4100, 10270, "secret id is not existed")

    // MARK: Load

    /// A limit of the queue for now.
    public static let throttled = CMQFault(4420, 10250, "qps throttling")
    /// A limit of the action for now.
    public static let controlThrottled = CMQFault(4480, 10460, "exceed interface frequency limit, please slow down")
    /// Something failed here; the client may try again.
    public static func internalError(_ why: String) -> CMQFault { .init(6000, 10050, "server internal error: \(why)") }

    // MARK: Queues and messages

    /// A queue's name against the rule.
    public static let queueName = CMQFault(
        4000, 10020, "queue name format error: a letter, then letters, digits, - or _, at most 64 in all")
    /// A body without a byte.
    public static let emptyBody = CMQFault(4000, 10120, "message body can't be empty")
    /// A receipt handle that cannot be one.
    public static let handleFormat = CMQFault(4000, 10470, "receiptHandle error: 1 to 256 of letters, digits and %#:_-")
    /// A delay outside what is allowed.
    public static func delayRange(_ allowed: String) -> CMQFault {
        .init(4000, 10692, "delay seconds is out of range: \(allowed)")
    }
    /// A single body above what the queue or topic takes.
    public static func bodyTooLarge(_ byteCountMax: Int) -> CMQFault {
        .init(4400, 10230, "exceed maximum message size: \(byteCountMax) bytes are allowed")
    }
    /// As many messages as it may hold.
    public static let queueFull = CMQFault(4410, 10240, "reach maximum retention number of message")
    /// A handle that is wrong, superseded, expired or another queue's.
    public static let handleInvalid = CMQFault(4430, 10260, "receipt handle is invalid")
    /// No such queue.
    public static let queueNotFound = CMQFault(4440, 10100, "queue is not existed, or deleted")
    /// As many queues as there may be.
    public static let tooManyQueues = CMQFault(4450, 10220, "number of queues has reached the limit")
    /// A queue of that name is there.
    public static let queueExists = CMQFault(4460, 10210, "queue is already existed,case insensitive")
    /// Bodies of a batch that are too large together.
    public static let batchTooLarge = CMQFault(4470, 10300, "total message size exceed 1MB")
    /// Some handles of a batch failed.
    public static let deletePartlyFailed = CMQFault(6010, 10150, "delete message partially failed")
    /// All handles of a batch failed.
    public static let deleteFailed = CMQFault(6020, 10290, "batch delete message failed")
    /// Rewind is switched off.
    public static let rewindOff = CMQFault(6050, 10670, "your queue cannot be rewinded")
    /// A time that cannot be gone back to.
    public static let rewindTime = CMQFault(
        4000, 10680, "invalid rewind time, you can get the vaild range of that via GetQueueAttributes")
    /// More rewind than retention.
    public static let rewindBeyondRetention = CMQFault(
        4000, 10700, "rewindSeconds cannot be greater than msgRetentionSeconds")
    /// As many unacknowledged or delayed messages as there may be.
    public static let tooManyInFlight = CMQFault(6070, 10690, "too many unacked(inactive) messages or delayed messages")
    /// An empty receive.
    public static let noMessage = CMQFault(7000, 10200, "no message")
    /// A dead-letter queue that is still bound cannot be deleted.
    public static let queueIsDeadLetter = CMQFault(
        4000, 10000, "invalid request parameters: the queue is the dead-letter queue of others, unbind it there first")
    /// Transactions exist on the binary protocol only.
    public static let transactionsNotServed = CMQFault(4490, 10790, "transaction message is not supported")

    // MARK: Topics and subscriptions

    /// More filter tags than allowed.
    public static let tooManyFilterTags = CMQFault(4000, 10490, "number of filterTag exceed limit: at most 5")
    /// An endpoint of the wrong form.
    public static func endpointFormat(_ why: String) -> CMQFault { .init(4000, 10500, "endpoint format error: \(why)") }
    /// An unknown protocol of a subscription.
    public static let undefinedProtocol = CMQFault(4000, 10510, "undefined protocol: queue or http")
    /// An unknown retry strategy.
    public static let undefinedStrategy = CMQFault(
        4000, 10520, "undefined notify retry stragety: BACKOFF_RETRY or EXPONENTIAL_DECAY_RETRY")
    /// An unknown content format.
    public static let undefinedFormat = CMQFault(4000, 10530, "undefined notify content format: JSON or SIMPLIFIED")
    /// A topic with subscriptions cannot be deleted.
    public static let subscriptionsLeft = CMQFault(
        4000, 10540, "there exists subscriptions under this topic, please unsubscribe all of them before DeleteTopic")
    /// A topic's name against the rule.
    public static let topicName = CMQFault(
        4000, 10590, "topic name format error: a letter, then letters, digits, - or _, at most 64 in all")
    /// A subscription's name against the rule.
    public static let subscriptionName = CMQFault(
        4000, 10590, "subscription name format error: a letter, then letters, digits, - or _, at most 64 in all")
    /// An endpoint that may not be used.
    public static func illegalEndpoint(_ why: String) -> CMQFault { .init(4000, 10630, "illegal endpoint: \(why)") }
    /// More binding keys than allowed.
    public static let tooManyBindingKeys = CMQFault(4000, 10680, "too many bindingKey: at most 5")
    /// A key with more words than allowed.
    public static let tooManyWords = CMQFault(4000, 10691, "too many delimeters: at most 15 dots")
    /// A topic that routes by key was given none.
    public static let routingKeyMissing = CMQFault(4000, 10700, "parameters lack of routingKey")
    /// A subscription of such a topic has none.
    public static let bindingKeyMissing = CMQFault(4000, 10710, "parameters lack of bindingKey")
    /// More tags than allowed.
    public static let tooManyTags = CMQFault(4000, 10720, "too many msgTag: at most 5")
    /// No such topic.
    public static let topicNotFound = CMQFault(4440, 10600, "topic is not existed, or deleted")
    /// No such subscription.
    public static let subscriptionNotFound = CMQFault(4440, 10600, "subscription is not existed, or deleted")
    /// As many topics as there may be.
    public static let tooManyTopics = CMQFault(4450, 10610, "number of topics has reached the limit")
    /// A topic of that name is there.
    public static let topicExists = CMQFault(4460, 10210, "topic is already existed,case insensitive")
    /// A subscription of that name is there.
    public static let subscriptionExists = CMQFault(4490, 10470, "subscribtion is already existed")
    /// As many subscriptions as there may be.
    public static let tooManySubscriptions = CMQFault(4500, 10480, "number of subscription has reached the limit")
    /// Blanks in an address.
    public static let endpointBlanks = CMQFault(4510, 10570, "url connot contain any blank characters")
    /// A topic nobody subscribes to.
    public static let noSubscription = CMQFault(
        6030, 10650, "topic has no subscription, please create a subscription before publishing message")
    /// Nobody's filter matches; the message was dropped.
    public static let noMatch = CMQFault(6030, 10730, "no bindingKey or filterTag matches the routingKey or msgTag")
}
