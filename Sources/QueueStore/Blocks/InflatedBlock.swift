internal import Deflate
internal import MessageModel

/// A block's messages, inflated once and shared by all readers. Immutable.
final class InflatedBlock: Sendable, BlockContents {
    let source: SourceID
    let firstSequence: SequenceNumber
    let cutAt: Timestamp
    /// Index, then records.
    private let raw: [UInt8]
    /// Where each record's properties and body end; its start is the end of the one before.
    private let ends: [(properties: Int, body: Int)]
    private let recordsStart: Int
    /// Where each message of a merged block entered; empty in every other.
    private let places: [MessagePlace]

    /// Reads the index and checks that it sums to the raw length (`store-design.md` §6, invariant 11).
    init(
        raw: [UInt8], count: Int, source: SourceID, firstSequence: SequenceNumber, cutAt: Timestamp,
        isMerged: Bool = false
    ) throws(RowFault) {
        let index = try RecordIndex(raw, count: count, isMerged: isMerged)
        var offset = index.byteCount
        recordsStart = offset
        var ends: [(properties: Int, body: Int)] = []
        ends.reserveCapacity(count)
        for (properties, body) in index.lengths {
            guard properties + body <= raw.count - offset else { throw .length }
            ends.append((offset + properties, offset + properties + body))
            offset += properties + body
        }
        guard offset == raw.count else { throw .length }
        self.raw = raw
        self.ends = ends
        self.source = source
        self.firstSequence = firstSequence
        self.cutAt = cutAt
        places = index.places
    }

    var count: Int { ends.count }

    /// Where the message of a slot entered.
    func identity(slot: Int) -> (source: SourceID, sequence: SequenceNumber) {
        places.isEmpty ? (source, firstSequence + UInt64(slot)) : (places[slot].source, places[slot].sequence)
    }

    /// When the message's first block was cut.
    func cutAt(slot: Int) -> Timestamp { places.isEmpty ? cutAt : places[slot].cutAt }

    /// True where the slots come from several blocks.
    var isMerged: Bool { !places.isEmpty }

    /// Bytes it holds in memory.
    var byteCount: Int { raw.count + ends.count * 16 + places.count * 24 + 128 }

    func properties(slot: Int) -> MessageProperties {
        MessageProperties(stored: Bytes(raw[start(slot)..<ends[slot].properties]))
    }

    func body(slot: Int) -> Bytes { Bytes(raw[ends[slot].properties..<ends[slot].body]) }

    /// Raw bytes of a message, as the queue's byte count has it.
    func rawByteCount(slot: Int) -> Int { ends[slot].body - start(slot) }

    private func start(_ slot: Int) -> Int { slot == 0 ? recordsStart : ends[slot - 1].body }
}

/// Numbers of 7 bits a byte, low bits first; at most four bytes.
enum Varint {
    static let byteCountMax = 4
    /// Largest number.
    static let valueMax = 1 << (7 * byteCountMax) - 1

    static func append(_ value: Int, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 128 {
            bytes.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    static func read(_ bytes: [UInt8], _ offset: inout Int) throws(RowFault) -> Int {
        var value = 0
        for shift in stride(from: 0, to: 28, by: 7) {
            guard offset < bytes.count else { throw .length }
            let byte = Int(bytes[offset])
            offset += 1
            value |= (byte & 127) << shift
            if byte < 128 { return value }
        }
        throw .field("record index")
    }
}
