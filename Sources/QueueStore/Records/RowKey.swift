/// A key of any table, built in place: big-endian numbers, so byte order is number order; never user text alone.
///
/// Inline, no allocation; at most 80 bytes.
struct RowKey {
    private var storage = InlineArray<80, UInt8>(repeating: 0)
    private(set) var count = 0

    init() {}

    /// The key a cursor stands on.
    init(copying bytes: RawSpan) {
        for index in 0..<min(bytes.byteCount, 80) {
            append(unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        }
    }

    /// The bytes.
    var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { storage.span.extracting(first: count) }
    }

    mutating func append(_ byte: UInt8) {
        storage[count] = byte
        count += 1
    }

    mutating func append(u16 value: UInt16) { append(UInt64(value), byteCount: 2) }
    mutating func append(u32 value: UInt32) { append(UInt64(value), byteCount: 4) }
    mutating func append(u48 value: UInt64) { append(value, byteCount: 6) }
    mutating func append(u64 value: UInt64) { append(value, byteCount: 8) }

    mutating func append(_ bytes: Span<UInt8>) {
        for index in 0..<bytes.count { append(bytes[index]) }
    }

    private mutating func append(_ value: UInt64, byteCount: Int) {
        for shift in stride(from: (byteCount - 1) * 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }
}
