internal import MessageModel

/// Every bound of the CMQ wire in one place. A name ends in the unit of its value; ranges are those of `cmq-protocol.md` unless a comment says
/// otherwise.
public enum CMQLimits {
    // MARK: Requests

    /// Bytes of a raw request body, and of a query: URL encoding triples Chinese text, JSON escapes do worse (`cmq-protocol.md` §13, row 13).
    public static let requestByteCountMax = 4_194_304
    /// Parameters of one request: a batch of 16 with 5 tags and all common parameters has fewer than 40.
    public static let parameterCountMax = 64
    /// Bytes of a parameter's name, the blanks around it included.
    public static let parameterNameByteCountMax = 64
    /// Bytes of a secret id, a request client or another word of the common parameters.
    public static let wordByteCountMax = 256
    /// Bytes of a refused name or word that is repeated in the answer.
    public static let quotedByteCountMax = 64
    /// Arrays and objects open at once in a request of API 3.0.
    public static let requestDepthMax = 8
    /// Values and names in a request of API 3.0.
    public static let requestNodeCountMax = 1_024
    /// Header fields one signature of API 3.0 may name.
    public static let signedFieldCountMax = 32
    /// Bytes of an `Authorization` field.
    public static let authorizationByteCountMax = 2_048
    /// Bytes of a `Host` field: the longest name there is, and its port.
    public static let authorityByteCountMax = 255
    /// Public names the operator may configure for one listener.
    public static let publicHostCountMax = 16

    // MARK: Messages

    /// Messages in one batch, handles in one batch, messages of one receive.
    public static let batchCountMax = 16
    /// Bytes of one body, and of all bodies of a batch.
    public static let bodyByteCountMax = 1_048_576
    /// Bytes of a receipt handle.
    public static let handleByteCountMax = 256
    /// Longest delay that is understood, 70 days; each queue's retention bounds it further.
    public static let delaySecondsMax: UInt64 = Limits.delayMillisMax / 1_000
    /// Longest wait of a receive.
    public static let pollSecondsMax: UInt64 = 30
    /// Tags of a message, filter tags and binding keys of a subscription.
    public static let tagCountMax = Limits.tagCountMax
    /// Characters of a tag in API 2.0. API 3.0 allows what a ``MessageModel/MessageTag`` holds.
    public static let tagCharacterCountMax = 16

    // MARK: Queues and topics

    /// Messages a queue may hold.
    public static let messageCountRange: ClosedRange<UInt64> = 1_000_000...1_000_000_000
    /// Messages a queue holds that does not say.
    public static let messageCountDefault: UInt64 = 100_000_000
    /// Seconds a received message stays hidden.
    public static let visibilitySecondsRange: ClosedRange<UInt64> = 1...43_200
    /// Seconds a received message stays hidden where the queue does not say.
    public static let visibilitySecondsDefault: UInt64 = 30
    /// Bytes of the largest body a queue or topic takes.
    public static let messageSizeRange: ClosedRange<UInt64> = 1_024...1_048_576
    /// Bytes of the largest body of a queue or topic of API 2.0, and of a topic of API 3.0, that does not say.
    public static let messageSizeDefault = 65_536
    /// Bytes of the largest body of a queue of API 3.0 that does not say.
    public static let messageSizeDefaultOfAPI3 = 1_048_576
    /// Seconds of retention in API 2.0.
    public static let retentionSecondsRange: ClosedRange<UInt64> = 60...1_296_000
    /// Seconds of retention of a queue of API 2.0 that does not say: four days.
    public static let retentionSecondsDefault: UInt64 = 345_600
    /// Seconds of retention in API 3.0.
    public static let retentionSecondsRangeOfAPI3: ClosedRange<UInt64> = 30...43_200
    /// Seconds of retention of a queue of API 3.0 that does not say.
    public static let retentionSecondsDefaultOfAPI3: UInt64 = 3_600
    /// Seconds a deleted message can be brought back.
    public static let rewindSecondsRange: ClosedRange<UInt64> = 0...1_296_000
    /// Seconds a topic keeps what it could not deliver; fixed.
    public static let topicRetentionSeconds: UInt64 = 86_400
    /// Seconds of topic retention that a call of API 3.0 may name; less than a day is not held to.
    public static let topicRetentionSecondsRange: ClosedRange<UInt64> = 60...86_400
    /// Deliveries a dead-letter policy may allow.
    public static let receiveCountRange: ClosedRange<UInt64> = 1...1_000
    /// Seconds without an acknowledgement a dead-letter policy may allow.
    public static let timeToLiveSecondsRange: ClosedRange<UInt64> = 300...43_200
    /// Megabytes of rewindable messages that a call of API 3.0 may name, besides 0.
    public static let retentionMegabytesRange: ClosedRange<UInt64> = 10_240...512_000
    /// Characters of a subscription's address.
    public static let endpointCharacterCountMax = 500

    // MARK: Lists

    /// Entries of one page of queues or topics, and of subscriptions in API 3.0.
    public static let pageCountMax: UInt64 = 50
    /// Entries of one page of subscriptions in API 2.0.
    public static let subscriptionPageCountMax: UInt64 = 100
    /// Entries of a page where the call does not say.
    public static let pageCountDefault = 20
    /// Largest offset into a list of queues or topics.
    public static let offsetMax: UInt64 = 1_000_000_000
    /// Largest offset into a list of subscriptions.
    public static let subscriptionOffsetMax: UInt64 = 1_000
    /// Bytes of a search word.
    public static let searchWordByteCountMax = 256
    /// Names one listing may ask for, filters and resource tags it may carry.
    public static let nameListCountMax = 100

    /// Times above this many seconds (the year 5138) are milliseconds.
    public static let secondsMax: UInt64 = 100_000_000_000
}
