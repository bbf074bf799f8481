internal import MessageModel

/// A transaction id in 16 bytes.
///
/// The platform's ids are up to 32 characters, in practice 28 digits: digits are kept as they are, so that such a key can be read back. Anything
/// else is kept as the 120-bit hash of its bytes under a fixed key: the same on every machine and in every run, because decisions depend on it.
struct OrderKey: Hashable, Sendable {
    /// Digits: their count in the top byte, their value below. Else: 255 in the top byte, the hash below.
    let value: UInt128

    /// More digits do not fit 120 bits.
    private static let digitCountMax = 36
    private static let hashMark: UInt8 = 255
    private static let hasher = SipHash(key0: 0x7469_6c6c_7769_7265, key1: 0x6f72_6465_722d_6b65)

    /// The key of a transaction id.
    init(_ transactionID: String) {
        var number: UInt128 = 0
        var count = 0
        var isNumber = true
        for byte in transactionID.utf8 {
            guard 48...57 ~= byte, count < Self.digitCountMax else {
                isNumber = false
                break
            }
            number = number * 10 + UInt128(byte - 48)
            count += 1
        }
        guard isNumber, count > 0 else {
            let (high, low) = Self.hasher.hash128(Array(transactionID.utf8).span)
            let hash = UInt128(high) << 64 | UInt128(low)
            value = UInt128(Self.hashMark) << 120 | hash >> 8
            return
        }
        value = UInt128(count) << 120 | number
    }

    /// A key that was stored.
    init(value: UInt128) { self.value = value }

    /// The transaction id, where it was digits.
    var transactionID: String? {
        let count = Int(value >> 120)
        guard 1...Self.digitCountMax ~= count else { return nil }
        let digits = String(value & (UInt128(1) << 120 - 1))
        return String(repeating: "0", count: max(count - digits.utf8.count, 0)) + digits
    }
}

/// A payer as the windows see one: a 64-bit hash under a fixed key, so that decisions do not depend on the machine or the run.
enum PayerHash {
    private static let hasher = SipHash(key0: 0x7061_7965_722d_6861, key1: 0x7368_2d66_6978_6564)

    /// The hash of a payer's id. Payers that are not named count as one.
    static func of(_ payer: String) -> UInt64 { hasher.hash64(Array(payer.utf8).span) }
}
