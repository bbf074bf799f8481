internal import CMQProtocol
internal import Engine
internal import MessageModel

/// A subscription that is pushed to.
struct HTTPSubscription: Sendable, Equatable {
    /// The topic, as its maker spelled it.
    let topic: EntityName
    /// The subscription.
    let name: EntityName
    /// The queue that holds what waits.
    let queue: EntityName
    /// Its number.
    let queueID: QueueID
    /// Where, how often and what.
    let annotation: SubscriptionAnnotation
    /// Whether nothing of it may be dropped.
    let isMoney: Bool

    /// All of them by queue; and the names of subscriptions that should be among them and cannot be served.
    static func all(
        in topology: Topology, moneyTopics: Set<EntityName>
    ) -> (served: [QueueID: HTTPSubscription], unusable: [String]) {
        let queues = Dictionary(topology.queues.values.map { ($0.id, $0.name) }) { first, _ in first }
        var served: [QueueID: HTTPSubscription] = [:]
        var unusable: [String] = []
        for topic in topology.topics.values {
            for entry in topic.subscriptions where !entry.annotation.isEmpty {
                guard let annotation = try? SubscriptionAnnotation.decode(entry.annotation) else {
                    // Of an embedding program, unless the queue says otherwise.
                    if let queue = queues[entry.queue], HTTPSubscriptionQueue.isReserved(queue) {
                        unusable.append("\(topic.name)/\(entry.name)")
                    }
                    continue
                }
                guard annotation.url != nil else { continue }
                // A queue somebody else may receive from is left alone.
                guard let queue = queues[entry.queue], HTTPSubscriptionQueue.deadLetterName(for: queue) != nil,
                    served[entry.queue] == nil
                else {
                    unusable.append("\(topic.name)/\(entry.name)")
                    continue
                }
                served[entry.queue] = HTTPSubscription(
                    topic: topic.name, name: entry.name, queue: queue, queueID: entry.queue, annotation: annotation,
                    isMoney: moneyTopics.contains(topic.name))
            }
        }
        return (served, unusable)
    }
}
