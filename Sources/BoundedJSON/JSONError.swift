/// Why a text was refused as JSON, and at which byte.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was wrong.
    public let reason: JSONErrorReason
    /// The offset of the first byte that could not stand, from 0; the length of the text when it ended too early.
    public let byteOffset: Int

    /// Makes an error.
    public init(_ reason: JSONErrorReason, byteOffset: Int) {
        self.reason = reason
        self.byteOffset = byteOffset
    }

    /// One sentence for logs; never shows any of the text.
    public var description: String {
        "not acceptable JSON at byte \(byteOffset): \(reason.sentence)"
    }
}

/// The kinds of refusal. A closed set, fit for a metric label.
public enum JSONErrorReason: String, Sendable, CaseIterable {
    /// The text is longer than the limit.
    case tooLong
    /// More arrays and objects are open than the limit allows.
    case tooDeep
    /// The text holds more values than the limit allows.
    case tooManyValues
    /// The text ends inside a value.
    case endsEarly
    /// A byte that cannot stand where it stands.
    case unexpectedByte
    /// Something follows the value.
    case trailingBytes
    /// A number that RFC 8259 does not allow.
    case malformedNumber
    /// A control character below U+0020 in a string; it must be escaped.
    case controlCharacter
    /// An escape that RFC 8259 does not know, or half a surrogate pair.
    case malformedEscape
    /// Bytes that are not UTF-8.
    case malformedUTF8
    /// An object names one member twice.
    case duplicateKey

    /// What was wrong and what is allowed.
    public var sentence: String {
        switch self {
        case .tooLong: "the text is longer than allowed"
        case .tooDeep: "arrays and objects are nested deeper than allowed"
        case .tooManyValues: "the text holds more values than allowed"
        case .endsEarly: "the text ends inside a value"
        case .unexpectedByte: "this byte cannot stand here"
        case .trailingBytes: "only white space may follow the value"
        case .malformedNumber: "a number is digits without a leading zero, with optional fraction and exponent"
        case .controlCharacter: "control characters must be escaped"
        case .malformedEscape: "an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX, surrogates in pairs"
        case .malformedUTF8: "strings must be UTF-8"
        case .duplicateKey: "an object may name a member only once"
        }
    }
}
