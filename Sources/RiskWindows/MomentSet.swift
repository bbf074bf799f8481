/// A set of positions on a ring of 2²² milliseconds (70 minutes) that finds the next member in constant time.
///
/// Three levels of bits: a bit of a level says whether a word of the level below holds any. What is empty for minutes
/// or hours is therefore skipped in a handful of steps. 0.5 MiB.
struct MomentSet: Sendable {
    /// Positions on the ring; more than the longest window has milliseconds, so that no two remembered ones coincide.
    static let positionCount = 1 << 22

    private static let mask = positionCount - 1
    private var bits: ContiguousArray<UInt64>
    private var words: ContiguousArray<UInt64>
    private var groups: ContiguousArray<UInt64>

    /// An empty set.
    init() {
        bits = ContiguousArray(repeating: 0, count: Self.positionCount >> 6)
        words = ContiguousArray(repeating: 0, count: Self.positionCount >> 12)
        groups = ContiguousArray(repeating: 0, count: Self.positionCount >> 18)
    }

    /// Where a time stands on the ring.
    static func position(ofMillis millis: Int64) -> Int { Int(truncatingIfNeeded: millis) & mask }

    var byteCount: Int { (bits.capacity + words.capacity + groups.capacity) * MemoryLayout<UInt64>.stride }

    func contains(_ position: Int) -> Bool { bits[position >> 6] & Self.bit(position) != 0 }

    mutating func insert(_ position: Int) {
        bits[position >> 6] |= Self.bit(position)
        words[position >> 12] |= Self.bit(position >> 6)
        groups[position >> 18] |= Self.bit(position >> 12)
    }

    mutating func remove(_ position: Int) {
        bits[position >> 6] &= ~Self.bit(position)
        guard bits[position >> 6] == 0 else { return }
        words[position >> 12] &= ~Self.bit(position >> 6)
        guard words[position >> 12] == 0 else { return }
        groups[position >> 18] &= ~Self.bit(position >> 12)
    }

    /// How far behind `start`, along the ring, the first member stands; nil where none is nearer than `count`.
    ///
    /// - Complexity: O(1); most often one word.
    func distance(from start: Int, below count: Int) -> Int? {
        guard count > 0 else { return nil }
        let word = bits[start >> 6] >> UInt64(start & 63)
        if word != 0 {
            let distance = word.trailingZeroBitCount
            return distance < count ? distance : nil
        }
        guard 64 - (start & 63) < count, let found = firstWord(atOrAfter: (start >> 6) + 1) ?? firstWord(atOrAfter: 0)
        else { return nil }
        let distance = (found << 6 + bits[found].trailingZeroBitCount - start) & Self.mask
        return distance < count ? distance : nil
    }

    /// The first word of the lowest level, from `index` on, that holds a member.
    private func firstWord(atOrAfter index: Int) -> Int? {
        guard index < bits.count else { return nil }
        let word = words[index >> 6] >> UInt64(index & 63)
        if word != 0 { return index + word.trailingZeroBitCount }
        let next = (index >> 6) + 1
        guard next < words.count else { return nil }
        let group = groups[next >> 6] >> UInt64(next & 63)
        if group != 0 {
            let found = next + group.trailingZeroBitCount
            return found << 6 + words[found].trailingZeroBitCount
        }
        for later in (next >> 6) + 1..<max((next >> 6) + 1, groups.count) where groups[later] != 0 {
            let found = later << 6 + groups[later].trailingZeroBitCount
            return found << 6 + words[found].trailingZeroBitCount
        }
        return nil
    }

    private static func bit(_ position: Int) -> UInt64 { 1 << UInt64(position & 63) }
}
