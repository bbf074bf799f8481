/// Why headers of an endpoint's own cannot be used.
public enum CustomHeaderError: Error, Equatable, Sendable, CustomStringConvertible {
    /// How many there are.
    case count(Int)
    /// How many bytes they have together.
    case byteCount(Int)
    /// The name is not a token of RFC 9110 §5.6.2; by position from 0.
    case name(index: Int)
    /// The value holds a control character; by position from 0.
    case value(index: Int)
    /// The name belongs to the sender; in lower case.
    case reserved(String)
    /// The name is given twice; in lower case.
    case repeated(String)

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .count(let count):
            "\(count) headers: at most \(WebhookLimits.customHeaderCountMax) are allowed"
        case .byteCount(let count):
            "headers of \(count) bytes: at most \(WebhookLimits.customHeadersByteCountMax) together are allowed"
        case .name(let index): "header \(index): a name is letters, digits and !#$%&'*+-.^_`|~"
        case .value(let index): "header \(index): a value has no control characters"
        case .reserved(let name): "header \(name) is set by the sender and cannot be given"
        case .repeated(let name): "header \(name) is given twice"
        }
    }
}

/// Headers an endpoint asks to have sent with every message, checked (merchant-push §10). Immutable, thread-safe.
public struct CustomHeaders: Sendable {
    /// Names as given and values, in order.
    public let list: [(name: String, value: String)]

    private static let reservedNames: Set<String> = [
        "host", "connection", "transfer-encoding", "te", "trailer", "upgrade", "keep-alive", "expect",
        "accept-encoding", "user-agent", "idempotency-key",
    ]
    private static let reservedPrefixes = ["content-", "proxy-", "webhook-"]

    /// Checks names, values, number and size.
    public init(_ list: [(name: String, value: String)]) throws(CustomHeaderError) {
        guard list.count <= WebhookLimits.customHeaderCountMax else { throw .count(list.count) }
        let byteCount = list.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        guard byteCount <= WebhookLimits.customHeadersByteCountMax else { throw .byteCount(byteCount) }
        var seen: Set<String> = []
        for (index, header) in list.enumerated() {
            guard Self.isToken(header.name) else { throw .name(index: index) }
            guard Self.isFieldValue(header.value) else { throw .value(index: index) }
            let name = header.name.lowercased()
            guard !Self.isReserved(name) else { throw .reserved(name) }
            guard seen.insert(name).inserted else { throw .repeated(name) }
        }
        self.list = list
    }

    private static func isReserved(_ lowercaseName: String) -> Bool {
        reservedNames.contains(lowercaseName) || reservedPrefixes.contains { lowercaseName.hasPrefix($0) }
    }

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private static func isFieldValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
    }
}
