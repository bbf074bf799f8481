/// The parameters of a request: URL-encoded pairs of query and body, decoded once into one buffer.
///
/// Values and names are UTF-8, no name is there twice, every name is made of letters, digits, `.`, `_` and `-`. One client sends four names with a
/// blank behind them: it is kept for the signature and ignored when a parameter is looked up (`cmq-protocol.md` §1.2). The pairs are also kept in
/// byte order of their names, which is the order they are signed in.
///
/// Thread-safe: a value. Slices it hands out share its buffer.
public struct CMQForm: Sendable {
    /// Where one pair stands in the buffer.
    struct Pair: Sendable {
        /// The name as it was sent.
        var name: Range<Int>
        /// The name without blanks around it.
        var trimmedName: Range<Int>
        /// The value.
        var value: Range<Int>
    }

    /// All names and values, decoded.
    let buffer: [UInt8]
    /// In the order they came: query, then body.
    let pairs: [Pair]
    /// Indices of ``pairs`` in byte order of ``Pair/name``.
    let order: [Int]
    /// Whether some value holds an `&`, so that its signed text could be cut into pairs in another way.
    let hasAmpersandInValue: Bool

    /// Reads the query and the body, whatever the method and the content type are.
    ///
    /// `+` and `%20` both mean a blank; a pair ends its name at the first `=`; blank values are kept; empty pairs (`&&`) are passed over.
    /// - Throws: ``CMQFault``: 10420 malformed escape or more than ``CMQLimits/requestByteCountMax`` bytes, 10310 a name that cannot be one,
    ///   10330 a name twice, 10360 a value that is not UTF-8, 10370 more than ``CMQLimits/parameterCountMax`` pairs.
    /// - Complexity: O(n) in bytes, plus O(p²) comparisons of names in the number of pairs, which is small.
    public static func parse(query: String?, body: [UInt8]) throws(CMQFault) -> CMQForm {
        var source = body
        if let query, !query.isEmpty {
            source = Array(query.utf8)
            if !body.isEmpty {
                source.append(UInt8(ascii: "&"))
                source.append(contentsOf: body)
            }
        }
        return try FormDecoder.decode(source)
    }

    /// How many parameters there are.
    public var count: Int { pairs.count }

    /// The value of the parameter of that name, blanks around the name ignored; nil where there is none.
    public func value(of name: String) -> ArraySlice<UInt8>? {
        index(of: name).map { buffer[pairs[$0].value] }
    }

    /// As ``value(of:)``, as text.
    public func text(of name: String) -> String? {
        value(of: name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The index in ``pairs`` of the parameter of that name.
    func index(of name: String) -> Int? {
        let text = name.utf8
        let byteCount = text.count
        for (index, pair) in pairs.enumerated() where pair.trimmedName.count == byteCount {
            if buffer[pair.trimmedName].elementsEqual(text) { return index }
        }
        return nil
    }

    /// The name of a pair for a fault's text, without blanks around it.
    func shownName(_ index: Int) -> String { String(decoding: buffer[pairs[index].trimmedName], as: UTF8.self) }
}
