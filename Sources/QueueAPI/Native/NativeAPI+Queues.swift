internal import AccessControl
internal import BoundedJSON
internal import CMQProtocol
internal import Engine
internal import HTTPDataPlane
internal import MessageModel
internal import Tillwire

extension NativeAPI {
    /// The queue of that name; the queues behind HTTP subscriptions are nobody's.
    func queue(_ name: EntityName) throws(NativeFault) -> QueueEntry {
        guard !HiddenQueues.contain(name), let entry = broker.topology.queues[name] else {
            throw NativeFault(.queueNotFound(name.text))
        }
        return entry
    }

    /// The queue a call reads from: also one with the dead letters of an HTTP subscription.
    func readableQueue(_ name: EntityName) throws(NativeFault) -> QueueEntry {
        guard !HiddenQueues.hide(name), let entry = broker.topology.queues[name] else {
            throw NativeFault(.queueNotFound(name.text))
        }
        return entry
    }

    func listQueues(_ call: NativeCall) throws(NativeFault) -> NativeAnswer {
        guard call.caller.allowsSomewhere(.listQueue) else { throw .forbidden }
        let topology = broker.topology
        let names = Self.names(topology)
        let listed = topology.queues.values.filter {
            !HiddenQueues.hide($0.name) && call.caller.allows(.listQueue, on: .queue($0.name.text))
        }
        return try page(call, "queues", listed, name: \.name) { entry, writer in
            writer.beginObject()
            NativeQueueSettings.write(entry, names: names, to: &writer)
            writer.endObject()
        }
    }

