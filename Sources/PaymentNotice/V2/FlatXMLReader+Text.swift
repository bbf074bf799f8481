extension FlatXMLReader {
    /// The text of a field up to its end tag: characters, CDATA sections and references, joined.
    mutating func readText() throws(FlatXMLError) -> String {
        var text: [UInt8] = []
        while true {
            switch try currentByte() {
            case UInt8(ascii: "<"):
                if pass("<![CDATA[") {
                    try readCDATA(into: &text)
                } else if starts(with: "</") {
                    return String(decoding: text, as: UTF8.self)
                } else {
                    try refuseDeclarations()
                    throw error(position + 1 < bytes.count ? .nested : .endsEarly)
                }
            case UInt8(ascii: "&"): try readReference(into: &text)
            case UInt8(ascii: "]") where starts(with: "]]>"): throw error(.forbiddenCharacter)
            default: try readCharacter(into: &text)
            }
        }
    }

    private mutating func readCDATA(into text: inout [UInt8]) throws(FlatXMLError) {
        while !pass("]]>") {
            guard position < bytes.count else { throw error(.endsEarly) }
            try readCharacter(into: &text)
        }
    }

    /// One byte of a character; the text is known to be UTF-8. XML 1.0 §2.2 says which characters there are, §2.11 that every line end
    /// reads as a line feed.
    private mutating func readCharacter(into text: inout [UInt8]) throws(FlatXMLError) {
        let byte = bytes[position]
        switch byte {
        case 0x0D:
            if !starts(with: "\r\n") { text.append(0x0A) }
        case 0x09, 0x0A: text.append(byte)
        case 0x00..<0x20: throw error(.forbiddenCharacter)
        case 0xEF where starts(with: "\u{FFFE}") || starts(with: "\u{FFFF}"): throw error(.forbiddenCharacter)
        default: text.append(byte)
        }
        position += 1
    }

    private mutating func readReference(into text: inout [UInt8]) throws(FlatXMLError) {
        if pass("&amp;") {
            text.append(UInt8(ascii: "&"))
        } else if pass("&lt;") {
            text.append(UInt8(ascii: "<"))
        } else if pass("&gt;") {
            text.append(UInt8(ascii: ">"))
        } else if pass("&quot;") {
            text.append(UInt8(ascii: "\""))
        } else if pass("&apos;") {
            text.append(UInt8(ascii: "'"))
        } else if starts(with: "&#") {
            text.append(contentsOf: String(try readCharacterReference()).utf8)
        } else {
            throw error(.unknownEntity)
        }
    }

    /// `&#100;` or `&#x64;`.
    private mutating func readCharacterReference() throws(FlatXMLError) -> Character {
        let start = position
        position += 2
        let isHexadecimal = pass("x")
        var value: UInt32 = 0
        var digitCount = 0
        while try currentByte() != UInt8(ascii: ";") {
            guard let digit = Self.digit(bytes[position], isHexadecimal: isHexadecimal),
                digitCount < NoticeLimits.xmlReferenceDigitCountMax
            else { throw FlatXMLError(.malformedReference, byteOffset: start) }
            value = value * (isHexadecimal ? 16 : 10) + digit
            digitCount += 1
            position += 1
        }
        position += 1
        guard digitCount > 0, let scalar = Unicode.Scalar(value), Self.isAllowed(scalar) else {
            throw FlatXMLError(.malformedReference, byteOffset: start)
        }
        return Character(scalar)
    }

    private static func digit(_ byte: UInt8, isHexadecimal: Bool) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f") where isHexadecimal: UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F") where isHexadecimal: UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: true
        case 0x00..<0x20, 0xFFFE, 0xFFFF: false
        default: true
        }
    }
}
