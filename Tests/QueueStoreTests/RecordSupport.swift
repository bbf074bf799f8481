import Engine
import MessageModel
import Testing

@testable import QueueStore

/// A row of any kind as bytes, with the way to read it.
struct RecordSample: CustomTestStringConvertible {
    let kind: String
    let key: RowKey
    let bytes: [UInt8]
    /// Reads bytes under a key and writes what it read anew.
    let rewrite: @Sendable ([UInt8], RowKey) throws(RowFault) -> [UInt8]

    var testDescription: String { kind }

    /// What reading `bytes` under `key` is refused with; nil where it is not.
    func fault(_ bytes: [UInt8], _ key: RowKey) -> RowFault? {
        do throws(RowFault) {
            _ = try rewrite(bytes, key)
            return nil
        } catch { return error }
    }
}

extension [UInt8] {
    /// Lower-case hexadecimal digits.
    var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

    /// Reads ``hex``.
    init(hex: String) throws {
        let digits = try hex.map { try #require($0.hexDigitValue) }
        try #require(digits.count % 2 == 0)
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

extension RowKey {
    /// The key's bytes.
    var array: [UInt8] { (0..<count).map { span[$0] } }
}

extension RecordGenerator {
    /// One random row of every kind, written.
    mutating func samples() throws -> [RecordSample] {
        [counted(), consumers(), try catalogue()].flatMap { $0 }
    }

    private mutating func counted() -> [RecordSample] {
        let entryKey = Keys.entry(EntryID(queue: QueueID(rawValue: 7), first: next()))
        let queueKey = Keys.queue(QueueID(rawValue: UInt32(number(1...9))))
        let topicKey = Keys.topic(TopicID(rawValue: UInt32(number(1...9))))
        return [
            RecordSample(kind: "entry", key: entryKey, bytes: entry().encoded(under: entryKey)) {
                (bytes, key) throws(RowFault) in
                try EntryRow(bytes.span.bytes, under: key.span).encoded(under: key)
            },
            RecordSample(kind: "queue counters", key: queueKey, bytes: queueCounters().encoded(under: queueKey)) {
                (bytes, key) throws(RowFault) in
                try QueueCounters(bytes.span.bytes, under: key.span).encoded(under: key)
            },
            RecordSample(kind: "topic counters", key: topicKey, bytes: topicCounters().encoded(under: topicKey)) {
                (bytes, key) throws(RowFault) in
                try TopicCounters(bytes.span.bytes, under: key.span).encoded(under: key)
            },
            RecordSample(kind: "store counters", key: Keys.store, bytes: storeCounters().encoded(under: Keys.store)) {
                (bytes, key) throws(RowFault) in
                try StoreCounters(bytes.span.bytes, under: key.span).encoded(under: key)
            },
        ]
    }

    private mutating func consumers() -> [RecordSample] {
        let onceKey = Keys.once(bucket: UInt32(number(0...99)), scope: 7, hash: (next(), next()))
        let once = OnceRow(sequence: word(), expiresAt: moment(), key: Bytes(bytes(1...128)))
        let groupKey = Keys.onceGroup(OnceGroupID(group: next(), part: number(0...9)))
        var group: [UInt8] = []
        OnceRows.begin(&group)
        let answerCount = number(1...9)
        for _ in 0..<answerCount {
            let place = OncePlace(first: next(), second: next(), source: SourceID(rawValue: 7))
            let lifetime = IdempotencyKey.Lifetime.allCases[number(0...2)]
            OnceEntry.append(
                place, lifetime, Bytes(bytes(1...128)), sequence: UInt64(number(1...1_000_000)), expiresAt: moment(),
                to: &group)
        }
        OnceRows.seal(&group, count: answerCount, under: groupKey)
        let ownersKey = Keys.refs(block: next())
        let owners = BlockOwners(count: UInt32(number(0...10_000)))
        let stateKey = Keys.state(ConsumerID(rawValue: 3), Bytes(bytes(1...64)))
        return [
            RecordSample(kind: "once", key: onceKey, bytes: once.encoded(under: onceKey)) {
                (bytes, key) throws(RowFault) in
                try OnceRow(bytes.span.bytes, under: key.span).encoded(under: key)
            },
            RecordSample(kind: "answers", key: groupKey, bytes: group) { (bytes, key) throws(RowFault) in
                var again: [UInt8] = []
                OnceRows.begin(&again)
                var count = 0
                try OnceRows.each(bytes.span.bytes, under: key.span) { entry, entries in
                    let answer = entries.extracting(
                        entry.key.lowerBound - OnceEntry.headByteCount..<entry.key.upperBound)
                    again += answer.array
                    count += 1
                }
                OnceRows.seal(&again, count: count, under: key)
                return again
            },
            RecordSample(kind: "owners", key: ownersKey, bytes: owners.encoded(under: ownersKey)) {
                (bytes, key) throws(RowFault) in
                try BlockOwners(bytes.span.bytes, under: key.span).encoded(under: key)
            },
            RecordSample(
                kind: "consumer", key: stateKey, bytes: ConsumerRow.encode(Bytes(bytes(0...300)), under: stateKey)
            ) {
                (bytes, key) throws(RowFault) in
                ConsumerRow.encode(try ConsumerRow.decode(bytes.span.bytes, under: key.span), under: key)
            },
        ]
    }

    private mutating func catalogue() throws -> [RecordSample] {
        let queue = QueueID(rawValue: UInt32(number(1...900)))
        let queueKey = Keys.catalogue(kind: CatalogueKind.queue, id: queue.rawValue)
        let topic = TopicID(rawValue: UInt32(number(1...900)))
        let topicKey = Keys.catalogue(kind: CatalogueKind.topic, id: topic.rawValue)
        let event = traceEvent()
        let traceKey = Keys.trace(.queue(queue), 7, at: event.at, number: 3)
        let subscriptionKey = Keys.catalogue(kind: CatalogueKind.subscription, id: 5, second: queue.rawValue)
        let subscription = SubscriptionRow.encode(
            try subscription(to: queue), order: number(0...63), under: subscriptionKey)
        return [
            RecordSample(
                kind: "format", key: CatalogueKind.formatKey, bytes: format().encoded(under: CatalogueKind.formatKey)
            ) {
                (bytes, key) throws(RowFault) in try FormatRow(bytes.span.bytes, under: key.span).encoded(under: key)
            },
            RecordSample(kind: "queue", key: queueKey, bytes: QueueRow.encode(queueEntry(queue), under: queueKey)) {
                (bytes, key) throws(RowFault) in
                QueueRow.encode(try QueueRow.decode(bytes.span.bytes, id: queue, under: key.span), under: key)
            },
            RecordSample(kind: "topic", key: topicKey, bytes: TopicRow.encode(topicEntry(topic), under: topicKey)) {
                (bytes, key) throws(RowFault) in
                TopicRow.encode(try TopicRow.decode(bytes.span.bytes, id: topic, under: key.span), under: key)
            },
            RecordSample(kind: "trace", key: traceKey, bytes: TraceRow.encode(event, under: traceKey)) {
                (bytes, key) throws(RowFault) in
                TraceRow.encode(try TraceRow.decode(bytes.span.bytes, at: event.at, under: key.span), under: key)
            },
            RecordSample(kind: "subscription", key: subscriptionKey, bytes: subscription) {
                (bytes, key) throws(RowFault) in
                let (order, entry) = try SubscriptionRow.decode(bytes.span.bytes, queue: queue, under: key.span)
                return SubscriptionRow.encode(entry, order: order, under: key)
            },
        ]
    }
}
