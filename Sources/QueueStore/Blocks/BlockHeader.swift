internal import Deflate
internal import MessageModel

/// The 40 bytes that open part 0 of a block (`store-design.md` §1.1). Its checksum covers key, header and the stored bytes of all parts.
struct BlockHeader: Equatable {
    /// How the stored bytes are made from the raw ones. Bit 7 (encryption) is kept free.
    enum Codec: UInt8 {
        /// As they are.
        case stored = 0
        /// Raw deflate.
        case deflate = 1
        /// Raw deflate with the preset dictionary that the header names.
        case deflateWithDictionary = 2
    }

    static let byteCount = 40

    var codec: Codec
    /// Messages, 1…256.
    var count: Int
    /// Hard limit for inflating.
    var rawByteCount: Int
    /// Stored bytes over all parts, this header not counted.
    var storedByteCount: Int
    var partCount: Int
    /// Enqueue time of all its messages.
    var cutAt: Timestamp
    /// Where the messages entered.
    var source: SourceID
    /// Sequence of slot 0 there.
    var firstSequence: SequenceNumber
    /// The dictionary of codec 2; 0 with every other.
    var dictionary: UInt16
    /// True where compaction made the block from others: source, sequence and time then stand in the index, slot by slot.
    var isMerged = false

    private static let mergedFlag = 1

    /// Version to first sequence: all that stands before the checksum.
    var fields: [UInt8] {
        var row = RowWriter(reserving: Self.byteCount)
        row.u8(codec.rawValue)
        row.u16(count)
        row.u32(UInt32(rawByteCount))
        row.u32(UInt32(storedByteCount))
        row.u16(partCount)
        row.u16(Int(dictionary))
        row.u48(cutAt.milliseconds)
        row.u16(isMerged ? Self.mergedFlag : 0)
        row.u32(source.rawValue)
        row.u64(firstSequence)
        return row.bytes
    }

    init(
        codec: Codec, count: Int, rawByteCount: Int, storedByteCount: Int, partCount: Int, cutAt: Timestamp,
        source: SourceID, firstSequence: SequenceNumber, dictionary: UInt16 = 0
    ) {
        self.codec = codec
        self.count = count
        self.rawByteCount = rawByteCount
        self.storedByteCount = storedByteCount
        self.partCount = partCount
        self.cutAt = cutAt
        self.source = source
        self.firstSequence = firstSequence
        self.dictionary = dictionary
    }

    /// Reads the fields; the checksum is the caller's, who has all parts.
    init(_ part: RawSpan) throws(RowFault) {
        guard part.byteCount >= Self.byteCount else { throw .length }
        var row = RowReader(unsealed: part)
        let version = try row.u8()
        guard version == 1 else { throw .version(version) }
        guard let codec = Codec(rawValue: try row.u8()) else { throw .field("codec") }
        self.codec = codec
        count = try row.u16()
        rawByteCount = Int(try row.u32())
        storedByteCount = Int(try row.u32())
        partCount = try row.u16()
        dictionary = UInt16(try row.u16())
        guard (codec == .deflateWithDictionary) == (dictionary != 0) else { throw .field("dictionary") }
        cutAt = Timestamp(milliseconds: try row.u48())
        let flags = try row.u16()
        guard flags & ~Self.mergedFlag == 0 else { throw .field("block flags") }
        isMerged = flags != 0
        source = SourceID(rawValue: try row.u32())
        firstSequence = try row.u64()
        guard 1...Limits.blockMessageCountMax ~= count, partCount > 0, rawByteCount <= Limits.blockRawByteCountCeiling,
            storedByteCount <= rawByteCount
        else {
            throw .field("block size")
        }
    }
}
