import Engine
import MessageModel
import Testing

@testable import QueueStore

@Suite struct BlockPackingTests {
    private static func body(_ count: Int) -> OutgoingMessage {
        OutgoingMessage(body: Bytes([UInt8](repeating: 65, count: count)))
    }

    private static func inflated(_ sample: BlockSample) throws -> InflatedBlock {
        try BlockReader().inflate(StoredBlock(header: sample.header, bytes: sample.packed.stored))
    }

    @Test("what was packed is read back, message by message", arguments: UInt64(1)...30)
    func roundTrip(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        let count = [1, 2, random.number(1...40), 256][random.number(0...3)]
        let messages = try BlockSample.messages(count, byteCountMax: 300, &random)
        let block = try Self.inflated(try BlockSample(messages))
        #expect(block.holds(messages), "seed \(seed)")
        #expect(block.source == BlockSample.source)
        #expect(block.firstSequence == BlockSample.firstSequence)
        #expect(block.cutAt == BlockSample.cutAt)
    }

    @Test("messages without bytes are messages")
    func empty() throws {
        let messages = [Self.body(0), Self.body(1), Self.body(0)]
        #expect(try Self.inflated(try BlockSample(messages)).holds(messages))
        #expect(try Self.inflated(try BlockSample([Self.body(0)])).holds([Self.body(0)]))
    }

    @Test("what does not shrink is stored as it is, what does is deflated")
    func codecs() throws {
        var random = RecordGenerator(seed: 40)
        let noise = try BlockSample([OutgoingMessage(body: Bytes(random.bytes(5_000...5_000)))])
        #expect(noise.header.codec == .stored)
        #expect(noise.packed.stored == noise.packed.raw)
        let text = try BlockSample([Self.body(5_000)])
        #expect(text.header.codec == .deflate)
        #expect(text.packed.stored.count < 200)
    }

    @Test("the largest message with the largest properties is one block")
    func largest() throws {
        var random = RecordGenerator(seed: 41)
        let message = OutgoingMessage(
            body: Bytes(random.bytes(Limits.bodyByteCountMax...Limits.bodyByteCountMax)),
            properties: MessageProperties(
                stored: Bytes(random.bytes(Limits.propertiesByteCountMax...Limits.propertiesByteCountMax))))
        let sample = try BlockSample([message])
        #expect(try Self.inflated(sample).holds([message]))
        let head = sample.rows[0].value
        #expect(try BlockHeader(head.span.bytes) == sample.header)
    }

    @Test("a block is cut at 256 messages")
    func cutByCount() throws {
        let items = SendItem.items((0..<600).map { _ in Self.body(1) })
        let cutter = BlockCutter()
        #expect(cutter.count(items, from: 0) == 256)
        #expect(cutter.count(items, from: 344) == 256)
        #expect(cutter.count(items, from: 345) == 255)
        #expect(cutter.count(items, from: 599) == 1)
    }

    @Test("a block of several messages never has more raw bytes than its bound", arguments: UInt64(50)...60)
    func cutByBytes(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        let packer = try BlockPacker()
        var cutter = BlockCutter()
        for _ in 0..<6 { cutter.learn(try packer.pack(SendItem.items([Self.body(20_000)])[...])) }
        let items = SendItem.items((0..<60).map { _ in Self.body(random.number(0...60_000)) })
        var start = 0
        while start < items.count {
            let count = cutter.count(items, from: start)
            #expect(1...256 ~= count)
            let packed = try packer.pack(items[start..<start + count])
            cutter.learn(packed)
            #expect(count == 1 || packed.raw.count <= Limits.blockRawByteCountMax, "seed \(seed), from \(start)")
            start += count
        }
        #expect(start == items.count)
    }

    @Test("a large message goes alone, and the next one starts a new block")
    func largeAlone() throws {
        let items = SendItem.items([Self.body(1_000_000), Self.body(1), Self.body(1)])
        let cutter = BlockCutter()
        #expect(cutter.count(items, from: 0) == 1)
        #expect(cutter.count(items, from: 1) == 2)
    }

    @Test("blocks are shared evenly among packers, but not split into crumbs", arguments: 1...4)
    func sharing(packerCount: Int) {
        let cutter = BlockCutter()
        for count in [1, 31, 63, 64, 127, 128, 200, 256, 257, 700, 1_024] {
            let blocks = cutter.cut(SendItem.items((0..<count).map { _ in Self.body(100) }), packerCount: packerCount)
            #expect(blocks.first?.lowerBound == 0 && blocks.last?.upperBound == count)
            #expect(zip(blocks, blocks.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            #expect(blocks.allSatisfy { 1...Limits.blockMessageCountMax ~= $0.count })
            let isShared = blocks.count.isMultiple(of: packerCount)
            let wanted = ((count + 255) / 256 + packerCount - 1) / packerCount * packerCount
            #expect(isShared == (count >= wanted * Limits.blockSplitMessageCountMin || packerCount == 1))
            #expect((blocks.map(\.count).max() ?? 0) - count / blocks.count <= 1, "\(count) messages")
        }
    }

    @Test("an index that does not sum to the raw length is refused")
    func index() throws {
        func fault(_ raw: [UInt8], _ count: Int) -> RowFault? {
            do throws(RowFault) {
                _ = try InflatedBlock(
                    raw: raw, count: count, source: BlockSample.source, firstSequence: 1, cutAt: .zero)
                return nil
            } catch { return error }
        }
        #expect(fault([0, 2, 0, 3, 1, 2, 3, 4, 5], 2) == nil)
        #expect(fault([0, 2, 0, 3, 1, 2, 3, 4], 2) == .length)
        #expect(fault([0, 2, 0, 3, 1, 2, 3, 4, 5, 6], 2) == .length)
        #expect(fault([0, 2, 0], 2) == .length)
        #expect(fault([], 1) == .length)
        #expect(fault([0x80, 0x80, 0x80, 0x80, 1, 0], 1) == .field("record index"))
        #expect(fault([0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F], 1) == .length)
    }

    @Test("varints of one to four bytes are read back")
    func varints() throws {
        for value in [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455] {
            var bytes: [UInt8] = [9]
            Varint.append(value, to: &bytes)
            var offset = 1
            #expect(try Varint.read(bytes, &offset) == value)
            #expect(offset == bytes.count)
        }
    }
}
