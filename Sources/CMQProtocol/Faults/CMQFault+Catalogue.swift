/// Every fault there is (`cmq-protocol.md` §5). The texts are protocol constants, spelling as published; what follows a colon is ours.
extension CMQFault {
    // MARK: Requests

    public static func invalidRequest(_ why: String) -> CMQFault {
        .init(4000, 10000, "invalid request parameters: \(why)")
    }
    public static let actionMissing = CMQFault(4000, 10010, "lacked of required parameters: Action")
    public static func invalidValue(_ name: String, _ why: String) -> CMQFault {
        .init(4000, 10110, "request parameters error: \(name): \(why)")
    }
    public static func invalidKey(_ name: String) -> CMQFault {
        .init(4000, 10310, "error: parameter \(name) key format error")
    }
    public static func unknownParameter(_ name: String) -> CMQFault { .init(4000, 10320, "no such parameter \(name)") }
    public static func repeatedParameter(_ name: String) -> CMQFault {
        .init(4000, 10330, "parameter \(name) is NOT a repeatable parameter")
    }
    public static func outOfRange(_ name: String, _ allowed: String) -> CMQFault {
        .init(4000, 10350, "parameter \(name) value or length is out of range: \(allowed)")
    }
    public static func wrongType(_ name: String, _ allowed: String) -> CMQFault {
        .init(4000, 10360, "parameter \(name) error type: \(allowed)")
    }
    public static func batchSize(_ name: String, _ allowed: String) -> CMQFault {
        .init(4000, 10370, "\(name) parameter batch size is out of range: \(allowed)")
    }
    public static func indexGap(_ name: String) -> CMQFault {
        .init(4000, 10380, "\(name) parameter is not consequent")
    }
    public static func missingParameter(_ name: String) -> CMQFault {
        .init(4000, 10390, "lacked of required parameter \(name)")
    }
    public static func method(_ method: String) -> CMQFault {
        .init(4000, 10410, "unexpected http \(method) only GET or POST is supported")
    }
    public static func unreadable(_ what: String) -> CMQFault {
        .init(4000, 10420, "cannot parse \(what), or request size is more than 1MB")
    }
    public static func unknownAction(_ name: String) -> CMQFault {
        .init(4000, 10430, "action name \(name) is not existed")
    }
    public static let actionNotServed = CMQFault(4000, 10280, "action is not existed")

    // MARK: Identity

    public static let secretIDPrefix = CMQFault(4000, 10450, "secret id dosen't begin with AKID")
    public static let notPermitted = CMQFault(4000, 10461, "no cam authentication")
    public static func authenticationFailed(_ why: String = "") -> CMQFault {
        .init(4100, 10030, why.isEmpty ? "authentication failed" : "authentication failed: \(why)")
    }
    public static let keyDisabled = CMQFault(4100, 10080, "secret id status error")
    public static let unknownKey = CMQFault(4100, 10270, "secret id is not existed")

    // MARK: Load

    public static let throttled = CMQFault(4420, 10250, "qps throttling")
    public static let controlThrottled = CMQFault(4480, 10460, "exceed interface frequency limit, please slow down")
    public static func internalError(_ why: String) -> CMQFault { .init(6000, 10050, "server internal error: \(why)") }

    // MARK: Queues and messages

