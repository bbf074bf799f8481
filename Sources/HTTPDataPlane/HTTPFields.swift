internal import NIOHTTP1

/// The header fields of a message in their order on the wire; names compare without case.
public struct HTTPFields: Sendable, Equatable {
    var storage: HTTPHeaders

    init(_ headers: HTTPHeaders) {
        storage = headers
    }

    /// No fields.
    public init() {
        storage = HTTPHeaders()
    }

    /// Fields in the order given; repeated names stay repeated.
    public init(_ pairs: [(String, String)]) {
        storage = HTTPHeaders(pairs)
    }

    /// The value of the first field of that name.
    public subscript(_ name: String) -> String? { storage.first(name: name) }

    /// All values of that name in order, not split at commas.
    public func values(of name: String) -> [String] {
        storage.lazy.filter { Self.sameName($0.name, name) }.map(\.value)
    }

    /// How many fields have that name; 2 or more is a duplicate, which signed protocols refuse.
    public func occurrences(of name: String) -> Int {
        storage.reduce(0) { $0 + (Self.sameName($1.name, name) ? 1 : 0) }
    }

    /// Adds a field at the end.
    public mutating func append(_ name: String, _ value: String) {
        storage.add(name: name, value: value)
    }

    /// How many fields there are.
    public var count: Int { storage.count }

    /// Names and values together, without separators.
    var byteCount: Int {
        storage.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }

    private static func sameName(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { lowered($0) == lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (65...90).contains(byte) ? byte | 0x20 : byte
    }
}

extension HTTPFields: Sequence {
    /// The fields in order.
    public func makeIterator() -> AnyIterator<(name: String, value: String)> {
        var iterator = storage.makeIterator()
        return AnyIterator { iterator.next().map { ($0.name, $0.value) } }
    }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
    /// Fields in the order written; repeated names stay repeated.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}

extension HTTPFields {
    /// Equal when the same names (without case) carry the same values in the same order.
    public static func == (left: HTTPFields, right: HTTPFields) -> Bool {
        left.count == right.count
            && zip(left.storage, right.storage).allSatisfy { sameName($0.name, $1.name) && $0.value == $1.value }
    }
}
