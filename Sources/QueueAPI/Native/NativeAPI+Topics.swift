internal import AccessControl
internal import BoundedJSON
internal import CMQProtocol
internal import Engine
internal import HTTPDataPlane
internal import MessageModel
internal import Tillwire

extension NativeAPI {
    /// The topic of that name.
    func topic(_ name: EntityName) throws(NativeFault) -> TopicEntry {
        guard let entry = broker.topology.topics[name] else { throw NativeFault(.topicNotFound(name.text)) }
        return entry
    }

    func listTopics(_ call: NativeCall) throws(NativeFault) -> NativeAnswer {
        guard call.caller.allowsSomewhere(.listTopic) else { throw .forbidden }
        let listed = broker.topology.topics.values.filter {
            call.caller.allows(.listTopic, on: .topic($0.name.text))
        }
        return try page(call, "topics", listed, name: \.name) { Self.write($0, to: &$1) }
    }

    func getTopic(_ call: NativeCall) throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.getTopicAttributes, on: .topic(name.text))
        return Self.described(try topic(name), status: 200)
    }

    /// Makes a topic, or gives one that is there exactly these settings; how it routes is fixed when it is made.
    func putTopic(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.createTopic, on: .topic(name.text))
        try call.caller.require(.setTopicAttributes, on: .topic(name.text))
        let object = try NativeObject(body: call.body, allowed: ["routing", "body_bytes_max", "traced"])
        return try await changing { () throws(NativeFault) in
            let old = self.broker.topology.topics[name]
            guard let old else {
                try self.refuseProtectedTopic(name)
                let attributes = try Self.settings(object, over: TopicAttributes())
                let topology = try await self.apply(.createTopic(name, attributes))
                return Self.described(try Self.entry(name, topology), status: 201)
            }
            // What is not given gets its default, except how it routes.
            let attributes = try Self.settings(object, over: TopicAttributes(routing: old.attributes.routing))
            return try await self.set(old, attributes)
        }
    }

    /// Changes what the body names.
    func patchTopic(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.setTopicAttributes, on: .topic(name.text))
        let object = try NativeObject(body: call.body, allowed: ["routing", "body_bytes_max", "traced"])
        return try await changing { () throws(NativeFault) in
            let old = try self.topic(name)
            return try await self.set(old, try Self.settings(object, over: old.attributes))
        }
    }

    func deleteTopic(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.deleteTopic, on: .topic(name.text))
        return try await changing { () throws(NativeFault) in
            let entry = try self.changeableTopic(name)
            guard entry.subscriptions.isEmpty else {
                throw NativeFault(.inUse, "the topic has \(entry.subscriptions.count) subscriptions: remove them first")
            }
            _ = try await self.apply(.deleteTopic(entry.id))
            return .noContent
        }
    }

    // MARK: Helpers

    private func set(_ old: TopicEntry, _ attributes: TopicAttributes) async throws(NativeFault) -> NativeAnswer {
        _ = try changeableTopic(old.name)
        guard attributes.routing == old.attributes.routing else {
            throw NativeFault(.alreadyExists, "the topic routes otherwise; that is fixed when it is made")
        }
        let topology = try await apply(.setTopicAttributes(old.id, attributes))
        return Self.described(try Self.entry(old.name, topology), status: 200)
    }

    private static func settings(
        _ object: NativeObject, over old: TopicAttributes
    ) throws(NativeFault) -> TopicAttributes {
        var new = old
        if let text = try object.text("routing") {
            guard let routing = TopicAttributes.Routing(word: text) else {
                throw NativeFault(.invalidValue, "routing must be tags or routing_key")
            }
            new.routing = routing
        }
        if let value = try object.integer("body_bytes_max", 1...UInt64(Limits.bodyByteCountMax)) {
            new.bodyByteCountMax = Int(value)
        }
        if let value = try object.bool("traced") { new.isTraced = value }
        return new
    }

    private static func entry(_ name: EntityName, _ topology: Topology) throws(NativeFault) -> TopicEntry {
        guard let entry = topology.topics[name] else { throw NativeFault(.topicNotFound(name.text)) }
        return entry
    }

    private func changeableTopic(_ name: EntityName) throws(NativeFault) -> TopicEntry {
        let entry = try topic(name)
        try refuseProtectedTopic(entry.name)
        return entry
    }

    private func refuseProtectedTopic(_ name: EntityName) throws(NativeFault) {
        guard !moneyRules.topics.contains(name) else {
            throw NativeFault(
                .protected, "topic \"\(name)\" carries payments: it cannot be made, changed or removed here")
        }
    }

    private static func described(_ entry: TopicEntry, status: Int) -> NativeAnswer {
        var writer = JSONWriter(reservingByteCount: 256)
        write(entry, to: &writer)
        return NativeAnswer(status: status, json: writer.bytes)
    }

    private static func write(_ entry: TopicEntry, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", entry.name.text)
        writer.member("routing", entry.attributes.routing.word)
        writer.member("body_bytes_max", entry.attributes.bodyByteCountMax)
        writer.member("traced", entry.attributes.isTraced)
        writer.member("subscription_count", entry.subscriptions.count)
        writer.member("created_at_millis", Int64(entry.times.createdAt.milliseconds))
        writer.member("changed_at_millis", Int64(entry.times.changedAt.milliseconds))
        writer.endObject()
    }
}

extension TopicAttributes.Routing {
    /// The routing of that word; nil where there is none.
    fileprivate init?(word: String) {
        switch word {
        case "tags": self = .tags
        case "routing_key": self = .routingKey
        default: return nil
        }
    }

    /// The word of the API.
    fileprivate var word: String {
        switch self {
        case .tags: "tags"
        case .routingKey: "routing_key"
        }
    }
}
