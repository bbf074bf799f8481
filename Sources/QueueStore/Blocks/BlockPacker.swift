internal import Deflate
internal import Engine
internal import MessageModel

/// Messages of one source packed together: what will be one block once the plan has given it an id and a place.
struct PackedBlock {
    var codec: BlockHeader.Codec
    var count: Int
    /// Index and records, as readers will see them.
    var raw: [UInt8]
    /// What goes to the disk, header not included.
    var stored: [UInt8]
    /// Raw bytes of each message.
    var messageByteCounts: [Int]
    /// What it was deflated with; 0: nothing.
    var dictionary: UInt16 = 0
}

/// Packs messages into blocks: cuts, writes the index, deflates (`store-design.md` §1.1). One stream, used by one thread.
final class BlockPacker {
    private let deflater: Deflater
    /// Running share of stored in raw bytes, in 1/1024, for cutting by estimate; a wrong one costs one more part.
    private var ratio = 360

    init() throws(DeflateError) { deflater = try Deflater() }

    /// How many of `messages` from `start` on go into one block.
    func blockCount(_ messages: [OutgoingMessage], from start: Int) -> Int {
        var rawBytes = 0
        for index in start..<messages.count {
            rawBytes += messages[index].rawByteCount + 4
            let number = index - start
            guard number > 0 else { continue }
            let estimate = rawBytes * ratio / 1024
            if number == Limits.blockMessageCountMax || rawBytes > Limits.blockRawByteCountMax
                || estimate > Limits.blockStoredByteCountTarget
            {
                return number
            }
        }
        return messages.count - start
    }

    /// Packs `messages`, at most ``blockCount(_:from:)`` of them; with `dictionary`, which must be on the disk before the block, where they are few.
    func pack(
        _ messages: ArraySlice<OutgoingMessage>, dictionary: BlockDictionary? = nil
    ) throws(DeflateError) -> PackedBlock {
        var raw: [UInt8] = []
        let byteCounts = messages.map(\.rawByteCount)
        raw.reserveCapacity(byteCounts.reduce(4 * messages.count) { $0 + $1 })
        for message in messages {
            Varint.append(message.properties.encoded.count, to: &raw)
            Varint.append(message.body.count, to: &raw)
        }
        for message in messages {
            raw.append(contentsOf: message.properties.encoded.slice)
            raw.append(contentsOf: message.body.slice)
        }
        var stored: [UInt8] = []
        let used = messages.count <= Limits.dictionaryBlockMessageCountMax ? dictionary : nil
        let produced =
            if let bytes = used?.bytes {
                try deflater.deflate(raw.span, dictionary: bytes.span, appendingTo: &stored)
            } else {
                try deflater.deflate(raw.span, appendingTo: &stored)
            }
        learn(raw: raw.count, stored: produced)
        guard produced < raw.count else {
            return PackedBlock(
                codec: .stored, count: messages.count, raw: raw, stored: raw, messageByteCounts: byteCounts)
        }
        return PackedBlock(
            codec: used == nil ? .deflate : .deflateWithDictionary, count: messages.count, raw: raw, stored: stored,
            messageByteCounts: byteCounts, dictionary: used?.id ?? 0)
    }

    private func learn(raw: Int, stored: Int) {
        let share = min(1024, stored * 1024 / max(1, raw))
        ratio = max(64, (ratio * 7 + share) / 8)
    }
}

extension OutgoingMessage {
    /// Bytes of properties and body.
    var rawByteCount: Int { properties.encoded.count + body.count }
}
