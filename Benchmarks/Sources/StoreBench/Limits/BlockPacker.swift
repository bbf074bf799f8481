internal import Deflate
internal import Tillwire

/// Several bodies deflated together at level 1 into one value: four bytes of raw length, then the stream. One stream, reset for each block.
struct BlockPacker {
    private let deflater: Deflater
    private var raw: [UInt8] = []
    /// The value of the latest block.
    private(set) var value: [UInt8] = []

    init() throws { deflater = try Deflater() }

    /// Starts a block.
    mutating func begin() { raw.removeAll(keepingCapacity: true) }

    /// Adds a body behind its length.
    mutating func add(_ body: Bytes) {
        LittleEndian.append(UInt32(body.count), to: &raw)
        raw.append(contentsOf: body.slice)
    }

    /// Deflates what was added into ``value``.
    mutating func finish() throws {
        value.removeAll(keepingCapacity: true)
        LittleEndian.append(UInt32(raw.count), to: &value)
        try Self.deflate(raw, deflater, into: &value)
    }

    private static func deflate(_ raw: [UInt8], _ deflater: Deflater, into value: inout [UInt8]) throws {
        _ = try deflater.deflate(raw.span, appendingTo: &value)
    }

    /// Packs `count` bodies of the corpus from `first` on.
    mutating func pack(_ corpus: Corpus, from first: Int, count: Int) throws {
        begin()
        for number in first..<first + count { add(corpus[number]) }
        try finish()
    }
}

/// Inflates what ``BlockPacker`` made.
struct BlockUnpacker {
    private let inflater: Inflater

    init() throws { inflater = try Inflater() }

    /// Hands out every body's length and one of its bytes, so that nothing of it can be left out.
    ///
    /// - Returns: how many bodies there were.
    func unpack(_ value: [UInt8], _ body: (_ byteCount: Int, _ byte: UInt8) -> Void) throws -> Int {
        inflater.begin(rawByteCount: Int(LittleEndian.read(value, at: 0)))
        try inflater.add(value.span.extracting(4..<value.count))
        let raw = try inflater.finish()
        var place = 0
        var count = 0
        while place < raw.count {
            let byteCount = Int(LittleEndian.read(raw, at: place))
            body(byteCount, raw[place + 4 + byteCount / 2])
            place += 4 + byteCount
            count += 1
        }
        return count
    }
}

/// Four-byte lengths.
private enum LittleEndian {
    static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    static func read(_ bytes: [UInt8], at place: Int) -> UInt32 {
        (0..<4).reduce(0) { number, index in number | UInt32(bytes[place + index]) << (8 * UInt32(index)) }
    }
}
