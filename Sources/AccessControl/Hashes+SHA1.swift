import Crypto

/// SHA-1 over bytes that arrive in parts: the hash WeChat Pay names for a bill. Finds damage on the way; no protection against an adversary.
public struct SHA1Stream: Sendable {
    private var hash = Insecure.SHA1()

    /// No bytes yet.
    public init() {}

    /// Takes the next bytes.
    public mutating func add(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    /// The hash of all bytes, 40 lower-case hexadecimal digits.
    public var hex: String { Hashes.hex(Array(hash.finalize())) }
}
