internal import MessageModel

/// A row of `entries`: some messages of one block in one queue, in order (`store-design.md` §1.2). Key: queue, first sequence.
///
/// Layout after the version byte: flags 1, count 2, block 8, enqueue time 6, rewind generation 1, zero 1; then the sections of the flags in
/// order; then CRC32C. Flags 2 (sequence list, made by compaction) and 16 (origin of dead letters) are kept free for the work that makes
/// them; a row that carries one is refused, so their coming is a new format version.
struct EntryRow: Equatable {
    /// Members, 1…256.
    var count: Int
    /// The block that holds the messages.
    var block: UInt64
    /// When this queue took them.
    var enqueuedAt: Timestamp
    /// Rewind generation; 0 until rewind is used.
    var generation: UInt8 = 0
    /// Which slots of the block the members are; nil: member m is slot m.
    var slots: MemberSet?
    /// Members that are acknowledged.
    var acknowledged = MemberSet()
    /// Until when the whole row waits; nil: visible.
    var dueAt: Timestamp?
    /// What is known of members that were delivered.
    var details: [DeliveryRun] = []
    /// True where a `refs` row counts the block's owners.
    var isShared = false

    private enum Flag {
        static let slots: UInt8 = 1
        static let acknowledged: UInt8 = 4
        static let due: UInt8 = 8
        static let details: UInt8 = 32
        static let shared: UInt8 = 64
        static let known: UInt8 = slots | acknowledged | due | details | shared
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
        if !acknowledged.isEmpty { Self.write(acknowledged, to: &row) }
        if let dueAt { row.u48(dueAt.milliseconds) }
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
        if flags & Flag.acknowledged != 0 {
            acknowledged = try Self.readSet(&row)
            guard acknowledged.bound <= count else { throw .field("acknowledged map") }
        }
        if flags & Flag.due != 0 { dueAt = Timestamp(milliseconds: try row.u48()) }
        if flags & Flag.details != 0 {
            for _ in 0..<(try row.u16()) { details.append(try DeliveryRun(&row, memberCount: count)) }
        }
        try row.done()
    }

    private var flags: UInt8 {
        (slots == nil ? 0 : Flag.slots) | (acknowledged.isEmpty ? 0 : Flag.acknowledged) | (dueAt == nil ? 0 : Flag.due)
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
}
