internal import CZlib

/// CRC-32C (Castagnoli): detects every single flipped bit and every burst of up to 32. In hardware where the processor has it.
///
/// Not against an adversary. Thread-safe.
public struct CRC32C: Sendable {
    private var state: UInt32 = 0xFFFF_FFFF

    /// An empty checksum; add bytes with ``add(_:)-(Span<UInt8>)``.
    public init() {}

    /// The checksum of all bytes added.
    public var value: UInt32 { ~state }

    /// Adds bytes. O(n), about 8 bytes a cycle in hardware.
    public mutating func add(_ bytes: Span<UInt8>) { unsafe add(bytes.bytes) }

    /// Adds bytes.
    public mutating func add(_ bytes: RawSpan) {
        if Self.inHardware {
            state = unsafe bytes.withUnsafeBytes { buffer in
                unsafe tillwire_crc32c(state, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count)
            }
        } else {
            state = Self.softly(state, bytes)
        }
    }

    /// The checksum of `bytes`.
    public static func of(_ bytes: Span<UInt8>) -> UInt32 {
        var checksum = CRC32C()
        checksum.add(bytes)
        return checksum.value
    }

    private static let inHardware = tillwire_crc32c_supported() != 0

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }

    /// The same by table, where the processor has no instruction for it.
    static func softly(_ start: UInt32, _ bytes: RawSpan) -> UInt32 {
        var state = start
        for offset in 0..<bytes.byteCount {
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            state = table[Int((state ^ UInt32(byte)) & 255)] ^ state >> 8
        }
        return state
    }
}
