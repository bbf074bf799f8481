internal import MessageModel

/// Settings of topics and subscriptions, in both spellings.
extension CallParameters {
    /// The settings a call names.
    ///
    /// - Parameter isNew: the filter type is fixed when a topic is made; later it is an unknown parameter.
    mutating func topicSettings(isNew: Bool) throws(CMQFault) -> TopicSettings {
        var settings = TopicSettings()
        settings.bodyByteCountMax = try number(spelled("maxMsgSize"), CMQLimits.messageSizeRange).map { Int($0) }
        if isNew {
            settings.filterType = try number(spelled("filterType"), 1...2).flatMap { .init(rawValue: Int($0)) }
        }
        settings.isTraced = try flag(spelled("trace"))
        // A topic keeps what it could not deliver for a day, whatever less is asked for.
        if isAPI3 { _ = try number("MsgRetentionSeconds", CMQLimits.topicRetentionSecondsRange) }
        return settings
    }

    /// Subscribe, CreateCmqSubscribe.
    mutating func subscribe() throws(CMQFault) -> Subscribe {
        let topic = try topicName()
        let subscription = try subscriptionName()
        let endpoint = try endpoint()
        var format = try contentFormat()
        // Clients ask for JSON with a queue and expect success; a queue gets the body as it is.
        if case .queue = endpoint { format = .simplified }
        return Subscribe(
            topic: topic, subscription: subscription, endpoint: endpoint,
            strategy: try strategy() ?? .exponentialDecay, format: format ?? .json,
            filterTags: try tags("filterTag", tooMany: .tooManyFilterTags) ?? [], bindingKeys: try bindingKeys() ?? [])
    }

    /// SetSubscriptionAttributes, ModifyCmqSubscriptionAttribute, which spells the list of tags in the plural.
    mutating func setSubscription() throws(CMQFault) -> SetSubscription {
        var call = SetSubscription(topic: try topicName(), subscription: try subscriptionName())
        call.strategy = try strategy()
        call.format = try contentFormat()
        call.filterTags = try tags(isAPI3 ? "filterTags" : "filterTag", tooMany: .tooManyFilterTags)
        call.bindingKeys = try bindingKeys()
        return call
    }

    private mutating func endpoint() throws(CMQFault) -> SubscriptionEndpoint {
        let kind = try required(spelled("protocol"))
        let text = try required(spelled("endpoint"))
        if ASCIICase.equal(kind, "queue") {
            return .queue(try Self.name(text, orElse: .endpointFormat("the name of a queue is allowed")))
        }
        guard ASCIICase.equal(kind, "http") || ASCIICase.equal(kind, "https") else { throw .undefinedProtocol }
        guard !text.contains(where: { $0 == 32 || 9...13 ~= $0 }) else { throw .endpointBlanks }
        guard text.count <= CMQLimits.endpointCharacterCountMax else {
            throw .outOfRange(spelled("endpoint"), "at most \(CMQLimits.endpointCharacterCountMax) characters")
        }
        let scheme = text.prefix { $0 != UInt8(ascii: ":") }
        let isWeb = ASCIICase.equal(scheme, "http") || ASCIICase.equal(scheme, "https")
        let rest = text.dropFirst(scheme.count)
        guard isWeb, rest.starts(with: "://".utf8), rest.count > 3, text.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw .endpointFormat("http:// or https://, a host, a path, in ASCII")
        }
        return .http(String(decoding: text, as: UTF8.self))
    }

    private mutating func strategy() throws(CMQFault) -> NotifyStrategy? {
        guard let text = try text(spelled("notifyStrategy")), !text.isEmpty else { return nil }
        guard let strategy = NotifyStrategy.allCases.first(where: { ASCIICase.equal(text, $0.rawValue) }) else {
            throw .undefinedStrategy
        }
        return strategy
    }

    private mutating func contentFormat() throws(CMQFault) -> NotifyContentFormat? {
        guard let text = try text(spelled("notifyContentFormat")), !text.isEmpty else { return nil }
        guard let format = NotifyContentFormat.allCases.first(where: { ASCIICase.equal(text, $0.rawValue) }) else {
            throw .undefinedFormat
        }
        return format
    }
}
