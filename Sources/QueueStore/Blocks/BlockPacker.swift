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
    /// What it was deflated with; 0: nothing.
    var dictionary: UInt16 = 0
}

/// Packs messages into blocks: writes index and records, deflates (`store-design.md` §1.1). One stream, used by one thread.
final class BlockPacker {
    private let deflater: Deflater

    init() throws(DeflateError) { deflater = try Deflater() }

    /// Packs `items`, as many as a ``BlockCutter`` allows; with `dictionary`, which must be on the disk before the block, where they are few.
    /// O(bytes), about 4 µs for 513 bytes.
    func pack(_ items: ArraySlice<SendItem>, dictionary: BlockDictionary? = nil) throws(DeflateError) -> PackedBlock {
        try pack(Self.raw(items), count: items.count, dictionary: dictionary)
    }

    /// Packs index and records that stand ready.
    func pack(_ raw: [UInt8], count: Int, dictionary: BlockDictionary? = nil) throws(DeflateError) -> PackedBlock {
        let used = count <= Limits.dictionaryBlockMessageCountMax ? dictionary : nil
        var deflated: [UInt8] = []
        if let bytes = used?.bytes {
            _ = try deflater.deflate(raw.span, dictionary: bytes.span, appendingTo: &deflated)
        } else {
            deflated = try deflater.deflated(raw.span)
        }
        guard deflated.count < raw.count else {
            return PackedBlock(codec: .stored, count: count, raw: raw, stored: raw)
        }
        return PackedBlock(
            codec: used == nil ? .deflate : .deflateWithDictionary, count: count, raw: raw, stored: deflated,
            dictionary: used?.id ?? 0)
    }

    /// The lengths of properties and body of each message, then the bytes of each.
    private static func raw(_ items: ArraySlice<SendItem>) -> [UInt8] {
        let capacity = items.reduce(2 * Varint.byteCountMax * items.count) { $0 + $1.rawByteCount }
        return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { room, count in
            var offset = 0
            for item in items {
                let message = item.message
                unsafe Varint.write(message.properties.encoded.count, to: room, &offset)
                unsafe Varint.write(message.body.count, to: room, &offset)
            }
            for item in items {
                let message = item.message
                unsafe copy(message.properties.encoded, to: room, &offset)
                unsafe copy(message.body, to: room, &offset)
            }
            count = offset
        }
    }

    private static func copy(_ bytes: Bytes, to room: UnsafeMutableBufferPointer<UInt8>, _ offset: inout Int) {
        guard !bytes.isEmpty else { return }
        unsafe bytes.slice.withUnsafeBufferPointer { source in
            unsafe UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: room[offset...])).copyMemory(
                from: UnsafeRawBufferPointer(source))
        }
        offset += bytes.count
    }
}

extension Varint {
    /// Writes a number where there is room for ``byteCountMax`` bytes.
    static func write(_ value: Int, to room: UnsafeMutableBufferPointer<UInt8>, _ offset: inout Int) {
        var rest = value
        while rest >= 128 {
            unsafe room[offset] = UInt8(rest & 127 | 128)
            offset += 1
            rest >>= 7
        }
        unsafe room[offset] = UInt8(rest)
        offset += 1
    }
}

extension OutgoingMessage {
    /// Bytes of properties and body.
    var rawByteCount: Int { properties.encoded.count + body.count }
}
