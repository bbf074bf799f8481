internal import BoundedJSON
internal import Engine
internal import MessageModel

/// A queue's settings in the API's JSON.
enum NativeQueueSettings {
    static let members = [
        "visibility_millis", "body_bytes_max", "poll_millis", "retention_millis", "rewind_millis", "messages_max",
        "bytes_max", "dead_letter", "traced",
    ]
    private static let deadLetterMembers = ["queue", "deliveries_max", "age_millis_max"]

    /// Takes over what a body gives; `null` switches a bound off. Where `keepsOthers` is false, what is not given gets its default.
    ///
    /// - Parameter resolve: the number of a queue that the body names.
    static func take(
        _ object: NativeObject, over old: QueueAttributes?, keepsOthers: Bool,
        resolve: (EntityName) throws(NativeFault) -> QueueID
    ) throws(NativeFault) -> QueueAttributes {
        var new = keepsOthers ? old ?? QueueAttributes() : QueueAttributes()
        // Deliveries are stopped and started by calls of their own.
        new.isPaused = old?.isPaused ?? false
        if let value = try object.integer("visibility_millis", 1...Limits.visibilityMillisMax) {
            new.visibilityMillis = value
        }
        if let value = try object.integer("body_bytes_max", 1...UInt64(Limits.bodyByteCountMax)) {
            new.bodyByteCountMax = Int(value)
        }
        if let value = try object.integer("poll_millis", 0...Limits.pollMillisMax) { new.pollMillis = value }
        if object.has("retention_millis") {
            new.retentionMillis = try object.integer(
                "retention_millis", Limits.retentionMillisMin...Limits.retentionMillisMax)
        }
        if let value = try object.integer("rewind_millis", 0...Limits.retentionMillisMax) { new.rewindMillis = value }
        if object.has("messages_max") {
            new.messageCountMax = try object.integer("messages_max", 1...UInt64(Int64.max))
        }
        if object.has("bytes_max") { new.byteCountMax = try object.integer("bytes_max", 1...UInt64(Int64.max)) }
        if object.has("dead_letter") { new.deadLetter = try deadLetter(object.member("dead_letter"), resolve) }
        if let value = try object.bool("traced") { new.isTraced = value }
        return new
    }

    private static func deadLetter(
        _ value: JSONValue?, _ resolve: (EntityName) throws(NativeFault) -> QueueID
    ) throws(NativeFault) -> DeadLetterPolicy? {
        guard let value else { return nil }
        let object = try NativeObject(value, allowed: deadLetterMembers, place: "dead_letter")
        guard let name = try object.text("queue") else {
            throw NativeFault(.invalidValue, "dead_letter.queue must be a string")
        }
        let count = try object.integer("deliveries_max", 1...UInt64(Limits.deliveryCountMax))
        let age = try object.integer("age_millis_max", 1...Limits.retentionMillisMax)
        guard count != nil || age != nil else {
            throw NativeFault(.invalidValue, "dead_letter needs deliveries_max or age_millis_max")
        }
        return DeadLetterPolicy(
            queue: try resolve(try NativeName.check(name)), deliveryCountMax: count.map { Int($0) }, ageMillisMax: age)
    }

    /// Writes the members of a queue, within an object.
    static func write(_ entry: QueueEntry, names: [QueueID: EntityName], to writer: inout JSONWriter) {
        let settings = entry.attributes
        writer.member("name", entry.name.text)
        writer.member("visibility_millis", Int64(settings.visibilityMillis))
        writer.member("body_bytes_max", settings.bodyByteCountMax)
        writer.member("poll_millis", Int64(settings.pollMillis))
        writer.optional("retention_millis", settings.retentionMillis)
        writer.member("rewind_millis", Int64(settings.rewindMillis))
        writer.optional("messages_max", settings.messageCountMax)
        writer.optional("bytes_max", settings.byteCountMax)
        writer.key("dead_letter")
        if let policy = settings.deadLetter {
            writer.beginObject()
            writer.member("queue", names[policy.queue]?.text ?? "")
            writer.optional("deliveries_max", policy.deliveryCountMax.map { UInt64($0) })
            writer.optional("age_millis_max", policy.ageMillisMax)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.member("traced", settings.isTraced)
        writer.member("paused", settings.isPaused)
        writer.member("created_at_millis", Int64(entry.times.createdAt.milliseconds))
        writer.member("changed_at_millis", Int64(entry.times.changedAt.milliseconds))
    }

    /// Writes a queue's figures as an object.
    static func write(_ figures: QueueFigures, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("waiting", Int64(clamping: figures.waiting - min(figures.waiting, figures.leased)))
        writer.member("leased", Int64(clamping: figures.leased))
        writer.member("delayed", Int64(clamping: figures.delayed))
        writer.member("rewindable", Int64(clamping: figures.kept))
        writer.member("bytes", Int64(clamping: figures.rawByteCount))
        writer.member("enqueued_total", Int64(clamping: figures.enqueuedTotal))
        writer.optional("oldest_at_millis", figures.oldestEnqueuedAt?.milliseconds)
        writer.member("waiting_receives", figures.waitingPolls)
        writer.endObject()
    }
}

extension JSONWriter {
    /// Writes a member with an integer, or `null`.
    mutating func optional(_ name: String, _ value: UInt64?) {
        key(name)
        if let value { integer(Int64(clamping: value)) } else { null() }
    }
}
