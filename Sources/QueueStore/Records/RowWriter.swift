internal import Deflate

/// Builds a row's value: version byte first, big-endian fields, CRC32C of key and value last.
struct RowWriter {
    private(set) var bytes: [UInt8] = []

    init(version: UInt8 = 1, reserving byteCount: Int = 64) {
        bytes.reserveCapacity(byteCount)
        bytes.append(version)
    }

    mutating func u8(_ value: UInt8) { bytes.append(value) }
    mutating func u16(_ value: Int) { number(UInt64(value), byteCount: 2) }
    mutating func u32(_ value: UInt32) { number(UInt64(value), byteCount: 4) }
    mutating func u48(_ value: UInt64) { number(value, byteCount: 6) }
    mutating func u64(_ value: UInt64) { number(value, byteCount: 8) }
    mutating func raw(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// Length (2 bytes), then the bytes.
    mutating func counted(_ more: some Collection<UInt8>) {
        u16(more.count)
        bytes.append(contentsOf: more)
    }

    /// Begins the next row in the same room.
    mutating func restart(version: UInt8 = 1) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(version)
    }

    /// Ends the row under `key`: ``bytes`` is its finished value.
    mutating func seal(under key: RowKey) {
        var checksum = CRC32C()
        checksum.add(key.span)
        checksum.add(bytes.span)
        u32(checksum.value)
    }

    /// The finished value for the row under `key`.
    consuming func sealed(under key: RowKey) -> [UInt8] {
        seal(under: key)
        return bytes
    }

    private mutating func number(_ value: UInt64, byteCount: Int) {
        for shift in stride(from: (byteCount - 1) * 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }
}
