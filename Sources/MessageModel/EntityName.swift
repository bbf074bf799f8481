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
    public var folded: [UInt8] { text.utf8.map(Self.fold) }

    /// Compares without regard to case.
    public static func == (left: Self, right: Self) -> Bool {
        let (one, other) = (left.text.utf8, right.text.utf8)
        guard one.count == other.count else { return false }
        var rest = other.makeIterator()
        for byte in one {
            guard let next = rest.next(), fold(byte) == fold(next) else { return false }
        }
        return true
    }

    /// Agrees with `==`. Names stand on the way of every message: no array is made.
    public func hash(into hasher: inout Hasher) {
        var word: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            word = word << 8 | UInt64(Self.fold(byte))
            count += 1
            guard count % 8 == 0 else { continue }
            hasher.combine(word)
            word = 0
        }
        hasher.combine(word)
        hasher.combine(count)
    }

    private static func fold(_ byte: UInt8) -> UInt8 { 65...90 ~= byte ? byte | 0x20 : byte }

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
