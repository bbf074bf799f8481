/// SipHash-2-4, a keyed hash for short inputs (Aumasson and Bernstein, 2012), with 64 and 128 bits of output.
///
/// Used where an outsider must not be able to choose collisions or guess values: idempotency keys, message ids, receipt
/// authenticators. Not for passwords or signatures. Thread-safe, no allocation. O(n).
public struct SipHash: Sendable {
    private let key0: UInt64
    private let key1: UInt64

    /// A hash function under a 128-bit key.
    public init(key0: UInt64, key1: UInt64) {
        self.key0 = key0
        self.key1 = key1
    }

    /// 64-bit hash of `bytes`.
    public func hash64(_ bytes: Span<UInt8>) -> UInt64 {
        var state = SipState(key0, key1, wide: false)
        state.absorb(bytes)
        return state.finish64()
    }

    /// 64-bit hash of two words; the same as hashing their 16 little-endian bytes.
    public func hash64(_ first: UInt64, _ second: UInt64) -> UInt64 {
        var state = SipState(key0, key1, wide: false)
        state.absorb(word: first)
        state.absorb(word: second)
        state.absorb(word: 16 << 56)
        return state.finish64()
    }

    /// 128-bit hash of `bytes`, as two words.
    public func hash128(_ bytes: Span<UInt8>) -> (UInt64, UInt64) {
        var state = SipState(key0, key1, wide: true)
        state.absorb(bytes)
        return state.finish128()
    }
}

private struct SipState {
    var v0: UInt64
    var v1: UInt64
    var v2: UInt64
    var v3: UInt64

    init(_ key0: UInt64, _ key1: UInt64, wide: Bool) {
        v0 = key0 ^ 0x736f_6d65_7073_6575
        v1 = key1 ^ 0x646f_7261_6e64_6f6d ^ (wide ? 0xee : 0)
        v2 = key0 ^ 0x6c79_6765_6e65_7261
        v3 = key1 ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    mutating func round() {
        v0 &+= v1
        v1 = rotate(v1, 13) ^ v0
        v0 = rotate(v0, 32)
        v2 &+= v3
        v3 = rotate(v3, 16) ^ v2
        v0 &+= v3
        v3 = rotate(v3, 21) ^ v0
        v2 &+= v1
        v1 = rotate(v1, 17) ^ v2
        v2 = rotate(v2, 32)
    }

    @inline(__always)
    private func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }

    @inline(__always)
    mutating func absorb(word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    mutating func absorb(_ bytes: Span<UInt8>) {
        var index = 0
        while index + 8 <= bytes.count {
            let word = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            absorb(word: UInt64(littleEndian: word))
            index += 8
        }
        let tail = word(bytes, from: index, count: bytes.count - index)
        absorb(word: tail | UInt64(truncatingIfNeeded: bytes.count) << 56)
    }

    private func word(_ bytes: Span<UInt8>, from start: Int, count: Int) -> UInt64 {
        var value: UInt64 = 0
        for offset in 0..<count { value |= UInt64(bytes[start + offset]) << UInt64(8 * offset) }
        return value
    }

    mutating func finish64() -> UInt64 {
        v2 ^= 0xff
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    mutating func finish128() -> (UInt64, UInt64) {
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        let first = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return (first, v0 ^ v1 ^ v2 ^ v3)
    }
}
