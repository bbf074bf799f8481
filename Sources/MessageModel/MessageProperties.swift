/// What travels with a body: tags, a routing key and headers, encoded once by the sender into one blob and stored as it came.
///
/// Layout of the blob: any number of fields, each kind (1 byte), length (2 bytes, big-endian), value. Kind 1 is a tag, 2 the routing key,
/// 3 a header as `name NUL value`. Readers skip kinds they do not know. No fields, no bytes.
public struct MessageProperties: Sendable, Hashable {
    /// The encoded fields, at most ``Limits/propertiesByteCountMax``.
    public let encoded: Bytes

    /// Nothing travels with the body.
    public static let none = MessageProperties(stored: .empty)

    /// Encodes `tags`, `routingKey` and `headers`.
    ///
    /// - Throws: ``BrokerError/tooManyTags(count:)``, ``BrokerError/propertiesTooLarge(byteCount:)``,
    ///   ``BrokerError/outOfRange(_:)`` for a header name that is empty or holds NUL.
    public init(
        tags: [MessageTag] = [], routingKey: String = "", headers: [(name: String, value: String)] = []
    ) throws(BrokerError) {
        guard tags.count <= Limits.tagCountMax else { throw .tooManyTags(count: tags.count) }
        var blob: [UInt8] = []
        for tag in tags { try Self.append(.tag, tag.bytes.slice, to: &blob) }
        if !routingKey.isEmpty { try Self.append(.routingKey, Array(routingKey.utf8)[...], to: &blob) }
        for header in headers {
            guard !header.name.isEmpty, !header.name.utf8.contains(0) else {
                throw .outOfRange("header name: not empty, without NUL")
            }
            try Self.append(.header, (Array(header.name.utf8) + [0] + Array(header.value.utf8))[...], to: &blob)
        }
        guard blob.count <= Limits.propertiesByteCountMax else { throw .propertiesTooLarge(byteCount: blob.count) }
        encoded = Bytes(blob)
    }

    /// Properties that were checked before they were stored.
    public init(stored encoded: Bytes) { self.encoded = encoded }

    /// The tags, in the order given.
    public var tags: [MessageTag] { fields(.tag).map { MessageTag(stored: Bytes($0)) } }

    /// The routing key; empty where there is none.
    public var routingKey: String { fields(.routingKey).first.map { String(decoding: $0, as: UTF8.self) } ?? "" }

    /// The headers, in the order given.
    public var headers: [(name: String, value: String)] {
        fields(.header).map { field in
            let cut = field.firstIndex(of: 0) ?? field.endIndex
            return (
                String(decoding: field[..<cut], as: UTF8.self),
                String(decoding: field[cut...].dropFirst(), as: UTF8.self)
            )
        }
    }

    private enum Kind: UInt8 {
        case tag = 1
        case routingKey = 2
        case header = 3
    }

    private static func append(_ kind: Kind, _ value: ArraySlice<UInt8>, to blob: inout [UInt8]) throws(BrokerError) {
        guard value.count <= Limits.propertiesByteCountMax else { throw .propertiesTooLarge(byteCount: value.count) }
        blob += [kind.rawValue, UInt8(value.count >> 8), UInt8(value.count & 255)]
        blob += value
    }

    private func fields(_ wanted: Kind) -> [ArraySlice<UInt8>] {
        var found: [ArraySlice<UInt8>] = []
        var rest = encoded.slice
        while rest.count >= 3 {
            let kind = rest.removeFirst()
            let count = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
            guard count <= rest.count else { return found }
            if kind == wanted.rawValue { found.append(rest.prefix(count)) }
            rest = rest.dropFirst(count)
        }
        return found
    }
}
