/// The signature schemes of Standard Webhooks 1.0.0; the raw value is the version before the comma.
public enum WebhookScheme: String, Sendable, CaseIterable {
    /// HMAC-SHA256.
    case v1
    /// Ed25519.
    case v1a
}

/// The header names of a pushed message, in lower case.
public enum WebhookHeaderName {
    /// Stable id of the message.
    public static let id = "webhook-id"
    /// Start of this attempt, Unix seconds.
    public static let timestamp = "webhook-timestamp"
    /// Signatures, separated by spaces.
    public static let signature = "webhook-signature"
    /// Event type.
    public static let event = "webhook-event"
    /// Number of this attempt, from 1.
    public static let attempt = "webhook-attempt"
    /// `true` on manual replays only.
    public static let replay = "webhook-replay"
    /// Same as the id.
    public static let idempotencyKey = "idempotency-key"
}

/// Ids of messages.
public enum WebhookMessageID {
    /// Whether the id may be signed: 1 to 128 of letters, digits, `_` and `-`. A full stop would let two messages share
    /// one signature, since it separates id, timestamp and body.
    public static func isValid(_ id: String) -> Bool {
        guard WebhookLimits.idByteCounts.contains(id.utf8.count) else { return false }
        return id.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }
}

/// The bytes that are signed.
enum SignedContent {
    /// Id, full stop, timestamp, full stop, raw body.
    static func bytes(id: String, timestamp: String, payload: [UInt8]) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(id.utf8.count + timestamp.utf8.count + payload.count + 2)
        content.append(contentsOf: id.utf8)
        content.append(UInt8(ascii: "."))
        content.append(contentsOf: timestamp.utf8)
        content.append(UInt8(ascii: "."))
        content.append(contentsOf: payload)
        return content
    }

    /// 1 to 12 ASCII digits without a leading zero; nil for any other spelling.
    static func seconds(ofTimestamp text: String) -> Int64? {
        guard (1...WebhookLimits.timestampDigitCountMax).contains(text.utf8.count) else { return nil }
        var value: Int64 = 0
        for byte in text.utf8 {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return text.utf8.first == 0x30 && text.utf8.count > 1 ? nil : value
    }
}
