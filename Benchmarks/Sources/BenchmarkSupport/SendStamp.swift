/// The moment a message was meant to be sent, written as 20 digits over the start of its body's signature.
public enum SendStamp {
    private static let digitCount = 20
    /// Of the signature's 43 characters, which end three bytes before the body does.
    private static let offset = OrderCorpus.bodyByteCount - 46

    /// Writes `nanos` into `body`, one of ``OrderCorpus/bodies``.
    public static func write(_ nanos: UInt64, into body: inout [UInt8]) {
        var rest = nanos
        for index in stride(from: offset + digitCount - 1, through: offset, by: -1) {
            body[index] = 48 + UInt8(rest % 10)
            rest /= 10
        }
    }

    /// The moment in `body`; nil where there is none.
    public static func nanos(in body: some RandomAccessCollection<UInt8>) -> UInt64? {
        guard body.count == OrderCorpus.bodyByteCount else { return nil }
        var nanos: UInt64 = 0
        for digit in body.dropFirst(offset).prefix(digitCount) {
            guard 48...57 ~= digit else { return nil }
            let (tenfold, overflows) = nanos.multipliedReportingOverflow(by: 10)
            guard !overflows else { return nil }
            nanos = tenfold &+ UInt64(digit - 48)
        }
        return nanos
    }
}
