/// One value or member name of a parsed text: where it stands and where the next one begins.
///
/// A text becomes an array of nodes in document order ("tape"): a container is followed by its children, a member name
/// by its value. 20 bytes each, no references: parsing one notice costs two allocations, whatever it holds.
struct JSONNode: Sendable {
    enum Kind: UInt8, Sendable {
        case null, bool, integer, number, string, key, array, object
    }

    var kind: Kind
    /// For strings and keys: the bytes hold escapes and must be decoded before use.
    var hasEscapes: Bool
    /// First byte of the value; for strings and keys, the byte after the quotation mark.
    var start: UInt32
    /// The byte after the value; for strings and keys, the closing quotation mark.
    var end: UInt32
    /// Index of the node after this one and all it contains.
    var next: UInt32
    /// Hash of a decoded key, to find duplicates; of no use outside one parse.
    var keyHash: UInt32
}

/// A parsed text and its tape, shared by all values read from it. Immutable, hence thread-safe.
final class JSONTape: Sendable {
    let bytes: [UInt8]
    let nodes: [JSONNode]

    init(bytes: [UInt8], nodes: [JSONNode]) {
        self.bytes = bytes
        self.nodes = nodes
    }
}