    func getQueue(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.getQueueAttributes, on: .queue(name.text))
        return try await described(try readableQueue(name), status: 200)
    }

    func getQueueFigures(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.getQueueAttributes, on: .queue(name.text))
        let figures = try await figures(of: try readableQueue(name))
        var writer = JSONWriter()
        NativeQueueSettings.write(figures, to: &writer)
        return NativeAnswer(status: 200, json: writer.bytes)
    }

    /// Makes a queue, or gives one that is there exactly these settings.
    func putQueue(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.createQueue, on: .queue(name.text))
        try call.caller.require(.setQueueAttributes, on: .queue(name.text))
        guard !HiddenQueues.contain(name) else {
            throw NativeFault(.invalidValue, "names that begin with \(HiddenQueues.prefix) are reserved")
        }
        let object = try NativeObject(body: call.body, allowed: NativeQueueSettings.members)
        return try await changing { () throws(NativeFault) in
            guard let entry = self.broker.topology.queues[name] else {
                try self.refuseProtected(name)
                let attributes = try self.settings(object, over: nil, keepsOthers: false, call)
                let topology = try await self.apply(.createQueue(name, attributes))
                return try await self.described(try Self.entry(name, topology), status: 201)
            }
            return try await self.set(entry, object, keepsOthers: false, call)
        }
    }

    /// Changes what the body names.
    func patchQueue(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.setQueueAttributes, on: .queue(name.text))
        let object = try NativeObject(body: call.body, allowed: NativeQueueSettings.members)
        return try await changing { () throws(NativeFault) in
            try await self.set(try self.queue(name), object, keepsOthers: true, call)
        }
    }

    func deleteQueue(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.deleteQueue, on: .queue(name.text))
        return try await changing { () throws(NativeFault) in
            let entry = try self.changeable(name)
            _ = try await self.apply(.deleteQueue(entry.id))
            return .noContent
        }
    }

    func purgeQueue(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.clearQueue, on: .queue(name.text))
        try Self.refuseBody(call)
        let entry = try changeable(name)
        let count: UInt64
        do throws(BrokerError) { count = try await broker.queue(entry.name).purge() } catch {
            throw NativeFault(error)
        }
        var writer = JSONWriter(reservingByteCount: 32)
        writer.beginObject()
        writer.member("removed", Int64(clamping: count))
        writer.endObject()
        return NativeAnswer(status: 200, json: writer.bytes)
    }

    func pauseQueue(_ call: NativeCall, _ isPaused: Bool) async throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.pauseQueue, on: .queue(name.text))
        try Self.refuseBody(call)
        return try await changing { () throws(NativeFault) in
            let entry = try self.changeable(name)
            var attributes = entry.attributes
            attributes.isPaused = isPaused
            let topology = try await self.apply(.setQueueAttributes(entry.id, attributes))
            return try await self.described(try Self.entry(name, topology), status: 200)
        }
    }

    func rewindQueue(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let name = try call.name
        try call.caller.require(.rewindQueue, on: .queue(name.text))
        let object = try NativeObject(body: call.body, allowed: ["to_millis"])
        guard let moment = try object.integer("to_millis", 0...Timestamp.distantFuture.milliseconds) else {
            throw NativeFault(.invalidValue, "to_millis is missing: milliseconds since 1970")
        }
        let entry = try queue(name)
        do throws(BrokerError) { try await broker.queue(entry.name).rewind(to: Timestamp(milliseconds: moment)) } catch
        {
            throw NativeFault(error)
        }
        return .noContent
    }

    // MARK: Helpers

    private func set(
        _ entry: QueueEntry, _ object: NativeObject, keepsOthers: Bool, _ call: NativeCall
    ) async throws(NativeFault) -> NativeAnswer {
        _ = try changeable(entry.name)
        var attributes = try settings(object, over: entry.attributes, keepsOthers: keepsOthers, call)
        if let topic = operations.moneyTopic(of: entry.id) {
            // See ``QueueOperations/subscribe(_:to:)``.
            let asks =
                object.has("messages_max") && attributes.messageCountMax != nil
                || object.has("bytes_max") && attributes.byteCountMax != nil
            guard !asks else {
                throw NativeFault(
                    .invalidValue,
                    "messages_max, bytes_max: the queue takes payments from topic \"\(topic)\" and has no limit: null is allowed"
                )
            }
            attributes = attributes.withoutLimits
        }
        let topology = try await apply(.setQueueAttributes(entry.id, attributes))
        return try await described(try Self.entry(entry.name, topology), status: 200)
    }

    private func settings(
        _ object: NativeObject, over old: QueueAttributes?, keepsOthers: Bool, _ call: NativeCall
    ) throws(NativeFault) -> QueueAttributes {
        try NativeQueueSettings.take(object, over: old, keepsOthers: keepsOthers) { name throws(NativeFault) in
            // A dead-letter queue is written to, so the caller needs the same right on it.
            try call.caller.require(.setQueueAttributes, on: .queue(name.text))
            return try self.queue(name).id
        }
    }

    private static func entry(_ name: EntityName, _ topology: Topology) throws(NativeFault) -> QueueEntry {
        guard let entry = topology.queues[name] else { throw NativeFault(.queueNotFound(name.text)) }
        return entry
    }

    /// The queue, where a call may change it.
    private func changeable(_ name: EntityName) throws(NativeFault) -> QueueEntry {
        let entry = try queue(name)
        try refuseProtected(entry.name)
        return entry
    }

    private func refuseProtected(_ name: EntityName) throws(NativeFault) {
        guard !moneyRules.protects(queue: name) else {
            throw NativeFault(
                .protected, "queue \"\(name)\" carries payments: it cannot be made, changed or removed here")
        }
    }

    private func figures(of entry: QueueEntry) async throws(NativeFault) -> QueueFigures {
        do throws(BrokerError) { return try await broker.figures(of: entry.id) } catch { throw NativeFault(error) }
    }

    private func described(_ entry: QueueEntry, status: Int) async throws(NativeFault) -> NativeAnswer {
        let figures = try await figures(of: entry)
        var writer = JSONWriter()
        writer.beginObject()
        NativeQueueSettings.write(entry, names: Self.names(broker.topology), to: &writer)
        writer.key("figures")
        NativeQueueSettings.write(figures, to: &writer)
        writer.endObject()
        return NativeAnswer(status: status, json: writer.bytes)
    }
}
