internal import AccessControl
internal import BoundedJSON
internal import CMQProtocol
internal import Engine
internal import HTTPDataPlane
internal import MessageModel
internal import Tillwire

extension NativeAPI {
    func listSubscriptions(_ call: NativeCall) throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.listSubscriptionByTopic, on: .topic(name.text))
        let topology = broker.topology
        let names = Self.names(topology)
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("subscriptions")
        writer.beginArray()
        for entry in try topic(name).subscriptions { Self.write(entry, names, to: &writer) }
        writer.endArray()
        writer.endObject()
        return NativeAnswer(status: 200, json: writer.bytes)
    }

    func getSubscription(_ call: NativeCall) throws(NativeFault) -> NativeAnswer {
        let (name, subscription) = try subscriptionNames(call)
        try call.caller.require(.getSubscriptionAttributes, on: .topic(name.text))
        return Self.described(try find(subscription, of: try topic(name)), broker.topology, status: 200)
    }

    /// Subscribes a queue, or changes the filter of its subscription. Subscriptions of HTTP endpoints are made by CMQ's calls.
    func putSubscription(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let (name, subscription) = try subscriptionNames(call)
        try call.caller.require(.subscribe, on: .topic(name.text))
        try call.caller.require(.setSubscriptionAttributes, on: .topic(name.text))
        let object = try NativeObject(body: call.body, allowed: ["queue", "filter_tags", "binding_keys"])
        guard let queueText = try object.text("queue") else {
            throw NativeFault(.invalidValue, "queue is missing: the name of the queue that takes the messages")
        }
        let queueName = try NativeName.check(queueText)
        try call.caller.require(.subscribe, on: .queue(queueName.text))
        let (tags, keys) = try Self.filter(object)
        return try await changing { () throws(NativeFault) in
            let topic = try self.topic(name)
            let queue = try self.queue(queueName)
            guard let old = topic.subscriptions.first(where: { $0.name == subscription }) else {
                try self.requireChangeable(topic, subscription)
                let entry = SubscriptionEntry(name: subscription, queue: queue.id, filterTags: tags, bindingKeys: keys)
                let topology: Topology
                do throws(BrokerError) { topology = try await self.operations.subscribe(entry, to: topic) } catch {
                    throw NativeFault(error)
                }
                return Self.described(try Self.find(subscription, name, topology), topology, status: 201)
            }
            try self.requireChangeable(topic, old.name)
            guard old.queue == queue.id else {
                throw NativeFault(.alreadyExists, "the subscription delivers elsewhere; remove it first")
            }
            let entry = SubscriptionEntry(
                name: old.name, queue: old.queue, filterTags: tags, bindingKeys: keys, annotation: old.annotation)
            let topology = try await self.apply(.setSubscription(topic: topic.id, entry))
            return Self.described(try Self.find(subscription, name, topology), topology, status: 200)
        }
    }

    func deleteSubscription(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let (name, subscription) = try subscriptionNames(call)
        try call.caller.require(.unsubscribe, on: .topic(name.text))
        return try await changing { () throws(NativeFault) in
            let topic = try self.topic(name)
            let entry = try self.find(subscription, of: topic)
            try self.requireChangeable(topic, entry.name)
            if HiddenQueues.contain(entry.queue, in: self.broker.topology) {
                // The queue of an HTTP subscription goes with it, in one commit: removing a queue removes its subscriptions.
                _ = try await self.apply(.deleteQueue(entry.queue))
            } else {
                _ = try await self.apply(.unsubscribe(topic: topic.id, entry.name))
            }
            return .noContent
        }
    }

    // MARK: Helpers

    private func subscriptionNames(_ call: NativeCall) throws(NativeFault) -> (EntityName, EntityName) {
        (try call.name, try NativeName.check(call.names.count > 1 ? call.names[1] : ""))
    }

    private static func filter(_ object: NativeObject) throws(NativeFault) -> ([MessageTag], [BindingKey]) {
        let tags = try object.texts("filter_tags", countMax: Limits.tagCountMax) ?? []
        let keys = try object.texts("binding_keys", countMax: Limits.bindingKeyCountMax) ?? []
        do throws(BrokerError) {
            var checkedTags: [MessageTag] = []
            var checkedKeys: [BindingKey] = []
            for tag in tags { checkedTags.append(try MessageTag(tag)) }
            for key in keys { checkedKeys.append(try BindingKey(key)) }
            return (checkedTags, checkedKeys)
        } catch { throw NativeFault(error) }
    }

    private func find(_ name: EntityName, of topic: TopicEntry) throws(NativeFault) -> SubscriptionEntry {
        guard let entry = topic.subscriptions.first(where: { $0.name == name }) else {
            throw NativeFault(.subscriptionNotFound(name.text))
        }
        return entry
    }

    private static func find(
        _ name: EntityName, _ topic: EntityName, _ topology: Topology
    ) throws(NativeFault) -> SubscriptionEntry {
        guard let entry = topology.topics[topic]?.subscriptions.first(where: { $0.name == name }) else {
            throw NativeFault(.subscriptionNotFound(name.text))
        }
        return entry
    }

    private func requireChangeable(_ topic: TopicEntry, _ name: EntityName) throws(NativeFault) {
        guard !moneyRules.protects(subscription: name, of: topic.name) else {
            throw NativeFault(
                .protected, "subscription \"\(name)\" carries payments: it cannot be made, changed or removed here")
        }
    }

    private static func described(_ entry: SubscriptionEntry, _ topology: Topology, status: Int) -> NativeAnswer {
        var writer = JSONWriter(reservingByteCount: 256)
        write(entry, names(topology), to: &writer)
        return NativeAnswer(status: status, json: writer.bytes)
    }

    private static func write(
        _ entry: SubscriptionEntry, _ names: [QueueID: EntityName], to writer: inout JSONWriter
    ) {
        let queue = names[entry.queue]
        let isHTTP = queue.map { HiddenQueues.contain($0) } ?? false
        writer.beginObject()
        writer.member("name", entry.name.text)
        writer.member("protocol", isHTTP ? "http" : "queue")
        if !isHTTP, let queue { writer.member("queue", queue.text) }
        writer.key("filter_tags")
        writer.beginArray()
        for tag in entry.filterTags { writer.string(tag.text) }
        writer.endArray()
        writer.key("binding_keys")
        writer.beginArray()
        for key in entry.bindingKeys { writer.string(key.text) }
        writer.endArray()
        writer.member("created_at_millis", Int64(entry.times.createdAt.milliseconds))
        writer.member("changed_at_millis", Int64(entry.times.changedAt.milliseconds))
        writer.endObject()
    }
}
