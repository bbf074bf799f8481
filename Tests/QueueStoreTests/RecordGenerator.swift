import Engine
import MessageModel

@testable import QueueStore

/// Random rows of every kind; the same seed gives the same rows.
struct RecordGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func flag() -> Bool { next() & 1 == 1 }

    /// Random words with edges among them.
    mutating func word() -> UInt64 {
        switch number(0...4) {
        case 0: 0
        case 1: .max
        case 2: UInt64(number(0...300))
        default: next()
        }
    }

    mutating func moment() -> Timestamp { Timestamp(milliseconds: word() & 0xFFFF_FFFF_FFFF) }

    mutating func bytes(_ counts: ClosedRange<Int>) -> [UInt8] {
        (0..<number(counts)).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    mutating func name() -> EntityName {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let others = letters + Array("0123456789-_")
        var text = String(letters[number(0...letters.count - 1)])
        for _ in 0..<number(0...63) { text.append(others[number(0...others.count - 1)]) }
        return EntityName(stringLiteral: text)
    }

    /// `count` members below `bound`.
    mutating func members(_ count: Int, below bound: Int) -> MemberSet {
        var set = MemberSet()
        for member in Array(0..<bound).shuffled(using: &self).prefix(count) { set.insert(member) }
        return set
    }

    mutating func detail() -> DeliveryDetail {
        DeliveryDetail(
            deliveries: number(0...0x7FFF), isDelayed: flag(), firstReceivedAt: moment(), hiddenUntil: moment())
    }

    mutating func entry() -> EntryRow {
        let count = [1, 2, 256, number(1...256)][number(0...3)]
        var row = EntryRow(count: count, block: word(), enqueuedAt: moment())
        row.generation = UInt8(truncatingIfNeeded: next())
        if flag() { row.slots = members(count, below: 256) }
        if flag() { row.acknowledged = members(number(0...count), below: count) }
        if flag() { row.dueAt = moment() }
        if flag() { row.origin = origin() }
        if flag() {
            row.offsets = (1..<max(1, count)).reduce(into: [0]) { offsets, _ in
                offsets.append((offsets.last ?? 0) + UInt64(number(1...100_000)))
            }
        }
        row.isShared = flag()
        guard flag() else { return row }
        var changes: [Int: DeliveryDetail?] = [:]
        for member in 0..<count where number(0...3) == 0 { changes[member] = detail() }
        row.setDetails(changes)
        return row
    }

    mutating func origin() -> DeadLetterOrigin {
        DeadLetterOrigin(
            queue: QueueID(rawValue: UInt32(truncatingIfNeeded: word())), sequence: word(), enqueuedAt: moment(),
            deliveryCount: number(0...0xFFFF), reason: [.deliveryCount, .age, .retention][number(0...2)])
    }

    mutating func times() -> EntityTimes { EntityTimes(createdAt: moment(), changedAt: moment()) }

    mutating func traceEvent() -> TraceEvent {
        TraceEvent(
            kind: TraceEvent.Kind(rawValue: UInt8(number(1...6))) ?? .expired,
            queue: QueueID(rawValue: UInt32(truncatingIfNeeded: word())), at: moment(),
            deliveryCount: number(0...0xFFFF),
            consumer: flag() ? "" : name().text)
    }

    mutating func queueCounters() -> QueueCounters {
        var row = QueueCounters()
        (row.nextSequence, row.floor, row.waiting, row.delayed) = (word(), word(), word(), word())
        (row.kept, row.rawBytes, row.handedMark) = (word(), word(), word())
        row.leaseHorizonMillis = UInt32(truncatingIfNeeded: word())
        row.isQuiet = flag()
        row.rewindGeneration = UInt8(truncatingIfNeeded: next())
        row.walkKind = UInt8(truncatingIfNeeded: next())
        (row.walkPosition, row.walkEnd, row.sweepAt, row.lastEnqueuedAt) = (word(), word(), moment(), moment())
        return row
    }

    mutating func topicCounters() -> TopicCounters {
        var row = TopicCounters()
        (row.nextSequence, row.published, row.unmatched) = (word(), word(), word())
        return row
    }

    mutating func storeCounters() -> StoreCounters {
        var row = StoreCounters()
        (row.groupNumber, row.nextBlock, row.clock, row.payloadPages) = (word(), word(), moment(), word())
        (row.epoch, row.startCount) = (UInt32(truncatingIfNeeded: word()), UInt32(truncatingIfNeeded: word()))
        return row
    }

    mutating func format() -> FormatRow {
        var row = FormatRow(keys: (word(), word(), word(), word()))
        (row.major, row.minor, row.oldestReader) = (number(0...65_535), number(0...65_535), number(0...65_535))
        (row.nextQueueID, row.nextTopicID) = (UInt32(truncatingIfNeeded: next()), UInt32(truncatingIfNeeded: next()))
        row.revision = word()
        return row
    }

    mutating func queueEntry(_ id: QueueID) -> QueueEntry {
        var attributes = QueueAttributes(
            visibilityMillis: UInt64(number(1...43_200_000)), bodyByteCountMax: number(1...Limits.bodyByteCountMax))
        if flag() { attributes.pollMillis = UInt64(number(0...30_000)) }
        if flag() { attributes.retentionMillis = word() }
        if flag() { attributes.rewindMillis = word() }
        if flag() { attributes.messageCountMax = word() }
        if flag() { attributes.byteCountMax = word() }
        if flag() {
            attributes.deadLetter = DeadLetterPolicy(
                queue: QueueID(rawValue: UInt32(number(1...1_000))), deliveryCountMax: flag() ? number(1...1_000) : nil,
                ageMillisMax: flag() ? UInt64(number(1...1_000_000)) : nil)
        }
        (attributes.isPaused, attributes.isTraced) = (flag(), flag())
        return QueueEntry(id: id, name: name(), attributes: attributes, times: flag() ? .unknown : times())
    }

    mutating func topicEntry(_ id: TopicID) -> TopicEntry {
        TopicEntry(
            id: id, name: name(),
            attributes: TopicAttributes(
                bodyByteCountMax: number(1...Limits.bodyByteCountMax), routing: flag() ? .tags : .routingKey,
                isTraced: flag()), subscriptions: [], times: flag() ? .unknown : times())
    }

    mutating func subscription(to queue: QueueID) throws -> SubscriptionEntry {
        let tags = try (0..<number(0...5)).map { _ in
            try MessageTag(String(repeating: flag() ? "é" : "t", count: number(1...32)))
        }
        let keys = try (0..<number(0...5)).map { _ in
            try BindingKey(
                (0..<number(1...8)).map { _ in ["*", "#", "paid", "Ü"][number(0...3)] }.joined(separator: "."))
        }
        return SubscriptionEntry(
            name: name(), queue: queue, filterTags: tags, bindingKeys: keys, annotation: Bytes(bytes(0...100)),
            times: flag() ? .unknown : times())
    }
}
