extension OrderPaymentMessage {
    /// Lower-case Crockford base32: no i, l, o, u.
    private static let crockfordDigits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    /// 160 bits in 32 characters.
    private static let hashedByteCount = 20

    /// The stable id of this message; see the static form.
    public func messageID(sha256: ([UInt8]) -> [UInt8]) -> String {
        Self.messageID(
            eventType: Self.eventType, merchantID: merchantID, transactionID: transactionID, refundID: nil,
            sha256: sha256)
    }

    /// `msg_` and the first 160 bits of SHA-256(event type LF merchant LF transaction [LF refund]) in base32
    /// (merchant-push §1). Derived from the payment alone, so that repeats collapse everywhere.
    /// - Parameter sha256: gives the 32 bytes of the hash; this room computes none.
    public static func messageID(
        eventType: String, merchantID: String, transactionID: String, refundID: String?,
        sha256: ([UInt8]) -> [UInt8]
    ) -> String {
        let parts = [eventType, merchantID, transactionID] + (refundID.map { [$0] } ?? [])
        let hash = sha256(Array(parts.joined(separator: "\n").utf8))
        precondition(hash.count == NoticeLimits.hashByteCount, "SHA-256 has 32 bytes")
        var text = Array("msg_".utf8)
        text.reserveCapacity(36)
        for start in stride(from: 0, to: hashedByteCount, by: 5) {
            let group = hash[start..<(start + 5)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            for shift in stride(from: 35, through: 0, by: -5) {
                text.append(crockfordDigits[Int(group >> UInt64(shift) & 31)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
