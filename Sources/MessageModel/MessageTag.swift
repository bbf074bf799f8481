/// A message tag or a subscription's filter tag, checked once at the border.
///
/// CMQ allows 16 characters, its newer control plane 64 (`cmq-protocol.md` §4); both fit the byte bound here.
public struct MessageTag: Sendable, Hashable {
    /// The tag's UTF-8 bytes, 1…``Limits/tagByteCountMax``.
    public let bytes: Bytes

    /// Checks `text`: not empty, at most ``Limits/tagByteCountMax`` bytes of UTF-8.
    ///
    /// - Throws: ``BrokerError/invalidTag(_:)``.
    public init(_ text: String) throws(BrokerError) {
        guard !text.isEmpty, text.utf8.count <= Limits.tagByteCountMax else {
            throw .invalidTag(String(text.prefix(80)))
        }
        bytes = Bytes(text)
    }

    /// A tag that was checked before it was stored.
    init(stored bytes: Bytes) { self.bytes = bytes }

    /// The tag as text.
    public var text: String { bytes.text ?? "" }
}
