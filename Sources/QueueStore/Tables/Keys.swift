internal import MessageModel

/// How keys of each table are built (`store-design.md` §1). Numbers are big-endian, so rows stand in order of queue and sequence.
enum Keys {
    static func payload(block: UInt64, part: Int) -> RowKey {
        var key = RowKey()
        key.append(u64: block)
        key.append(u16: UInt16(part))
        return key
    }

    static func entry(_ id: EntryID) -> RowKey {
        var key = RowKey()
        key.append(u32: id.queue.rawValue)
        key.append(u64: id.first)
        return key
    }

    static func refs(block: UInt64) -> RowKey {
        var key = RowKey()
        key.append(u64: block)
        return key
    }

    static func due(_ due: DueID) -> RowKey {
        var key = RowKey()
        key.append(u48: due.at.milliseconds)
        key.append(due.kind.rawValue)
        key.append(u32: due.queue.rawValue)
        key.append(u64: due.sequence)
        return key
    }

    /// What all keys of one scope in one bucket begin with.
    static func once(bucket: UInt32, scope: UInt32) -> RowKey {
        var key = RowKey()
        key.append(u32: bucket)
        key.append(u32: scope)
        return key
    }

    static func once(bucket: UInt32, scope: UInt32, hash: (UInt64, UInt64)) -> RowKey {
        var key = once(bucket: bucket, scope: scope)
        key.append(u64: hash.0)
        key.append(u64: hash.1)
        return key
    }

    /// What all keys of a run's rows begin with.
    static func onceRun(_ run: OnceRunID) -> RowKey {
        var key = RowKey()
        key.append(OnceRunID.kind)
        key.append(u32: run.bucket)
        key.append(run.level)
        key.append(u64: run.number)
        return key
    }

    /// The row of a run that begins with the answer at `place`.
    static func onceRun(_ run: OnceRunID, from place: OncePlace) -> RowKey {
        var key = onceRun(run)
        key.append(u64: place.first)
        key.append(u64: place.second)
        key.append(u32: place.source.rawValue)
        return key
    }

    static func onceGroup(_ id: OnceGroupID) -> RowKey {
        var key = RowKey()
        key.append(OnceGroupID.kind)
        key.append(u64: id.group)
        key.append(u16: UInt16(id.part))
        return key
    }

    static func trace(
        _ source: SourceID, _ sequence: SequenceNumber, at moment: Timestamp = .zero, number: UInt16 = 0
    ) -> RowKey {
        var key = RowKey()
        key.append(u32: source.rawValue)
        key.append(u64: sequence)
        key.append(u48: moment.milliseconds)
        key.append(u16: number)
        return key
    }

    /// The moment in a key of `trace`; zero where it is none, so that it is forgotten.
    static func traceTime(_ key: RawSpan) -> Timestamp {
        guard key.byteCount == 20 else { return .zero }
        var reader = RowReader(unsealed: key.extracting(first: 18).extracting(last: 6))
        return Timestamp(milliseconds: (try? reader.u48()) ?? 0)
    }

    static let store = counters(kind: 0, id: 0)
    static func queue(_ id: QueueID) -> RowKey { counters(kind: 1, id: id.rawValue) }
    static func topic(_ id: TopicID) -> RowKey { counters(kind: 2, id: id.rawValue) }

    private static func counters(kind: UInt8, id: UInt32) -> RowKey {
        var key = RowKey()
        key.append(kind)
        key.append(u32: id)
        return key
    }

    static func catalogue(kind: UInt8, id: UInt32, second: UInt32 = 0) -> RowKey {
        var key = RowKey()
        key.append(kind)
        key.append(u32: id)
        if second != 0 { key.append(u32: second) }
        return key
    }

    static func state(_ consumer: ConsumerID, _ bytes: Bytes) -> RowKey {
        var key = RowKey()
        key.append(u32: consumer.rawValue)
        key.append(bytes.slice.span)
        return key
    }

    static func order(_ bytes: Bytes) -> RowKey {
        var key = RowKey()
        key.append(bytes.slice.span)
        return key
    }
}

/// Names an `entries` row.
struct EntryID: Hashable, Comparable {
    /// The queue.
    let queue: QueueID
    /// Sequence of its first member.
    let first: SequenceNumber

    static func < (left: EntryID, right: EntryID) -> Bool { (left.queue, left.first) < (right.queue, right.first) }

    /// Reads a key of `entries`; nil where it is none.
    init?(_ key: RawSpan) {
        guard key.byteCount == 12 else { return nil }
        var reader = RowReader(unsealed: key)
        guard let queue = try? reader.u32(), let first = try? reader.u64() else { return nil }
        self.init(queue: QueueID(rawValue: queue), first: first)
    }

    init(queue: QueueID, first: SequenceNumber) {
        self.queue = queue
        self.first = first
    }
}

/// What a walk through a queue's rows does, step by step, from its `due` row until that is removed; after a crash it goes on.
enum Walk: UInt64 {
    /// Deletes the rows below the floor, or all rows of a queue that is no more.
    case freeing = 0
    /// Makes acknowledged members live again, from the position in the queue's counters on.
    case rewinding = 1
    /// Deletes rows that are wholly acknowledged, after rewind was switched off.
    case forgetting = 2
}

/// Names a row of `due`: something to do at a time. Its value is the first sequence of the `entries` row it concerns, 8 bytes, no checksum: it is
/// derived from that row and compared with it on use.
struct DueID: Hashable, Comparable {
    /// What is to be done.
    enum Kind: UInt8 {
        /// A whole row becomes visible.
        case row = 1
        /// A member released with a delay becomes visible.
        case member = 2
        /// A queue has messages whose time is over; sequence 0.
        case sweep = 3
        /// A queue has something to be done row by row; the sequence says what (``Walk``).
        case walk = 4
    }

    let at: Timestamp
    let kind: Kind
    let queue: QueueID
    let sequence: SequenceNumber

    static func < (left: DueID, right: DueID) -> Bool {
        (left.at, left.kind.rawValue, left.queue, left.sequence) < (
            right.at, right.kind.rawValue, right.queue, right.sequence
        )
    }

    /// The row of a walk that began at `at`.
    static func walk(_ walk: Walk, of queue: QueueID, since at: Timestamp) -> DueID {
        DueID(at: at, kind: .walk, queue: queue, sequence: walk.rawValue)
    }

    init(at: Timestamp, kind: Kind, queue: QueueID, sequence: SequenceNumber) {
        self.at = at
        self.kind = kind
        self.queue = queue
        self.sequence = sequence
    }

    /// Reads a key of `due`; nil where it is none this program knows.
    init?(_ key: RawSpan) {
        guard key.byteCount == 19 else { return nil }
        var reader = RowReader(unsealed: key)
        guard let at = try? reader.u48(), let raw = try? reader.u8(), let kind = Kind(rawValue: raw),
            let queue = try? reader.u32(),
            let sequence = try? reader.u64()
        else { return nil }
        self.init(at: Timestamp(milliseconds: at), kind: kind, queue: QueueID(rawValue: queue), sequence: sequence)
    }
}