    public static let queueName = CMQFault(
        4000, 10020, "queue name format error: a letter, then letters, digits, - or _, at most 64 in all")
    public static let emptyBody = CMQFault(4000, 10120, "message body can't be empty")
    public static let handleFormat = CMQFault(4000, 10470, "receiptHandle error: 1 to 256 of letters, digits and %#:_-")
    public static func delayRange(_ allowed: String) -> CMQFault {
        .init(4000, 10692, "delay seconds is out of range: \(allowed)")
    }
    public static func bodyTooLarge(_ byteCountMax: Int) -> CMQFault {
        .init(4400, 10230, "exceed maximum message size: \(byteCountMax) bytes are allowed")
    }
    public static let queueFull = CMQFault(4410, 10240, "reach maximum retention number of message")
    public static let handleInvalid = CMQFault(4430, 10260, "receipt handle is invalid")
    public static let queueNotFound = CMQFault(4440, 10100, "queue is not existed, or deleted")
    public static let tooManyQueues = CMQFault(4450, 10220, "number of queues has reached the limit")
    public static let queueExists = CMQFault(4460, 10210, "queue is already existed,case insensitive")
    public static let batchTooLarge = CMQFault(4470, 10300, "total message size exceed 1MB")
    public static let deletePartlyFailed = CMQFault(6010, 10150, "delete message partially failed")
    public static let deleteFailed = CMQFault(6020, 10290, "batch delete message failed")
    public static let rewindOff = CMQFault(6050, 10670, "your queue cannot be rewinded")
    public static let rewindTime = CMQFault(
        4000, 10680, "invalid rewind time, you can get the vaild range of that via GetQueueAttributes")
    public static let rewindBeyondRetention = CMQFault(
        4000, 10700, "rewindSeconds cannot be greater than msgRetentionSeconds")
    public static let tooManyInFlight = CMQFault(6070, 10690, "too many unacked(inactive) messages or delayed messages")
    public static let noMessage = CMQFault(7000, 10200, "no message")
    public static let queueIsDeadLetter = CMQFault(
        4000, 10000, "invalid request parameters: the queue is the dead-letter queue of others, unbind it there first")
    public static let transactionsNotServed = CMQFault(4490, 10790, "transaction message is not supported")

    // MARK: Topics and subscriptions

    public static let tooManyFilterTags = CMQFault(4000, 10490, "number of filterTag exceed limit: at most 5")
    public static func endpointFormat(_ why: String) -> CMQFault { .init(4000, 10500, "endpoint format error: \(why)") }
    public static let undefinedProtocol = CMQFault(4000, 10510, "undefined protocol: queue or http")
    public static let undefinedStrategy = CMQFault(
        4000, 10520, "undefined notify retry stragety: BACKOFF_RETRY or EXPONENTIAL_DECAY_RETRY")
    public static let undefinedFormat = CMQFault(4000, 10530, "undefined notify content format: JSON or SIMPLIFIED")
    public static let subscriptionsLeft = CMQFault(
        4000, 10540, "there exists subscriptions under this topic, please unsubscribe all of them before DeleteTopic")
    public static let topicName = CMQFault(
        4000, 10590, "topic name format error: a letter, then letters, digits, - or _, at most 64 in all")
    public static let subscriptionName = CMQFault(
        4000, 10590, "subscription name format error: a letter, then letters, digits, - or _, at most 64 in all")
    public static func illegalEndpoint(_ why: String) -> CMQFault { .init(4000, 10630, "illegal endpoint: \(why)") }
    public static let tooManyBindingKeys = CMQFault(4000, 10680, "too many bindingKey: at most 5")
    public static let tooManyWords = CMQFault(4000, 10691, "too many delimeters: at most 15 dots")
    public static let routingKeyMissing = CMQFault(4000, 10700, "parameters lack of routingKey")
    public static let bindingKeyMissing = CMQFault(4000, 10710, "parameters lack of bindingKey")
    public static let tooManyTags = CMQFault(4000, 10720, "too many msgTag: at most 5")
    public static let topicNotFound = CMQFault(4440, 10600, "topic is not existed, or deleted")
    public static let subscriptionNotFound = CMQFault(4440, 10600, "subscription is not existed, or deleted")
    public static let tooManyTopics = CMQFault(4450, 10610, "number of topics has reached the limit")
    public static let topicExists = CMQFault(4460, 10210, "topic is already existed,case insensitive")
    public static let subscriptionExists = CMQFault(4490, 10470, "subscribtion is already existed")
    public static let tooManySubscriptions = CMQFault(4500, 10480, "number of subscription has reached the limit")
    public static let endpointBlanks = CMQFault(4510, 10570, "url connot contain any blank characters")
    public static let noSubscription = CMQFault(
        6030, 10650, "topic has no subscription, please create a subscription before publishing message")
    public static let noMatch = CMQFault(6030, 10730, "no bindingKey or filterTag matches the routingKey or msgTag")
}
