/// A request's number in API 3.0: a random UUID (version 4) in lower case.
public struct API3RequestID: Sendable, Hashable {
    /// The 36 characters.
    public let text: String

    /// Makes one of 128 random bits, of which six become version and variant.
    public init(high: UInt64, low: UInt64) {
        let words = [high & ~0xF000 | 0x4000, low & ~(0xC << 60) | 0x8 << 60]
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for place in 0..<32 {
            if [8, 12, 16, 20].contains(place) { text.append(UInt8(ascii: "-")) }
            let shift = UInt64(60 - 4 * (place % 16))
            text.append(digits[Int(words[place / 16] >> shift & 15)])
        }
        self.text = String(decoding: text, as: UTF8.self)
    }
}
