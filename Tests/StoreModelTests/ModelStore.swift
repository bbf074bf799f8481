import Engine
import MessageModel
import Tillwire

/// All queues, topics, keys and rows of a run, in plain dictionaries.
struct ModelStore {
    struct Subscription {
        let queue: String
        let tags: Set<String>
        let patterns: [String]
    }

    var queues: [String: ModelQueue] = [:]
    var subscriptions: [String: [String: Subscription]] = [:]
    var rows: [String: String] = [:]
    /// Answers by source and key: nil where the answer was never seen.
    var keys: [String: (sequence: SequenceNumber?, expiresAt: UInt64)] = [:]
    var ids: [Int: MessageID] = [:]
    private var nextNumber = 1

    mutating func makeMessage() -> ModelMessage {
        defer { nextNumber += 1 }
        return ModelMessage(number: nextNumber)
    }

    var names: [String] { queues.keys.sorted() }

    func name(of id: QueueID) -> String? { queues.first { $0.value.id == id }?.key }

    /// Does what the passing of time does, and hands dead letters on.
    mutating func advance(to now: UInt64) {
        for name in names { queues[name]?.advance(to: now) }
        deliverDepartures()
    }

    mutating func deliverDepartures() {
        for name in names {
            guard let letters = queues[name]?.takeDepartures(), !letters.isEmpty,
                let target = queues[name]?.attributes.deadLetter?.queue, let dead = self.name(of: target)
            else { continue }
            for letter in letters { queues[dead]?.add(letter) }
        }
    }

    func isCertain(_ origin: ModelOrigin, at now: UInt64) -> Bool {
        guard let source = name(of: origin.queue) else { return false }
        return queues[source]?.hasLeft(origin.copy, at: now) ?? false
    }

    func bounds(_ name: String, at now: UInt64) -> ModelBounds {
        queues[name]?.bounds(at: now) { isCertain($0, at: now) } ?? ModelBounds()
    }

    /// The figures of all queues are as they may be: what was under way is done.
    mutating func conclude(at now: UInt64) {
        let before = self
        // Letters first, while their sources still say that they are leaving.
        for name in names { queues[name]?.conclude(at: now) { before.isCertain($0, at: now) } }
    }

    /// Queues that take a message of a topic.
    func targets(_ topic: String, _ message: ModelMessage) -> [String] {
        let all = (subscriptions[topic] ?? [:]).values
        return all.filter { subscription in
            if topic == "tags" { return subscription.tags.isEmpty || subscription.tags.contains(message.tag) }
            return subscription.patterns.contains { Self.matches(message.routingKey, $0) }
        }.map(\.queue).sorted()
    }

    /// Two words against two patterns of two words.
    private static func matches(_ key: String, _ pattern: String) -> Bool {
        if pattern == "#" { return true }
        let (words, parts) = (key.split(separator: "."), pattern.split(separator: "."))
        return words.count == parts.count && zip(words, parts).allSatisfy { $1 == "*" || $0 == $1 }
    }

    /// A letter that was delivered where it lay ends the copy it came from; a copy that was delivered calls its letter back.
    mutating func settleDoubt(of copy: ModelCopy, in name: String) {
        if let origin = copy.origin, let source = self.name(of: origin.queue), copy.isArriving {
            queues[source]?.finish(origin.copy)
        }
        guard let id = queues[name]?.id else { return }
        for other in names where other != name {
            queues[other]?.remove { $0.isArriving && $0.origin?.queue == id && $0.origin?.copy == copy.id }
        }
    }

    mutating func remember(_ number: Int, _ id: MessageID) -> Bool {
        defer { ids[number] = id }
        return ids[number] == nil || ids[number] == id
    }
}
