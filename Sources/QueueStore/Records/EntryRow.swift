internal import Engine
internal import MessageModel

/// A row of `entries`: some messages of one block in one queue, in order (`store-design.md` §1.2). Key: queue, first sequence.
///
/// Layout after the version byte: flags 1, count 2, block 8, enqueue time 6, rewind generation 1, zero 1; then the sections of the flags in
/// order; then CRC32C. Sequence lists and origins came with format 2.
struct EntryRow: Equatable {
    /// Members, 1…256.
    var count: Int
    /// The block that holds the messages.
    var block: UInt64
    /// When this queue took them.
    var enqueuedAt: Timestamp
    /// Rewind generation of the queue when the acknowledged members were last looked at; 0 until rewind is used.
    var generation: UInt8 = 0
    /// Which slots of the block the members are; nil: member m is slot m.
    var slots: MemberSet?
    /// How far each member's sequence lies behind the first one's, rising from 0; nil: member m is first + m. Only compaction makes one.
    var offsets: [UInt64]?
    /// Members that are acknowledged.
    var acknowledged = MemberSet()
    /// Until when the whole row waits; nil: visible.
    var dueAt: Timestamp?
    /// Where the members come from, in a dead-letter queue.
    var origin: DeadLetterOrigin?
    /// What is known of members that were delivered.
    var details: [DeliveryRun] = []
    /// True where a `refs` row counts the block's owners.
    var isShared = false

    private enum Flag {
        static let slots: UInt8 = 1
        static let offsets: UInt8 = 2
        static let acknowledged: UInt8 = 4
        static let due: UInt8 = 8
        static let origin: UInt8 = 16
        static let details: UInt8 = 32
        static let shared: UInt8 = 64
        static let known: UInt8 = slots | offsets | acknowledged | due | origin | details | shared
    }

    init(count: Int, block: UInt64, enqueuedAt: Timestamp) {
        self.count = count
        self.block = block
        self.enqueuedAt = enqueuedAt
    }

    /// Members that are not acknowledged.
    var liveCount: Int { count - acknowledged.count }

    /// The slot of a member in the block.
    func slot(of member: Int) -> Int? { slots.map { $0.position(member) } ?? member }

    func encoded(under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 64)
        row.u8(flags)
        row.u16(count)
        row.u64(block)
        row.u48(enqueuedAt.milliseconds)
        row.u8(generation)
        row.u8(0)
        if let slots { Self.write(slots, to: &row) }
        if let offsets { Self.write(offsets, to: &row) }
        if !acknowledged.isEmpty { Self.write(acknowledged, to: &row) }
        if let dueAt { row.u48(dueAt.milliseconds) }
        if let origin { origin.write(to: &row) }
        if !details.isEmpty {
            row.u16(details.count)
            for run in details { run.write(to: &row) }
        }
        return row.sealed(under: key)
    }

    init(_ value: RawSpan, under key: Span<UInt8>) throws(RowFault) {
        var row = try RowReader(value, under: key)
        let flags = try row.u8()
        guard flags & ~Flag.known == 0 else { throw .field("entry flags") }
        count = try row.u16()
        guard 1...Limits.blockMessageCountMax ~= count else { throw .field("member count") }
        block = try row.u64()
        enqueuedAt = Timestamp(milliseconds: try row.u48())
        generation = try row.u8()
        guard try row.u8() == 0 else { throw .field("entry byte 19") }
        isShared = flags & Flag.shared != 0
        if flags & Flag.slots != 0 {
            let map = try Self.readSet(&row)
            guard map.count == count else { throw .field("slot map") }
            slots = map
        }
        if flags & Flag.offsets != 0 { offsets = try Self.readOffsets(&row, count: count) }
        if flags & Flag.acknowledged != 0 {
            acknowledged = try Self.readSet(&row)
            guard acknowledged.bound <= count else { throw .field("acknowledged map") }
        }
        if flags & Flag.due != 0 { dueAt = Timestamp(milliseconds: try row.u48()) }
        if flags & Flag.origin != 0 { origin = try DeadLetterOrigin(&row) }
        if flags & Flag.details != 0 {
            for _ in 0..<(try row.u16()) { details.append(try DeliveryRun(&row, memberCount: count)) }
        }
        try row.done()
    }

    private var flags: UInt8 {
        (slots == nil ? 0 : Flag.slots) | (offsets == nil ? 0 : Flag.offsets) | (origin == nil ? 0 : Flag.origin)
            | (acknowledged.isEmpty ? 0 : Flag.acknowledged) | (dueAt == nil ? 0 : Flag.due)
            | (details.isEmpty ? 0 : Flag.details) | (isShared ? Flag.shared : 0)
    }

    private static func write(_ set: MemberSet, to row: inout RowWriter) {
        let bytes = set.encoded
        row.u8(UInt8(bytes.count))
        row.raw(bytes)
    }

    private static func readSet(_ row: inout RowReader) throws(RowFault) -> MemberSet {
        let count = Int(try row.u8())
        guard let set = MemberSet(encoded: try row.raw(count)), !set.isEmpty else { throw .field("member map") }
        return set
    }

    /// Whether a member of sequence `next` may stand behind one of sequence `last`: a wider gap could be written and not be read.
    static func canFollow(_ next: SequenceNumber, _ last: SequenceNumber) -> Bool {
        next > last && next - last <= UInt64(Varint.valueMax)
    }

    /// Length of the gaps in bytes, then one varint a member from the second on.
    private static func write(_ offsets: [UInt64], to row: inout RowWriter) {
        var bytes: [UInt8] = []
        for (before, offset) in zip(offsets, offsets.dropFirst()) { Varint.append(Int(offset - before), to: &bytes) }
        row.counted(bytes)
    }

    private static func readOffsets(_ row: inout RowReader, count: Int) throws(RowFault) -> [UInt64] {
        let bytes = try row.counted()
        var place = 0
        var offsets: [UInt64] = [0]
        for _ in 1..<max(1, count) {
            let gap = UInt64(try Varint.read(bytes, &place))
            guard gap > 0 else { throw .field("sequence list") }
            offsets.append((offsets.last ?? 0) + gap)
        }
        guard place == bytes.count else { throw .field("sequence list") }
        return offsets
    }
}

