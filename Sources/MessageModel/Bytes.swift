/// An immutable run of bytes that shares its storage with the buffer it was cut from.
///
/// A received message's body is a slice of the block that was inflated once for all its readers, so handing it on costs a
/// reference, not a copy. Holding one `Bytes` keeps that whole block alive (at most 256 KiB, or one message if larger); copy with
/// ``detached()`` what is kept for long.
///
/// Thread-safe: a value type over immutable storage.
public struct Bytes: Sendable, Hashable {
    /// The bytes; its indices are those of the shared buffer, not zero-based.
    public let slice: ArraySlice<UInt8>

    /// Shares `slice`'s storage.
    @inlinable
    public init(_ slice: ArraySlice<UInt8>) { self.slice = slice }

    /// Shares `array`'s storage.
    @inlinable
    public init(_ array: [UInt8]) { self.slice = array[...] }

    /// The UTF-8 bytes of `text`.
    @inlinable
    public init(_ text: String) { self.slice = Array(text.utf8)[...] }

    /// No bytes.
    public static let empty = Bytes([])

    /// Number of bytes.
    @inlinable
    public var count: Int { slice.count }

    /// True when there are no bytes.
    @inlinable
    public var isEmpty: Bool { slice.isEmpty }

    /// The bytes as text, or nil where they are not UTF-8.
    public var text: String? { String(validating: slice, as: UTF8.self) }

    /// A copy with storage of its own. O(n).
    public func detached() -> Bytes { Bytes(Array(slice)) }
}

extension Bytes: ExpressibleByStringLiteral {
    /// The UTF-8 bytes of a literal.
    public init(stringLiteral value: String) { self.init(value) }
}
