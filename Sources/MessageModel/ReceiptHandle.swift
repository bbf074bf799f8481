/// Proof of one delivery: who holds it may acknowledge, release or extend that delivery, and no other.
///
/// 24 bytes, inline: queue, sequence, delivery number, authenticator (`store-design.md` §6). It goes stale when the visibility
/// time ends or the message is delivered again. As text it is 32 characters of `[A-Za-z0-9_-]`.
public struct ReceiptHandle: Sendable, Hashable {
    /// The queue that delivered.
    public let queue: QueueID
    /// The message's sequence in that queue.
    public let sequence: SequenceNumber
    /// Start count of the store (top byte) and a counter of its deliveries; never the same twice within 256 starts.
    public let deliveryNumber: UInt32
    /// Keyed hash of the other members: a handle cannot be guessed.
    public let authenticator: UInt64

    /// Joins the members; the store checks the authenticator when the handle comes back.
    public init(queue: QueueID, sequence: SequenceNumber, deliveryNumber: UInt32, authenticator: UInt64) {
        self.queue = queue
        self.sequence = sequence
        self.deliveryNumber = deliveryNumber
        self.authenticator = authenticator
    }

    /// The handle as text for clients, 32 characters of the URL-safe Base64 alphabet.
    public var text: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(32)
        for word in words {
            for shift in stride(from: 40, through: 0, by: -8) {
                digits.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        var characters: [UInt8] = []
        characters.reserveCapacity(32)
        for start in stride(from: 0, to: 24, by: 3) {
            let group = UInt32(digits[start]) << 16 | UInt32(digits[start + 1]) << 8 | UInt32(digits[start + 2])
            for shift in stride(from: 18, through: 0, by: -6) {
                characters.append(Self.alphabet[Int(group >> UInt32(shift) & 63)])
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }

    /// Reads ``text``; nil for anything that is not such a handle. Whether it is alive only the store can tell.
    public init?(text: String) {
        guard text.utf8.count == 32 else { return nil }
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        for (index, character) in text.utf8.enumerated() {
            guard let digit = Self.alphabet.firstIndex(of: character) else { return nil }
            group = group << 6 | UInt32(digit)
            if index % 4 == 3 {
                bytes += [UInt8(group >> 16), UInt8(group >> 8 & 255), UInt8(group & 255)]
                group = 0
            }
        }
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(
            queue: QueueID(rawValue: UInt32(number(0..<4))), sequence: number(4..<12),
            deliveryNumber: UInt32(number(12..<16)), authenticator: number(16..<24))
    }

    /// The 24 bytes as four words of 48 bits.
    private var words: [UInt64] {
        [
            UInt64(queue.rawValue) << 16 | sequence >> 48,
            sequence & 0xFFFF_FFFF_FFFF,
            UInt64(deliveryNumber) << 16 | authenticator >> 48,
            authenticator & 0xFFFF_FFFF_FFFF,
        ]
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".utf8)
}
