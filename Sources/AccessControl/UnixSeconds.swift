/// Timestamps of signed requests.
enum UnixSeconds {
    /// Digits that are read; enough until the year 33658.
    private static let digitCountMax = 12

    /// Decimal digits only; nil for anything else.
    static func parse(_ text: String) -> Int64? {
        guard (1...digitCountMax).contains(text.utf8.count) else { return nil }
        var value: Int64 = 0
        for byte in text.utf8 {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    /// Whether the moment is less than the window away from now, in either direction.
    static func isInside(_ windowSeconds: Int64, _ momentSeconds: Int64, nowSeconds: Int64) -> Bool {
        let (difference, overflow) = nowSeconds.subtractingReportingOverflow(momentSeconds)
        return !overflow && difference.magnitude < UInt64(clamping: windowSeconds)
    }
}
