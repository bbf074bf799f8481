internal import MessageModel

/// Where a message of a merged block entered, and when its first block was cut: slots of a merged block come from several blocks.
struct MessagePlace: Equatable, Sendable {
    let source: SourceID
    let sequence: SequenceNumber
    let cutAt: Timestamp

    /// Source 4, sequence 8, time 6.
    static let byteCount = 18
}

/// What stands before a block's records: the lengths of properties and body of each slot, and in a merged block the place of each.
struct RecordIndex: Sendable {
    let lengths: [(properties: Int, body: Int)]
    /// Empty except in a merged block.
    let places: [MessagePlace]
    /// Bytes of the index itself.
    let byteCount: Int

    /// Bytes of an index at most.
    static func byteCountMax(slotCount: Int, isMerged: Bool) -> Int {
        slotCount * (2 * Varint.byteCountMax + (isMerged ? MessagePlace.byteCount : 0))
    }

    /// Reads the index from the front of a block's raw bytes.
    init(_ raw: [UInt8], count: Int, isMerged: Bool) throws(RowFault) {
        var offset = 0
        var lengths: [(properties: Int, body: Int)] = []
        lengths.reserveCapacity(count)
        var places: [MessagePlace] = []
        for _ in 0..<count {
            lengths.append((try Varint.read(raw, &offset), try Varint.read(raw, &offset)))
            if isMerged { places.append(try Self.place(raw, &offset)) }
        }
        self.lengths = lengths
        self.places = places
        byteCount = offset
    }

    private static func place(_ raw: [UInt8], _ offset: inout Int) throws(RowFault) -> MessagePlace {
        guard raw.count - offset >= MessagePlace.byteCount else { throw .length }
        let start = offset
        offset += MessagePlace.byteCount
        func number(_ range: Range<Int>) -> UInt64 {
            raw[(start + range.lowerBound)..<(start + range.upperBound)].reduce(0) { $0 << 8 | UInt64($1) }
        }
        return MessagePlace(
            source: SourceID(rawValue: UInt32(number(0..<4))), sequence: number(4..<12),
            cutAt: Timestamp(milliseconds: number(12..<18)))
    }

    /// Bytes of all records.
    var recordByteCount: Int { lengths.reduce(0) { $0 + $1.properties + $1.body } }
}

/// What the store knows of a block's messages without their bytes.
protocol BlockContents {
    var count: Int { get }
    /// Raw bytes of a message, as the queue's byte count has it.
    func rawByteCount(slot: Int) -> Int
    /// Where it entered.
    func identity(slot: Int) -> (source: SourceID, sequence: SequenceNumber)
}

/// A block of which only the index was read: sizes cost no inflating of records.
struct BlockIndex: BlockContents {
    let header: BlockHeader
    let index: RecordIndex

    var count: Int { index.lengths.count }

    func rawByteCount(slot: Int) -> Int { index.lengths[slot].properties + index.lengths[slot].body }

    func identity(slot: Int) -> (source: SourceID, sequence: SequenceNumber) {
        guard header.isMerged else { return (header.source, header.firstSequence + UInt64(slot)) }
        return (index.places[slot].source, index.places[slot].sequence)
    }
}
