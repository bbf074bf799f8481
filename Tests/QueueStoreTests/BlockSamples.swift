import Deflate
import Engine
import MessageModel
import Testing

@testable import QueueStore

/// A block as the writer would put it on the disk: rows by key.
struct BlockSample {
    static let cutAt = Timestamp(milliseconds: 1_760_000_000_123)
    static let source = SourceID.topic(TopicID(rawValue: 5))
    static let firstSequence: SequenceNumber = 1_001

    let id: UInt64
    let header: BlockHeader
    let packed: PackedBlock
    var rows: [(key: RowKey, value: [UInt8])]

    /// Packs `messages` into block `id` and cuts it into rows.
    init(
        _ messages: [OutgoingMessage], id: UInt64 = 9, packer: BlockPacker? = nil, dictionary: BlockDictionary? = nil
    ) throws {
        let packer = if let packer { packer } else { try BlockPacker() }
        packed = try packer.pack(SendItem.items(messages)[...], dictionary: dictionary)
        self.id = id
        let sizes = PartLayout.parts(of: BlockHeader.byteCount + packed.stored.count)
        header = BlockHeader(
            codec: packed.codec, count: packed.count, rawByteCount: packed.raw.count,
            storedByteCount: packed.stored.count,
            partCount: sizes.count, cutAt: Self.cutAt, source: Self.source, firstSequence: Self.firstSequence,
            dictionary: packed.dictionary)
        let all = header.fields + Self.checksum(id, header.fields, packed.stored) + packed.stored
        var offset = 0
        rows = []
        for (part, size) in sizes.enumerated() {
            rows.append((Keys.payload(block: id, part: part), Array(all[offset..<offset + size])))
            offset += size
        }
    }

    private static func checksum(_ id: UInt64, _ fields: [UInt8], _ stored: [UInt8]) -> [UInt8] {
        var checksum = CRC32C()
        checksum.add(Keys.payload(block: id, part: 0).span)
        checksum.add(fields.span)
        checksum.add(stored.span)
        return stride(from: UInt32(24), through: 0, by: -8).map { UInt8(truncatingIfNeeded: checksum.value >> $0) }
    }

    /// Random messages: a batch of `count`, bodies up to `byteCountMax`, half of them noise.
    static func messages(_ count: Int, byteCountMax: Int, _ random: inout RecordGenerator) throws -> [OutgoingMessage] {
        try (0..<count).map { number in
            let size = random.number(0...byteCountMax)
            let body = random.flag() ? random.bytes(size...size) : (0..<size).map { UInt8(32 + ($0 + number) % 64) }
            let properties =
                random.flag()
                ? .none : try MessageProperties(tags: [MessageTag("t\(number)")], headers: [("n", "\(number)")])
            return OutgoingMessage(body: Bytes(body), properties: properties)
        }
    }
}

extension SendItem {
    /// Messages as the packer takes them.
    static func items(_ messages: [OutgoingMessage]) -> [SendItem] {
        messages.map {
            SendItem(ticket: SendTicket($0, to: BlockSample.source), index: 0, rawByteCount: $0.rawByteCount)
        }
    }
}

extension InflatedBlock {
    /// True where the block's messages are these, in order.
    func holds(_ messages: [OutgoingMessage]) -> Bool {
        count == messages.count
            && messages.indices.allSatisfy { slot in
                body(slot: slot) == messages[slot].body && properties(slot: slot) == messages[slot].properties
                    && rawByteCount(slot: slot) == messages[slot].rawByteCount
            }
    }
}
