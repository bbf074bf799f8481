/// Reads the Retry-After field of an answer (RFC 9110 §10.2.3).
public enum RetryAfter {
    /// How long the endpoint asks to be left alone, 0 to 3,600,000 ms; nil when the text is neither seconds nor a date.
    public static func delayMillis(_ text: String, nowMillis: Int64) -> Int? {
        let bytes = text.utf8.drop { $0 == 32 || $0 == 9 }
        guard !bytes.isEmpty, text.utf8.count <= ScheduleLimits.retryAfterByteCountMax else { return nil }
        let trimmed = String(Substring(bytes)).split(separator: " ").joined(separator: " ")
        if trimmed.utf8.allSatisfy({ (48...57).contains($0) }) { return seconds(trimmed) }
        guard let date = HTTPDate.epochSeconds(trimmed) else { return nil }
        let delay = max(date * 1_000 - nowMillis, 0)
        return Int(min(delay, Int64(ScheduleLimits.retryAfterMillisMax)))
    }

    private static func seconds(_ digits: String) -> Int {
        let most = ScheduleLimits.retryAfterMillisMax
        // More digits than a bounded pause can have mean the bound.
        guard let value = Int(digits), value < most / 1_000 else { return most }
        return value * 1_000
    }
}
