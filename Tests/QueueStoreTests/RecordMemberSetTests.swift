import Testing

@testable import QueueStore

@Suite struct RecordMemberSetTests {
    private static func check(_ set: MemberSet, _ model: Set<Int>) {
        let sorted = model.sorted()
        #expect(set.count == model.count)
        #expect(set.isEmpty == model.isEmpty)
        #expect(set.bound == (sorted.last.map { $0 + 1 } ?? 0))
        #expect((0..<256).filter { set.contains($0) } == sorted)
        #expect(sorted.indices.map { set.position($0) } == sorted)
        #expect(set.position(sorted.count) == nil)
        #expect(set.position(256) == nil)
        #expect(set.encoded.count == (set.bound + 7) / 8)
        #expect(MemberSet(encoded: set.encoded) == set)
    }

    @Test("random insertions and removals agree with a set of integers", arguments: UInt64(1)...20)
    func model(seed: UInt64) {
        var random = RecordGenerator(seed: seed)
        var set = MemberSet()
        var model = Set<Int>()
        for step in 0..<300 {
            let member = random.number(0...255)
            if random.number(0...2) > 0 {
                set.insert(member)
                model.insert(member)
            } else {
                set.remove(member)
                model.remove(member)
            }
            if step % 10 == 0 { Self.check(set, model) }
        }
        Self.check(set, model)
    }

    @Test("every single member stands alone")
    func single() {
        for member in 0..<256 {
            var set = MemberSet()
            set.insert(member)
            Self.check(set, [member])
            set.remove(member)
            Self.check(set, [])
        }
    }

    @Test("the first members are those below the count")
    func first() {
        for count in [0, 1, 63, 64, 65, 127, 128, 129, 191, 192, 193, 255, 256] {
            Self.check(MemberSet(first: count), Set(0..<count))
        }
    }

    @Test("bytes that are never written are refused")
    func refused() {
        #expect(MemberSet(encoded: []) == MemberSet())
        #expect(MemberSet(encoded: [0]) == nil)
        #expect(MemberSet(encoded: [1, 0]) == nil)
        #expect(MemberSet(encoded: [UInt8](repeating: 255, count: 32)) == MemberSet(first: 256))
        #expect(MemberSet(encoded: [UInt8](repeating: 255, count: 33)) == nil)
    }

    @Test("the lowest member is the lowest bit of the first byte")
    func layout() {
        var set = MemberSet()
        for member in [0, 9, 23] { set.insert(member) }
        #expect(set.encoded == [0b1, 0b10, 0b1000_0000])
    }
}
