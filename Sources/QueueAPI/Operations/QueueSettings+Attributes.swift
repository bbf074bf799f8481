internal import CMQProtocol
internal import Engine
internal import MessageModel

extension QueueAttributes {
    /// A queue as CMQ makes one that says nothing about itself (`cmq-protocol.md` §3.1).
    static var cmqDefaults: QueueAttributes {
        var attributes = QueueAttributes(
            visibilityMillis: Limits.visibilityMillisDefault, bodyByteCountMax: QueueAPILimits.bodyByteCountDefault)
        attributes.retentionMillis = QueueAPILimits.retentionSecondsDefault * 1_000
        attributes.messageCountMax = QueueAPILimits.queueMessageCountDefault
        return attributes
    }

    /// Takes over what a call says, dead letters apart, and checks what only shows when all is together.
    ///
    /// - Throws: ``CMQProtocol/CMQFault`` where the rewind would be longer than the retention or dead letters come too late.
    mutating func take(_ settings: QueueSettings) throws(CMQFault) {
        if let count = settings.messageCountMax { messageCountMax = count }
        if let seconds = settings.pollSeconds { pollMillis = seconds * 1_000 }
        if let seconds = settings.visibilitySeconds { visibilityMillis = seconds * 1_000 }
        if let count = settings.bodyByteCountMax { bodyByteCountMax = count }
        if let seconds = settings.retentionSeconds { retentionMillis = seconds * 1_000 }
        if let seconds = settings.rewindSeconds { rewindMillis = seconds * 1_000 }
        if let isTraced = settings.isTraced { self.isTraced = isTraced }
        guard rewindMillis <= retentionMillis ?? .max else { throw .rewindBeyondRetention }
        try checkDeadLetterAge()
    }

    /// Takes over a dead-letter policy.
    mutating func take(_ rule: DeadLetterSettings.Rule, queue: QueueID) throws(CMQFault) {
        switch rule {
        case .receiveCount(let count): deadLetter = DeadLetterPolicy(queue: queue, deliveryCountMax: count)
        case .ageSeconds(let seconds): deadLetter = DeadLetterPolicy(queue: queue, ageMillisMax: seconds * 1_000)
        }
        try checkDeadLetterAge()
    }

    private func checkDeadLetterAge() throws(CMQFault) {
        guard let age = deadLetter?.ageMillisMax, let retentionMillis, age >= retentionMillis else { return }
        throw .outOfRange("maxTimeToLive", "below msgRetentionSeconds, \(retentionMillis / 1_000)")
    }
}

extension QueueSettings {
    /// All settings of a queue, resolved. What has no limit is told as the largest that CMQ knows.
    init(_ attributes: QueueAttributes, deadLetterQueue: EntityName?) {
        self.init()
        messageCountMax = attributes.messageCountMax ?? QueueAPILimits.queueMessageCountMax
        pollSeconds = attributes.pollMillis / 1_000
        visibilitySeconds = attributes.visibilityMillis / 1_000
        bodyByteCountMax = attributes.bodyByteCountMax
        retentionSeconds = (attributes.retentionMillis ?? Limits.retentionMillisMax) / 1_000
        rewindSeconds = attributes.rewindMillis / 1_000
        isTraced = attributes.isTraced
        guard let policy = attributes.deadLetter, let deadLetterQueue else { return }
        if let count = policy.deliveryCountMax {
            deadLetter = DeadLetterSettings(queue: deadLetterQueue, rule: .receiveCount(count))
        } else if let age = policy.ageMillisMax {
            deadLetter = DeadLetterSettings(queue: deadLetterQueue, rule: .ageSeconds(age / 1_000))
        }
    }
}
