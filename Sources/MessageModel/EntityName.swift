/// The name of a queue, a topic or a subscription, checked once at the border.
///
/// The rule is CMQ's (`cmq-protocol.md` §2): a letter first, then letters, digits, `-` and `_`, at most
/// ``Limits/nameByteCountMax`` bytes. Names that differ only in case count as the same.
public struct EntityName: Sendable, Hashable, CustomStringConvertible {
    /// The name as its creator spelled it.
    public let text: String

    /// Checks `text`.
    ///
    /// - Throws: ``BrokerError/invalidName(_:)`` with what is wrong.
    public init(_ text: String) throws(BrokerError) {
        guard Self.isValid(text) else { throw .invalidName(String(text.prefix(Limits.nameByteCountMax + 1))) }
        self.text = text
    }

    /// The name.
    public var description: String { text }

    /// Lower-case bytes: what names are compared and hashed by.
    public var folded: [UInt8] { text.utf8.map { 65...90 ~= $0 ? $0 + 32 : $0 } }

    /// Compares without regard to case.
    public static func == (left: Self, right: Self) -> Bool { left.folded == right.folded }

    /// Agrees with `==`.
    public func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    private static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= Limits.nameByteCountMax, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || 48...57 ~= $0 || $0 == 45 || $0 == 95 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { 65...90 ~= byte || 97...122 ~= byte }
}

extension EntityName: ExpressibleByStringLiteral {
    /// A name written in the program. Traps on an invalid one, which is a mistake of the program.
    public init(stringLiteral value: String) {
        precondition(
            Self.isValid(value), "a name is a letter, then letters, digits, - and _, at most 64 in all: \(value)")
        text = value
    }
}
