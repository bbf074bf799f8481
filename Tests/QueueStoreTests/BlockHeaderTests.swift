import MessageModel
import Testing

@testable import QueueStore

@Suite struct BlockHeaderTests {
    private static let header = BlockHeader(
        codec: .deflate, count: 64, rawByteCount: 32_832, storedByteCount: 9_500, partCount: 1,
        cutAt: Timestamp(milliseconds: 1_760_000_000_123), source: .queue(QueueID(rawValue: 5)), firstSequence: 1_001)

    /// What a header with `value` in the bytes from `offset` on is refused with.
    private static func fault(_ offset: Int, _ value: [UInt8]) -> RowFault? {
        var bytes = header.fields + [0, 0, 0, 0]
        bytes.replaceSubrange(offset..<offset + value.count, with: value)
        return fault(bytes)
    }

    private static func fault(_ bytes: [UInt8]) -> RowFault? {
        do throws(RowFault) {
            _ = try BlockHeader(bytes.span.bytes)
            return nil
        } catch { return error }
    }

    @Test("a header is read back, whatever stands behind it")
    func roundTrip() throws {
        let bytes = Self.header.fields + [0, 0, 0, 0] + [UInt8](repeating: 255, count: 100)
        #expect(try BlockHeader(bytes.span.bytes) == Self.header)
        #expect(Self.header.fields.count == 36)
    }

    @Test("a part shorter than 40 bytes has no header")
    func short() {
        for count in 0..<40 { #expect(Self.fault(Array((Self.header.fields + [0, 0, 0, 0])[..<count])) == .length) }
    }

    @Test("fields that are never written are refused")
    func impossible() {
        #expect(Self.fault(0, [1]) == nil)
        for version in [UInt8(0), 2, 255] { #expect(Self.fault(0, [version]) == .version(version)) }
        for codec in [UInt8(3), 4, 0x80, 0x82] { #expect(Self.fault(1, [codec]) == .field("codec")) }
        #expect(Self.fault(2, [0, 0]) == .field("block size"))
        #expect(Self.fault(2, [1, 1]) == .field("block size"))
        #expect(Self.fault(2, [1, 0]) == nil)
        #expect(Self.fault(4, [0xFF, 0xFF, 0xFF, 0xFF]) == .field("block size"))
        #expect(Self.fault(12, [0, 0]) == .field("block size"))
        #expect(Self.fault(14, [0, 1]) == .field("dictionary"))
        #expect(Self.fault(1, [2]) == .field("dictionary"))
        #expect(Self.fault(22, [0, 1]) == nil)
        #expect(Self.fault(22, [0, 2]) == .field("block flags"))
        #expect(Self.fault(22, [1, 1]) == .field("block flags"))
    }

    @Test("a stored length that no block can have is refused before room is made for it")
    func storedLength() {
        #expect(Self.fault(8, [0xFF, 0xFF, 0xFF, 0xFF]) == .field("block size"))
    }
}
