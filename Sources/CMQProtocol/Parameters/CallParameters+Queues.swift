internal import MessageModel

/// Settings of queues, in both spellings.
extension CallParameters {
    /// The settings a call names (`cmq-protocol.md` §3.1, §10.4); what it does not name is nil.
    mutating func queueSettings() throws(CMQFault) -> QueueSettings {
        var settings = QueueSettings()
        settings.messageCountMax = try number(spelled("maxMsgHeapNum"), CMQLimits.messageCountRange)
        settings.pollSeconds = try number(spelled("pollingWaitSeconds"), 0...CMQLimits.pollSecondsMax)
        settings.visibilitySeconds = try number(spelled("visibilityTimeout"), CMQLimits.visibilitySecondsRange)
        settings.bodyByteCountMax = try number(spelled("maxMsgSize"), CMQLimits.messageSizeRange).map { Int($0) }
        settings.retentionSeconds = try number(
            spelled("msgRetentionSeconds"),
            isAPI3 ? CMQLimits.retentionSecondsRangeOfAPI3 : CMQLimits.retentionSecondsRange)
        settings.rewindSeconds = try number(spelled("rewindSeconds"), CMQLimits.rewindSecondsRange)
        settings.isTraced = try flag(spelled("trace"))
        try readDeadLetter(into: &settings)
        try refuseTransactions()
        if isAPI3 { try passRetentionSize() }
        return settings
    }

    /// A blank name takes the policy away in API 2.0, which has no action for it; in API 3.0 it counts as not given.
    private mutating func readDeadLetter(into settings: inout QueueSettings) throws(CMQFault) {
        let parameter = spelled("deadLetterQueueName")
        let name = try text(parameter)
        let policy = try number(spelled("policy"), 0...1)
        let count = try number(spelled("maxReceiveCount"), CMQLimits.receiveCountRange)
        let age = try number(spelled("maxTimeToLive"), CMQLimits.timeToLiveSecondsRange)
        guard let name, !name.isEmpty else {
            settings.unbindsDeadLetter = name != nil && !isAPI3
            guard settings.unbindsDeadLetter || (policy == nil && count == nil && age == nil) else {
                throw .missingParameter(parameter)
            }
            return
        }
        let queue = try Self.name(name, orElse: .queueName)
        if policy == 1 || (policy == nil && count == nil && age != nil) {
            guard let age else { throw .missingParameter(spelled("maxTimeToLive")) }
            settings.deadLetter = DeadLetterSettings(queue: queue, rule: .ageSeconds(age))
        } else {
            guard let count else { throw .missingParameter(spelled("maxReceiveCount")) }
            settings.deadLetter = DeadLetterSettings(queue: queue, rule: .receiveCount(Int(count)))
        }
    }

    /// Transactions exist on the binary protocol only; their other parameters mean nothing without them.
    private mutating func refuseTransactions() throws(CMQFault) {
        let isAsked = try number(spelled("transaction"), 0...1) == 1
        _ = try number(spelled("firstQueryInterval"), 0...UInt64(Int32.max))
        _ = try number(spelled("maxQueryCount"), 0...UInt64(Int32.max))
        if isAsked { throw .transactionsNotServed }
    }

    /// The space for rewindable messages is not bounded apart from the store, so more is kept than is asked for, never less.
    private mutating func passRetentionSize() throws(CMQFault) {
        let allowed = CMQLimits.retentionMegabytesRange
        let fault = CMQFault.outOfRange("RetentionSizeInMB", "0, or \(allowed.lowerBound) to \(allowed.upperBound)")
        guard let size = try number("RetentionSizeInMB", 0...allowed.upperBound, orElse: fault) else { return }
        guard size == 0 || allowed.contains(size) else { throw fault }
    }

    /// Which part of a list is asked for.
    ///
    /// - Parameter searchWord: the parameter that names have to contain.
    mutating func listing(
        searchWord parameter: String, countMax: UInt64 = CMQLimits.pageCountMax, offsetMax: UInt64 = CMQLimits.offsetMax
    ) throws(CMQFault) -> EntityListing {
        var listing = EntityListing()
        if let word = try text(parameter) {
            guard word.count <= CMQLimits.searchWordByteCountMax else {
                throw .outOfRange(parameter, "at most \(CMQLimits.searchWordByteCountMax) bytes")
            }
            listing.searchWord = String(decoding: word, as: UTF8.self)
        }
        listing.offset = Int(try number(spelled("offset"), 0...offsetMax) ?? 0)
        listing.limit = Int(try number(spelled("limit"), 0...countMax) ?? UInt64(CMQLimits.pageCountDefault))
        return listing
    }

    /// What lists of API 3.0 have besides: exact names, and filters by resource tags. Such tags are not kept, so a filter by them finds nothing.
    mutating func narrow(_ listing: inout EntityListing, names parameter: String) throws(CMQFault) {
        if let names = try list(parameter, countMax: CMQLimits.nameListCountMax), !names.isEmpty {
            listing.names = names.map { String(decoding: $0, as: UTF8.self) }
        }
        _ = try flag("IsTagFilter")
        if try passObjects("Filters", members: ["Name", "Values"]) { listing.names = [] }
    }
}
