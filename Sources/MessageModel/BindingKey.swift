/// A pattern that a routing key must match, checked once at the border.
///
/// Words separated by `.`; `*` stands for exactly one word, `#` for any number of words, none included (`cmq-protocol.md` §4.3 and
/// §13, row 24).
public struct BindingKey: Sendable, Hashable, CustomStringConvertible {
    /// The pattern as its creator wrote it.
    public let text: String

    /// Checks `text`: 1…``Limits/routingKeyByteCountMax`` bytes, at most ``Limits/routingKeyWordCountMax`` words.
    ///
    /// - Throws: ``BrokerError/invalidRoutingKey(_:)``.
    public init(_ text: String) throws(BrokerError) {
        guard !text.isEmpty, Self.fits(text) else { throw .invalidRoutingKey(String(text.prefix(80))) }
        self.text = text
    }

    /// The pattern.
    public var description: String { text }

    /// Whether `text` is short enough for a routing or binding key.
    public static func fits(_ text: String) -> Bool {
        text.utf8.count <= Limits.routingKeyByteCountMax
            && text.utf8.count(where: { $0 == UInt8(ascii: ".") }) < Limits.routingKeyWordCountMax
    }
}
