/// One value of a parsed JSON text.
///
/// A cursor (a reference and an index): cheap to copy, keeps the whole text alive. Text is decoded when asked for.
/// Numbers are never floating point: an integer is read exactly into 64 bits, anything else stays text.
/// Thread-safe: what it points to does not change.
public struct JSONValue: Sendable {
    /// The kinds of values. `number` is a number with a fraction or an exponent.
    public enum Kind: Sendable {
        case null, bool, integer, number, string, array, object
    }

    let tape: JSONTape
    let index: Int

    init(tape: JSONTape, index: Int) {
        self.tape = tape
        self.index = index
    }

    /// Reads one strict JSON text.
    /// - Throws: `JSONError` with the reason and the byte offset.
    /// - Complexity: O(n) in bytes.
    public static func parse(_ bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) -> JSONValue {
        JSONValue(tape: try JSONReader.read(bytes, limits: limits), index: 0)
    }

    var node: JSONNode { tape.nodes[index] }

    /// What kind of value this is.
    public var kind: Kind {
        switch node.kind {
        case .null: .null
        case .bool: .bool
        case .integer: .integer
        case .number: .number
        case .string, .key: .string
        case .array: .array
        case .object: .object
        }
    }

    /// True for `null`.
    public var isNull: Bool { node.kind == .null }

    /// True for an object.
    public var isObject: Bool { node.kind == .object }

    /// `true` or `false`; nil for any other kind.
    public var bool: Bool? {
        node.kind == .bool ? tape.bytes[Int(node.start)] == UInt8(ascii: "t") : nil
    }

    /// The value exactly as it stands in the text; a string with its quotation marks.
    public var rawBytes: [UInt8] {
        let isText = node.kind == .string || node.kind == .key
        return Array(tape.bytes[(Int(node.start) - (isText ? 1 : 0))..<(Int(node.end) + (isText ? 1 : 0))])
    }

    /// The integer, exactly. Nil for other kinds, for numbers with a fraction or an exponent, and outside 64 bits.
    public var int64: Int64? {
        guard node.kind == .integer else { return nil }
        var value: Int64 = 0
        let isNegative = tape.bytes[Int(node.start)] == UInt8(ascii: "-")
        for position in (Int(node.start) + (isNegative ? 1 : 0))..<Int(node.end) {
            let digit = Int64(tape.bytes[position] - UInt8(ascii: "0"))
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(isNegative ? -digit : digit)
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }

    /// A number as it is written; nil for other kinds.
    public var numberText: String? {
        guard node.kind == .integer || node.kind == .number else { return nil }
        return String(decoding: tape.bytes[Int(node.start)..<Int(node.end)], as: UTF8.self)
    }
}
