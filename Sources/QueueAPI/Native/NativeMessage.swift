internal import BoundedJSON
internal import Engine
internal import MessageModel

/// One message as a client sends it.
enum NativeMessage {
    /// Members of a message for a queue; a topic's has no `delay_millis`.
    static let queueMembers = ["body", "body_base64", "key", "tags", "routing_key", "headers", "delay_millis"]
    static let topicMembers = ["body", "body_base64", "key", "tags", "routing_key", "headers"]

    /// Reads a message.
    ///
    /// - Parameter key: what makes the send repeatable, made from the message's own key.
    static func read(
        _ value: JSONValue, isForTopic: Bool, key: (String?) throws(NativeFault) -> IdempotencyKey?
    ) throws(NativeFault) -> OutgoingMessage {
        let object = try NativeObject(
            value, allowed: isForTopic ? topicMembers : queueMembers, place: "the message")
        let body = try body(object)
        let properties = try properties(object)
        let delay = try object.integer("delay_millis", 0...Limits.delayMillisMax) ?? 0
        return OutgoingMessage(
            body: body, properties: properties, delayMillis: delay, key: try key(try object.text("key")))
    }

    private static func body(_ object: NativeObject) throws(NativeFault) -> Bytes {
        switch (object.member("body"), object.member("body_base64")) {
        case (let text?, nil):
            guard let bytes = text.stringBytes else { throw NativeFault(.invalidValue, "body must be a string") }
            return try checked(bytes)
        case (nil, let text?):
            guard let bytes = text.stringBytes.flatMap({ StrictBase64.decode($0) }) else {
                throw NativeFault(.invalidValue, "body_base64 must be padded Base64")
            }
            return try checked(bytes)
        default: throw NativeFault(.invalidValue, "a message needs either body or body_base64")
        }
    }

    private static func checked(_ bytes: [UInt8]) throws(NativeFault) -> Bytes {
        guard bytes.count <= Limits.bodyByteCountMax else {
            throw NativeFault(.bodyTooLarge(byteCount: bytes.count, byteCountMax: Limits.bodyByteCountMax))
        }
        return Bytes(bytes)
    }

    private static func properties(_ object: NativeObject) throws(NativeFault) -> MessageProperties {
        let tags = try object.texts("tags", countMax: Limits.tagCountMax) ?? []
        let routingKey = try object.text("routing_key") ?? ""
        let headers = try headers(object)
        if tags.isEmpty, routingKey.isEmpty, headers.isEmpty { return .none }
        do throws(BrokerError) {
            guard BindingKey.fits(routingKey) else { throw .invalidRoutingKey(String(routingKey.prefix(80))) }
            var checked: [MessageTag] = []
            for tag in tags { checked.append(try MessageTag(tag)) }
            return try MessageProperties(tags: checked, routingKey: routingKey, headers: headers)
        } catch { throw NativeFault(error) }
    }

    private static func headers(_ object: NativeObject) throws(NativeFault) -> [(name: String, value: String)] {
        guard let member = object.member("headers") else { return [] }
        guard let members = member.members, members.count <= NativeLimits.headerCountMax else {
            throw NativeFault(
                .invalidValue, "headers must be an object of at most \(NativeLimits.headerCountMax) strings")
        }
        var headers: [(name: String, value: String)] = []
        for header in members {
            guard let text = header.value.string else {
                throw NativeFault(.invalidValue, "headers must be an object of strings")
            }
            headers.append((header.key, text))
        }
        return headers
    }

    /// Writes a body: as text where it is UTF-8, else as Base64.
    static func write(body: Bytes, to writer: inout JSONWriter) {
        if let text = body.text {
            writer.member("body", text)
        } else {
            writer.member("body_base64", StrictBase64.encode(Array(body.slice)))
        }
    }
}
