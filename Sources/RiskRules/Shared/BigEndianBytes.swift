/// Fixed-width integers in rows: big-endian, so that keys sort by value.
extension Array where Element == UInt8 {
    /// Appends the bytes of `value`.
    mutating func append(bigEndian value: some FixedWidthInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}

/// Reads the fields of a row from front to back; nil where it ended too early.
struct RowFields {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// True where nothing is left.
    var isAtEnd: Bool { position == bytes.count }

    /// The next integer of this type.
    mutating func next<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        let count = Value.bitWidth / 8
        guard bytes.count - position >= count else { return nil }
        defer { position += count }
        return bytes[position..<(position + count)].reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }
    /// The next bytes as text; nil where they are not UTF-8.
    mutating func text(byteCount: Int) -> String? {
        guard bytes.count - position >= byteCount else { return nil }
        defer { position += byteCount }
        return String(validating: bytes[position..<(position + byteCount)], as: UTF8.self)
    }
}
