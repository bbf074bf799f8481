/// A set of up to 256 members or slots, four words, inline.
struct MemberSet: Hashable {
    private var w0: UInt64 = 0
    private var w1: UInt64 = 0
    private var w2: UInt64 = 0
    private var w3: UInt64 = 0

    init() {}

    /// Members 0..<count.
    init(first count: Int) { for member in 0..<count { insert(member) } }

    var isEmpty: Bool { w0 | w1 | w2 | w3 == 0 }

    var count: Int { w0.nonzeroBitCount + w1.nonzeroBitCount + w2.nonzeroBitCount + w3.nonzeroBitCount }

    func contains(_ member: Int) -> Bool { word(member >> 6) >> UInt64(member & 63) & 1 == 1 }

    mutating func insert(_ member: Int) { set(member >> 6, word(member >> 6) | 1 << UInt64(member & 63)) }

    mutating func remove(_ member: Int) { set(member >> 6, word(member >> 6) & ~(1 << UInt64(member & 63))) }

    /// The position of the `index`-th member, counted from 0; nil where there are fewer.
    func position(_ index: Int) -> Int? {
        var left = index
        for number in 0..<4 {
            var bits = word(number)
            let count = bits.nonzeroBitCount
            guard left < count else {
                left -= count
                continue
            }
            for _ in 0..<left { bits &= bits - 1 }
            return number * 64 + bits.trailingZeroBitCount
        }
        return nil
    }

    /// The greatest member plus one.
    var bound: Int {
        for number in stride(from: 3, through: 0, by: -1) where word(number) != 0 {
            return number * 64 + 64 - word(number).leadingZeroBitCount
        }
        return 0
    }

    /// As bytes, lowest member in the lowest bit of the first byte, without trailing zero bytes.
    var encoded: [UInt8] {
        (0..<(bound + 7) / 8).map { UInt8(truncatingIfNeeded: word($0 >> 3) >> UInt64(($0 & 7) * 8)) }
    }

    /// Reads ``encoded``; nil where it has more than 32 bytes or a trailing zero byte.
    init?(encoded: [UInt8]) {
        guard encoded.count <= 32, encoded.last != 0 else { return nil }
        for (index, byte) in encoded.enumerated() {
            set(index >> 3, word(index >> 3) | UInt64(byte) << UInt64((index & 7) * 8))
        }
    }

    private func word(_ index: Int) -> UInt64 {
        switch index {
        case 0: w0
        case 1: w1
        case 2: w2
        default: w3
        }
    }

    private mutating func set(_ index: Int, _ value: UInt64) {
        switch index {
        case 0: w0 = value
        case 1: w1 = value
        case 2: w2 = value
        default: w3 = value
        }
    }
}
