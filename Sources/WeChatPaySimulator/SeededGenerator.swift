/// A small deterministic generator (SplitMix64): the same seed gives the same numbers on every machine and in every
/// version.
///
/// Not for secrets.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound` - 1. By the high half of a product and not by the library's method, which may change.
    mutating func number(below bound: Int) -> Int {
        precondition(bound > 0, "a bound is positive")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True in `share` of the cases, 0 to 1.
    mutating func chance(_ share: Double) -> Bool {
        Double(next() >> 11) * 0x1p-53 < share
    }

    /// Characters of an alphabet.
    mutating func text(_ count: Int, from alphabet: [UInt8]) -> String {
        String(decoding: (0..<count).map { _ in alphabet[number(below: alphabet.count)] }, as: UTF8.self)
    }

    static let digits = Array("0123456789".utf8)
    static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
}
