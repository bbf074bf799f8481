/// A name, or with a `*` at its end every name that begins so; `*` alone is every name. Case does not matter, as in names of entities.
public struct NamePattern: Sendable, Hashable {
    /// As it was written.
    public let text: String
    /// Lower-case bytes without the `*`.
    private let folded: [UInt8]
    private let isPrefix: Bool

    /// Reads a pattern; nil where it is none: letters, digits, `-` and `_`, at most 64, then perhaps `*`; not empty.
    public init?(_ text: String) {
        let isPrefix = text.utf8.last == UInt8(ascii: "*")
        let name = isPrefix ? text.utf8.dropLast() : text.utf8[...]
        guard 1...IdentityLimits.patternByteCountMax ~= text.utf8.count, isPrefix || name.count <= 64,
            name.allSatisfy(Self.isNameByte)
        else { return nil }
        self.text = text
        self.isPrefix = isPrefix
        folded = name.map(Self.fold)
    }

    /// Whether this is `*`.
    public var isEverything: Bool { isPrefix && folded.isEmpty }

    /// Whether the name is one of those meant.
    public func matches(_ name: String) -> Bool {
        if isEverything { return true }
        var position = 0
        for byte in name.utf8 {
            guard position < folded.count else { return isPrefix }
            guard Self.fold(byte) == folded[position] else { return false }
            position += 1
        }
        return position == folded.count
    }

    private static func fold(_ byte: UInt8) -> UInt8 { 65...90 ~= byte ? byte + 32 : byte }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        65...90 ~= byte || 97...122 ~= byte || 48...57 ~= byte || byte == 45 || byte == 95
    }
}
