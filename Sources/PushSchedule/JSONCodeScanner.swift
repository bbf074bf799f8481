/// Finds the string member `code` of a JSON object without decoding the rest; bounded in depth.
///
/// Refuses what is ambiguous: two members of that name, or text that is not JSON.
struct JSONCodeScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
        rest = text
    }

    /// The raw text of the member between its quotes; nil when absent, no string, doubled, or the object is broken.
    mutating func topLevelCode() -> ArraySlice<UInt8>? {
        var code: ArraySlice<UInt8>?
        guard take("{") else { return nil }
        if take("}") { return nil }
        repeat {
            guard let name = string(), take(":") else { return nil }
            if name.elementsEqual("code".utf8) {
                guard code == nil, let value = string() else { return nil }
                code = value
            } else {
                guard skipValue(depth: 1) else { return nil }
            }
        } while take(",")
        guard take("}") else { return nil }
        skipSpace()
        return rest.isEmpty ? code : nil
    }

    private mutating func skipSpace() {
        while let byte = rest.first, byte == 32 || byte == 9 || byte == 10 || byte == 13 { rest.removeFirst() }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func string() -> ArraySlice<UInt8>? {
        guard take("\"") else { return nil }
        var index = rest.startIndex
        while index < rest.endIndex, rest[index] != UInt8(ascii: "\"") {
            if rest[index] < 0x20 { return nil }
            index += rest[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < rest.endIndex else { return nil }
        defer { rest = rest[(index + 1)...] }
        return rest[rest.startIndex..<index]
    }

    private mutating func skipValue(depth: Int) -> Bool {
        guard depth < ScheduleLimits.ackJSONDepthMax else { return false }
        skipSpace()
        switch rest.first {
        case UInt8(ascii: "\""): return string() != nil
        case UInt8(ascii: "{"): return skipMembers(depth: depth)
        case UInt8(ascii: "["): return skipElements(depth: depth)
        default: return skipLiteral()
        }
    }

    private mutating func skipMembers(depth: Int) -> Bool {
        guard take("{") else { return false }
        if take("}") { return true }
        repeat {
            guard string() != nil, take(":"), skipValue(depth: depth + 1) else { return false }
        } while take(",")
        return take("}")
    }

    private mutating func skipElements(depth: Int) -> Bool {
        guard take("[") else { return false }
        if take("]") { return true }
        repeat {
            guard skipValue(depth: depth + 1) else { return false }
        } while take(",")
        return take("]")
    }

    /// Numbers, true, false, null: their letters are not looked at.
    private mutating func skipLiteral() -> Bool {
        let literal = rest.prefix { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
        }
        rest = rest[literal.endIndex...]
        return !literal.isEmpty
    }
}
