/// Numbers as the wire writes them: decimal digits and nothing else.
enum DecimalText {
    /// The number; nil for anything but digits. A number too large for 64 bits is held at the largest, which no range contains.
    static func number(_ text: ArraySlice<UInt8>) -> UInt64? {
        guard !text.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in text {
            guard 48...57 ~= byte else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 48))
            value = overflow || carry || value == .max ? .max : sum
        }
        return value
    }
}
