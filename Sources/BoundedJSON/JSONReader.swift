/// Reads one JSON text into a tape, in one pass over the bytes.
///
/// Strict RFC 8259: UTF-8 checked, no duplicate member names, no lone surrogates, one value and white space only.
/// - Complexity: O(n) in bytes, plus O(m log m) for an object of more than `pairwiseMemberMax` members.
struct JSONReader {
    /// Up to this many members are compared with one another; larger objects are sorted, so that a hostile text
    /// cannot make the check quadratic.
    static let pairwiseMemberMax = 24

    let bytes: [UInt8]
    let limits: JSONLimits
    var position = 0
    var nodes: [JSONNode] = []

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
        self.nodes.reserveCapacity(Swift.min(limits.nodeCountMax, bytes.count / 12 + 8))
    }

    static func read(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) -> JSONTape {
        guard bytes.count <= limits.byteCountMax else { throw JSONError(.tooLong, byteOffset: limits.byteCountMax) }
        var reader = JSONReader(bytes: bytes, limits: limits)
        reader.skipWhiteSpace()
        try reader.readValue(depth: 0)
        reader.skipWhiteSpace()
        guard reader.position == bytes.count else { throw reader.error(.trailingBytes) }
        return JSONTape(bytes: bytes, nodes: reader.nodes)
    }

    func error(_ reason: JSONErrorReason) -> JSONError {
        JSONError(reason, byteOffset: position)
    }

    /// The byte at the position; throws at the end of the text.
    func currentByte() throws(JSONError) -> UInt8 {
        guard position < bytes.count else { throw error(.endsEarly) }
        return bytes[position]
    }

    mutating func skipWhiteSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Appends a node whose end is not known yet and gives its index.
    mutating func openNode(_ kind: JSONNode.Kind, start: Int) throws(JSONError) -> Int {
        guard nodes.count < limits.nodeCountMax else { throw error(.tooManyValues) }
        let offset = UInt32(start)
        nodes.append(JSONNode(kind: kind, hasEscapes: false, start: offset, end: offset, next: 0, keyHash: 0))
        return nodes.count - 1
    }

    mutating func closeNode(_ index: Int, end: Int) {
        nodes[index].end = UInt32(end)
        nodes[index].next = UInt32(nodes.count)
    }

    mutating func readValue(depth: Int) throws(JSONError) {
        switch try currentByte() {
        case UInt8(ascii: "{"): try readObject(depth: depth + 1)
        case UInt8(ascii: "["): try readArray(depth: depth + 1)
        case UInt8(ascii: "\""): try readString(as: .string)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try readNumber()
        case UInt8(ascii: "t"): try readWord("true", as: .bool)
        case UInt8(ascii: "f"): try readWord("false", as: .bool)
        case UInt8(ascii: "n"): try readWord("null", as: .null)
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func readWord(_ word: StaticString, as kind: JSONNode.Kind) throws(JSONError) {
        let index = try openNode(kind, start: position)
        for offset in 0..<word.utf8CodeUnitCount {
            let expected = word.withUTF8Buffer { $0[offset] }
            guard try currentByte() == expected else { throw error(.unexpectedByte) }
            position += 1
        }
        closeNode(index, end: position)
    }

    private mutating func readArray(depth: Int) throws(JSONError) {
        guard depth <= limits.depthMax else { throw error(.tooDeep) }
        let index = try openNode(.array, start: position)
        position += 1
        skipWhiteSpace()
        if try currentByte() != UInt8(ascii: "]") {
            while true {
                try readValue(depth: depth)
                if try !skipComma(orClose: UInt8(ascii: "]")) { break }
            }
        }
        position += 1
        closeNode(index, end: position)
    }

    private mutating func readObject(depth: Int) throws(JSONError) {
        guard depth <= limits.depthMax else { throw error(.tooDeep) }
        let index = try openNode(.object, start: position)
        position += 1
        skipWhiteSpace()
        if try currentByte() != UInt8(ascii: "}") {
            while true {
                try readMember(depth: depth)
                if try !skipComma(orClose: UInt8(ascii: "}")) { break }
            }
        }
        position += 1
        closeNode(index, end: position)
        try refuseDuplicateKeys(inObjectAt: index)
    }

    private mutating func readMember(depth: Int) throws(JSONError) {
        guard try currentByte() == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
        try readString(as: .key)
        skipWhiteSpace()
        guard try currentByte() == UInt8(ascii: ":") else { throw error(.unexpectedByte) }
        position += 1
        skipWhiteSpace()
        try readValue(depth: depth)
    }

    /// After an element: true when a comma was passed and another element must follow, false at the closing byte.
    private mutating func skipComma(orClose close: UInt8) throws(JSONError) -> Bool {
        skipWhiteSpace()
        let byte = try currentByte()
        if byte == close { return false }
        guard byte == UInt8(ascii: ",") else { throw error(.unexpectedByte) }
        position += 1
        skipWhiteSpace()
        return true
    }
}
