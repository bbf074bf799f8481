/// Why bytes are not a flat XML notice, and at which byte.
public struct FlatXMLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was wrong.
    public let reason: FlatXMLErrorReason
    /// The offset of the first byte that could not stand, from 0; the length of the text when it ended too early.
    public let byteOffset: Int

    /// Makes an error.
    public init(_ reason: FlatXMLErrorReason, byteOffset: Int) {
        self.reason = reason
        self.byteOffset = byteOffset
    }

    /// One sentence for logs; never shows any of the text.
    public var description: String {
        "not an acceptable XML notice at byte \(byteOffset): \(reason.sentence)"
    }
}

/// The kinds of refusal. A closed set.
public enum FlatXMLErrorReason: String, Sendable, CaseIterable {
    /// The text is longer than the limit.
    case tooLong
    /// Bytes that are not UTF-8.
    case malformedUTF8
    /// The text ends inside the document.
    case endsEarly
    /// A byte that cannot stand where it stands.
    case unexpectedByte
    /// A document type declaration, or one of its parts.
    case forbiddenDTD
    /// A comment or a processing instruction.
    case forbiddenMarkup
    /// The XML declaration names another version or encoding than 1.0 and UTF-8, or is none.
    case unsupportedDeclaration
    /// The outermost element is not `xml`.
    case wrongRoot
    /// An element inside a field.
    case nested
    /// A field's name is too long or has other characters than the platform uses.
    case malformedName
    /// The same field twice.
    case duplicateField
    /// More fields than the limit allows.
    case tooManyFields
    /// An entity other than the five of XML itself, or an ampersand alone.
    case unknownEntity
    /// A character reference to no character of XML.
    case malformedReference
    /// A control character, or the end mark of a CDATA section outside one.
    case forbiddenCharacter
    /// Something other than white space follows the document.
    case trailingBytes

    /// What was wrong and what is allowed.
    public var sentence: String {
        switch self {
        case .tooLong: "at most \(NoticeLimits.xmlByteCountMax) bytes are allowed"
        case .malformedUTF8: "the text must be UTF-8"
        case .endsEarly: "the text ends inside the document"
        case .unexpectedByte: "this byte cannot stand here; fields are <name>value</name> without attributes"
        case .forbiddenDTD: "a document type declaration is not allowed"
        case .forbiddenMarkup: "comments and processing instructions are not allowed"
        case .unsupportedDeclaration: "only version 1.0 and encoding UTF-8 are read"
        case .wrongRoot: "the outermost element must be <xml>"
        case .nested: "a field holds text only, no elements"
        case .malformedName:
            "a name is a letter or _ and letters, digits, _ - . after it, at most \(NoticeLimits.xmlNameByteCountMax) bytes"
        case .duplicateField: "a field may stand only once"
        case .tooManyFields: "at most \(NoticeLimits.xmlFieldCountMax) fields are allowed"
        case .unknownEntity: "only &amp; &lt; &gt; &quot; &apos; and character references are allowed"
        case .malformedReference: "a character reference must name a character that XML allows"
        case .forbiddenCharacter: "this character is not allowed here"
        case .trailingBytes: "only white space may follow the document"
        }
    }
}
