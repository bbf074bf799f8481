internal import CMQProtocol
internal import Engine
internal import MessageModel

/// The queues behind HTTP subscriptions: made and removed with them, shown to nobody, named by no call.
enum HiddenQueues {
    /// What their names begin with; no call may use such a name.
    static let prefix = "http-sub-"

    /// Whether the name is one of theirs.
    static func contain(_ name: EntityName) -> Bool {
        name.folded.starts(with: prefix.utf8)
    }

    /// Whether the queue is one of theirs.
    static func contain(_ queue: QueueID, in topology: Topology) -> Bool {
        topology.queues.values.first { $0.id == queue }.map { contain($0.name) } ?? false
    }

    /// The queue of a subscription.
    static func name(topic: EntityName, subscription: EntityName) -> EntityName {
        (try? EntityName(prefix + String(topic.text.prefix(20)) + "-" + subscription.text.prefix(20))) ?? "x"
    }
}
struct SubscriptionAnnotation {
    var url: String?
    var strategy: NotifyStrategy
    var format: NotifyContentFormat
    init?(_ bytes: Bytes) {
        guard let parts = bytes.text?.split(separator: "|", omittingEmptySubsequences: false), parts.count == 3 else {
            return nil
        }
        url = parts[0].isEmpty ? nil : String(parts[0])
        strategy = NotifyStrategy(rawValue: String(parts[1])) ?? .backoff
        format = NotifyContentFormat(rawValue: String(parts[2])) ?? .json
    }
    init(url: String?, strategy: NotifyStrategy, format: NotifyContentFormat) {
        self.url = url; self.strategy = strategy; self.format = format
    }
    var encoded: Bytes { Bytes("\(url ?? "")|\(strategy.rawValue)|\(format.rawValue)") }
}
extension QueueOperations {
    static func annotation(_ call: Subscribe) -> Bytes {
        switch call.endpoint {
        case .queue: SubscriptionAnnotation(url: nil, strategy: call.strategy, format: .simplified).encoded
        case .http(let url): SubscriptionAnnotation(url: url, strategy: call.strategy, format: call.format).encoded
        }
    }
    static func annotation(
        of entry: SubscriptionEntry, strategy: NotifyStrategy?, format: NotifyContentFormat?
    ) -> Bytes {
        guard var known = SubscriptionAnnotation(entry.annotation) else { return entry.annotation }
        if let strategy { known.strategy = strategy }
        if let format, known.url != nil { known.format = format }
        return known.encoded
    }
}
