/// Amounts of a bill, in yuan with decimals, as integers in fen. Never floating point.
enum YuanAmount {
    /// The fen of `12.50`, `12.5`, `12`; further decimals must be zeros.
    ///
    /// - Returns: nil for a sign, white space, a missing digit, a fraction of a fen, or more than `fenMax`.
    static func fen(_ text: ArraySlice<UInt8>, fenMax: Int64) -> Int64? {
        guard 1...TradeBillLimits.amountByteCountMax ~= text.count else { return nil }
        var fen: Int64 = 0
        var digitCount = 0
        var decimalCount = 0
        var isBehindPoint = false
        for byte in text {
            if byte == UInt8(ascii: "."), !isBehindPoint, digitCount > 0 {
                isBehindPoint = true
                continue
            }
            guard 0x30...0x39 ~= byte else { return nil }
            digitCount += 1
            if isBehindPoint { decimalCount += 1 }
            if decimalCount > 2 {
                guard byte == 0x30 else { return nil }
                continue
            }
            fen = fen * 10 + Int64(byte - 0x30)
            guard fen <= fenMax else { return nil }
        }
        guard digitCount > 0, !isBehindPoint || decimalCount > 0 else { return nil }
        for _ in min(decimalCount, 2)..<2 { fen *= 10 }
        return fen <= fenMax ? fen : nil
    }
}
