/// Reads the one XML shape API v2 speaks: fields of text under `<xml>`, nothing else (wechat-pay §3.4).
///
/// Not an XML parser, on purpose: no document types, no entities beyond the five of XML itself and character references, no
/// attributes, comments, processing instructions, nesting. Nothing is resolved, nothing expands: what is built is never longer than
/// the text. One pass, bounded by ``NoticeLimits/xmlByteCountMax`` and ``NoticeLimits/xmlFieldCountMax``; never traps, whatever the
/// bytes.
/// - Complexity: O(n) in bytes.
public struct FlatXMLReader {
    let bytes: [UInt8]
    var position = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The fields of a message.
    ///
    /// - Throws: ``FlatXMLError`` with the reason and the byte offset.
    public static func read(_ bytes: [UInt8]) throws(FlatXMLError) -> NoticeFields {
        guard bytes.count <= NoticeLimits.xmlByteCountMax else {
            throw FlatXMLError(.tooLong, byteOffset: NoticeLimits.xmlByteCountMax)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw FlatXMLError(.malformedUTF8, byteOffset: 0) }
        var reader = FlatXMLReader(bytes)
        try reader.skipProlog()
        let fields = try reader.readRoot()
        reader.skipWhiteSpace()
        guard reader.position == bytes.count else { throw reader.error(.trailingBytes) }
        return fields
    }

    func error(_ reason: FlatXMLErrorReason) -> FlatXMLError {
        FlatXMLError(reason, byteOffset: position)
    }

    /// The byte at the position; throws at the end of the text.
    func currentByte() throws(FlatXMLError) -> UInt8 {
        guard position < bytes.count else { throw error(.endsEarly) }
        return bytes[position]
    }

    /// Whether the text goes on so.
    func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(bytes[position..<(position + count)]) }
    }

    /// Passes this text where the document goes on so.
    mutating func pass(_ text: StaticString) -> Bool {
        guard starts(with: text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    mutating func skipWhiteSpace() {
        while position < bytes.count, Self.isWhiteSpace(bytes[position]) { position += 1 }
    }

    static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private mutating func readRoot() throws(FlatXMLError) -> NoticeFields {
        let start = position
        let root = try readStartTag()
        guard root.name == "xml", !root.isEmpty else { throw FlatXMLError(.wrongRoot, byteOffset: start) }
        var fields = NoticeFields()
        while true {
            skipWhiteSpace()
            if starts(with: "</") {
                try passEndTag("xml")
                return fields
            }
            guard fields.list.count < NoticeLimits.xmlFieldCountMax else { throw error(.tooManyFields) }
            let fieldStart = position
            let field = try readStartTag()
            let value = field.isEmpty ? "" : try readText()
            if !field.isEmpty { try passEndTag(field.name) }
            guard fields.append(field.name, value) else { throw FlatXMLError(.duplicateField, byteOffset: fieldStart) }
        }
    }

    /// Passes `<name>`, or `<name/>`, which is an empty element.
    private mutating func readStartTag() throws(FlatXMLError) -> (name: String, isEmpty: Bool) {
        guard try currentByte() == UInt8(ascii: "<") else { throw error(.unexpectedByte) }
        try refuseDeclarations()
        position += 1
        let name = try readName()
        skipWhiteSpace()
        let isEmpty = pass("/")
        guard try currentByte() == UInt8(ascii: ">") else { throw error(.unexpectedByte) }
        position += 1
        return (name, isEmpty)
    }

    private mutating func passEndTag(_ expected: String) throws(FlatXMLError) {
        guard pass("</") else { throw error(position < bytes.count ? .unexpectedByte : .endsEarly) }
        let start = position
        guard try readName() == expected else { throw FlatXMLError(.unexpectedByte, byteOffset: start) }
        skipWhiteSpace()
        guard try currentByte() == UInt8(ascii: ">") else { throw error(.unexpectedByte) }
        position += 1
    }

    mutating func readName() throws(FlatXMLError) -> String {
        let start = position
        while position < bytes.count, Self.isNameByte(bytes[position], isFirst: position == start) { position += 1 }
        guard position < bytes.count else { throw error(.endsEarly) }
        guard (1...NoticeLimits.xmlNameByteCountMax).contains(position - start) else {
            throw FlatXMLError(.malformedName, byteOffset: start)
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): !isFirst
        default: false
        }
    }
}
