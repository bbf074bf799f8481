/// What a verifier found.
public enum WebhookVerdict: Sendable, Equatable {
    /// Authentic and fresh: the message's id, and the scheme that matched.
    case accepted(id: String, scheme: WebhookScheme)
    /// Not to be trusted.
    case rejected(WebhookRejection)
}

/// Why a message was rejected. A closed set, fit for a metric label.
public enum WebhookRejection: String, Sendable, CaseIterable, Error {
    /// Id, timestamp or signature is absent or empty.
    case missingHeader = "missing-header"
    /// One of the three was sent twice.
    case repeatedHeader = "repeated-header"
    /// The id could make two messages share one signature.
    case malformedID = "malformed-id"
    /// The timestamp is not 1 to 12 ASCII digits without a leading zero.
    case malformedTimestamp = "malformed-timestamp"
    /// Signed too long ago.
    case tooOld = "too-old"
    /// Signed too far ahead of the clock.
    case tooNew = "too-new"
    /// No signature matches any key.
    case noMatchingSignature = "no-matching-signature"
}
