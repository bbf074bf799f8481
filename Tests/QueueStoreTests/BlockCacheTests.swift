import MessageModel
import Testing

@testable import QueueStore

@Suite struct BlockCacheTests {
    /// A block of one message with a body of `byteCount` bytes.
    private static func block(_ byteCount: Int) throws -> InflatedBlock {
        var raw: [UInt8] = [0]
        Varint.append(byteCount, to: &raw)
        raw += [UInt8](repeating: 1, count: byteCount)
        return try InflatedBlock(raw: raw, count: 1, source: BlockSample.source, firstSequence: 1, cutAt: .zero)
    }

    @Test("a block is found until it is removed")
    func insertRemove() throws {
        let cache = BlockCache()
        let block = try Self.block(10)
        #expect(cache.block(1) == nil)
        cache.insert(1, block)
        #expect(cache.block(1) === block)
        cache.insert(1, try Self.block(20))
        #expect(cache.block(1) === block)
        cache.remove(1)
        cache.remove(1)
        #expect(cache.block(1) == nil)
    }

    @Test("never more bytes than the bound, the oldest unused leave first, and a used one gets a second chance")
    func secondChance() throws {
        let cache = BlockCache()
        let block = try Self.block(262_000)
        let fitting = Limits.blockCacheByteCountMax / block.byteCount
        for id in 0..<UInt64(fitting) { cache.insert(id, block) }
        #expect((0..<UInt64(fitting)).allSatisfy { cache.block($0) != nil })
        let fresh = BlockCache()
        for id in 0..<UInt64(fitting) { fresh.insert(id, block) }
        #expect(fresh.block(0) != nil)
        fresh.insert(1_000, block)
        #expect(fresh.block(0) != nil)
        #expect(fresh.block(1) == nil)
        #expect(fresh.block(1_000) != nil)
        let held = (0...UInt64(1_000)).count { fresh.block($0) != nil }
        #expect(held == fitting)
    }

    @Test("a block that would push out a quarter of the cache is not kept")
    func tooLarge() throws {
        let cache = BlockCache()
        cache.insert(1, try Self.block(Limits.blockCacheByteCountMax / 4))
        #expect(cache.block(1) == nil)
    }

    @Test("long use with removals stays within the bound, and what was removed stays away", arguments: UInt64(1)...3)
    func long(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        let cache = BlockCache()
        let block = try Self.block(100_000)
        var removed = Set<UInt64>()
        for id in 0..<UInt64(5_000) {
            cache.insert(id, block)
            if random.flag() { _ = cache.block(id) }
            guard random.flag() else { continue }
            let victim = id - UInt64(random.number(0...min(50, Int(id))))
            cache.remove(victim)
            removed.insert(victim)
            #expect(cache.block(victim) == nil)
        }
        let held = (0..<UInt64(5_000)).count { cache.block($0) != nil }
        #expect(held * block.byteCount <= Limits.blockCacheByteCountMax)
        #expect(held > 0)
        #expect(removed.allSatisfy { cache.block($0) == nil })
    }
}
