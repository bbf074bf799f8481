internal import AccessControl
internal import BoundedJSON
internal import Engine
internal import HTTPDataPlane
internal import MessageModel
internal import Tillwire

extension NativeAPI {
    /// What a receive asks for.
    func receiveRequest(_ call: NativeCall) throws(NativeFault) -> ReceiveRequest {
        let wish = try receiveWish(call, countMax: UInt64(Limits.batchCountMax), waitMillisMax: Limits.pollMillisMax)
        var request = wish.request
        request.countMax = Int(wish.count ?? 1)
        return request
    }

    /// What a receive whose messages go out as they come asks for.
    func streamedReceive(_ call: NativeCall) throws(NativeFault) -> NativeStreamedReceive {
        let wish = try receiveWish(
            call, countMax: UInt64(Int64.max), waitMillisMax: NativeLimits.streamQuietMillisMax)
        return NativeStreamedReceive(
            request: wish.request, queue: try call.name, countMax: wish.count, quietMillis: wish.request.waitMillis)
    }

    private func receiveWish(
        _ call: NativeCall, countMax: UInt64, waitMillisMax: UInt64
    ) throws(NativeFault) -> (request: ReceiveRequest, count: UInt64?) {
        let name = try call.name
        try call.caller.require(.receiveMessage, on: .queue(name.text))
        guard call.body.count <= NativeLimits.receiveBodyByteCountMax else {
            throw NativeFault(
                .invalidValue, "the body of a receive must have at most \(NativeLimits.receiveBodyByteCountMax) bytes")
        }
        let object = try NativeObject(
            body: call.body, allowed: ["max", "wait_millis", "visibility_millis", "consumer"])
        let count = try object.integer("max", 1...countMax)
        let wait = try object.integer("wait_millis", 0...waitMillisMax)
        let visibility = try object.integer("visibility_millis", 1...Limits.visibilityMillisMax)
        let consumer = try object.text("consumer") ?? call.caller.key?.id ?? ""
        guard consumer.utf8.count <= Limits.consumerLabelByteCountMax else {
            throw NativeFault(.invalidValue, "consumer must have at most \(Limits.consumerLabelByteCountMax) bytes")
        }
        let queue = try readableQueue(name)
        let request = ReceiveRequest(
            queue: queue.id, countMax: 1, visibilityMillis: visibility,
            waitMillis: wait ?? queue.attributes.pollMillis, consumer: consumer)
        return (request, count)
    }

    /// Leases messages and answers. What reaches nobody is visible to others at once.
    func receive(_ call: NativeCall, _ request: ReceiveRequest, _ exchange: NativeExchange) async {
        let deliveries: [Delivery<E.Receipt>]
        do throws(BrokerError) { deliveries = try await broker.receive(request) } catch {
            // Ended because the daemon stops, or because the client is gone: nothing was leased.
            if case .cancelled = error { return exchange.answer(Self.received([], call, broker)) }
            return exchange.answer(NativeFault(error).answer)
        }
        let kept = Self.fitting(deliveries)
        let surplus = deliveries[kept.count...].map(\.receipt)
        counters.received(UInt64(kept.count))
        let receipts = kept.map(\.receipt)
        exchange.answer(Self.received(kept, call, broker)) { [broker] isWritten in
            if !isWritten, !receipts.isEmpty { Task { await Self.giveBack(receipts, to: broker) } }
        }
        await Self.giveBack(surplus, to: broker)
    }

    static func giveBack(_ receipts: [E.Receipt], to broker: Broker<E>) async {
        guard !receipts.isEmpty else { return }
        // What is refused comes back when its lease ends.
        _ = try? await broker.settle(receipts.map { Settlement($0, .release(delayMillis: 0)) })
    }

    /// As many from the start as one answer may hold; at least one.
    static func fitting(_ deliveries: [Delivery<E.Receipt>]) -> ArraySlice<Delivery<E.Receipt>> {
        var byteCount = 0
        var count = 0
        for delivery in deliveries {
            byteCount += delivery.body.count + delivery.properties.encoded.count
            if count > 0, byteCount > NativeLimits.receivedByteCountMax { break }
            count += 1
        }
        return deliveries[..<count]
    }

    private static func received(
        _ deliveries: ArraySlice<Delivery<E.Receipt>>, _ call: NativeCall, _ broker: Broker<E>
    ) -> NativeAnswer {
        let queues = deliveries.contains { $0.origin != nil } ? names(broker.topology) : [:]
        if call.wantsLines {
            var bytes: [UInt8] = []
            for delivery in deliveries {
                var writer = JSONWriter(appendingTo: bytes)
                write(delivery, broker, queues, to: &writer)
                bytes = writer.bytes
                bytes.append(0x0A)
            }
            return NativeAnswer(lines: bytes)
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("messages")
        writer.beginArray()
        for delivery in deliveries { write(delivery, broker, queues, to: &writer) }
        writer.endArray()
        writer.endObject()
        return NativeAnswer(status: 200, json: writer.bytes)
    }

    /// Names of queues by their numbers.
    static func names(_ topology: Topology) -> [QueueID: EntityName] {
        Dictionary(topology.queues.values.map { ($0.id, $0.name) }) { first, _ in first }
    }

    static func write(
        _ delivery: Delivery<E.Receipt>, _ broker: Broker<E>, _ queues: [QueueID: EntityName],
        to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member(
            "id", broker.messageID(source: delivery.source, sequence: delivery.sourceSequence).description)
        writer.member("receipt", delivery.receipt.text)
        NativeMessage.write(body: delivery.body, to: &writer)
        writer.member("enqueued_at_millis", Int64(delivery.enqueuedAt.milliseconds))
        writer.member("first_received_at_millis", Int64(delivery.firstReceivedAt.milliseconds))
        writer.member("hidden_until_millis", Int64(delivery.hiddenUntil.milliseconds))
        writer.member("delivery_count", delivery.deliveryCount)
        write(delivery.properties, to: &writer)
        if let origin = delivery.origin {
            writer.key("origin")
            writer.beginObject()
            writer.key("queue")
            if let name = queues[origin.queue] { writer.string(name.text) } else { writer.null() }
            writer.member("enqueued_at_millis", Int64(origin.enqueuedAt.milliseconds))
            writer.member("delivery_count", origin.deliveryCount)
            writer.member("reason", origin.reason.text)
            writer.endObject()
        }
        writer.endObject()
    }

    private static func write(_ properties: MessageProperties, to writer: inout JSONWriter) {
        guard !properties.encoded.isEmpty else { return }
        let tags = properties.tags
        if !tags.isEmpty {
            writer.key("tags")
            writer.beginArray()
            for tag in tags { writer.string(tag.text) }
            writer.endArray()
        }
        if !properties.routingKey.isEmpty { writer.member("routing_key", properties.routingKey) }
        let headers = properties.headers
        guard !headers.isEmpty else { return }
        writer.key("headers")
        writer.beginObject()
        // A name that an embedding program gave twice is told once.
        var seen: Set<String> = []
        for header in headers where seen.insert(header.name).inserted { writer.member(header.name, header.value) }
        writer.endObject()
    }
}

extension DeadLetterOrigin.Reason {
    /// The word of the API.
    var text: String {
        switch self {
        case .deliveryCount: "delivery_count"
        case .age: "age"
        case .retention: "retention"
        }
    }
}