extension EntryRow {
    /// The sequence of a member of the row whose first sequence is `first`.
    func sequence(of member: Int, from first: SequenceNumber) -> SequenceNumber {
        first + (offsets.map { $0[member] } ?? UInt64(member))
    }

    /// The member with this sequence; nil where the row has none. O(1), after compaction O(log members).
    func member(at sequence: SequenceNumber, from first: SequenceNumber) -> Int? {
        guard sequence >= first else { return nil }
        let offset = sequence - first
        guard let offsets else { return offset < UInt64(count) ? Int(offset) : nil }
        let member = lowestMember(at: offset)
        return member < count && offsets[member] == offset ? member : nil
    }

    /// The first member whose sequence is `sequence` or greater; `count` where there is none.
    func firstMember(from sequence: SequenceNumber, of first: SequenceNumber) -> Int {
        guard sequence > first else { return 0 }
        return offsets == nil ? Int(min(sequence - first, UInt64(count))) : lowestMember(at: sequence - first)
    }

    /// Where a member comes from, in a dead-letter queue.
    func origin(of member: Int, from first: SequenceNumber) -> DeadLetterOrigin? {
        guard var origin else { return nil }
        origin.sequence += sequence(of: member, from: first) - first
        return origin
    }

    /// The sequence behind the last member's.
    func end(from first: SequenceNumber) -> SequenceNumber { sequence(of: count - 1, from: first) + 1 }

    private func lowestMember(at offset: UInt64) -> Int {
        guard let offsets else { return Int(offset) }
        var (low, high) = (0, offsets.count)
        while low < high {
            let middle = (low + high) / 2
            if offsets[middle] < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension DeadLetterOrigin {
    /// Queue 4, sequence 8, time 6, deliveries 2, reason 1: of the row's first member; the others follow it in the queue it came from.
    func write(to row: inout RowWriter) {
        row.u32(queue.rawValue)
        row.u64(sequence)
        row.u48(enqueuedAt.milliseconds)
        row.u16(min(deliveryCount, 0xFFFF))
        row.u8(reason.rawValue)
    }

    init(_ row: inout RowReader) throws(RowFault) {
        let queue = QueueID(rawValue: try row.u32())
        let sequence = try row.u64()
        let enqueuedAt = Timestamp(milliseconds: try row.u48())
        let deliveryCount = try row.u16()
        guard let reason = Reason(rawValue: try row.u8()) else { throw .field("origin") }
        self.init(
            queue: queue, sequence: sequence, enqueuedAt: enqueuedAt, deliveryCount: deliveryCount, reason: reason)
    }
}
