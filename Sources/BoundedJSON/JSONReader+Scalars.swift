extension JSONReader {
    /// Reads a string or a member name, checking UTF-8 and escapes; the position is at the quotation mark.
    mutating func readString(as kind: JSONNode.Kind) throws(JSONError) {
        let index = try openNode(kind, start: position + 1)
        position += 1
        while true {
            let byte = try currentByte()
            switch byte {
            case UInt8(ascii: "\""):
                closeNode(index, end: position)
                if kind == .key { nodes[index].keyHash = keyHash(nodes[index]) }
                position += 1
                return
            case UInt8(ascii: "\\"):
                nodes[index].hasEscapes = true
                try passEscape()
            case 0x00..<0x20: throw error(.controlCharacter)
            case 0x20..<0x80: position += 1
            default: try passMultiByteCharacter(first: byte)
            }
        }
    }

    private mutating func passEscape() throws(JSONError) {
        let escapeStart = position
        position += 1
        switch try currentByte() {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            try passUnicodeEscape(escapeStart: escapeStart)
        default: throw error(.malformedEscape)
        }
    }

    private mutating func passUnicodeEscape(escapeStart: Int) throws(JSONError) {
        let unit = try readFourHexDigits()
        if unit & 0xFC00 == 0xDC00 { throw JSONError(.malformedEscape, byteOffset: escapeStart) }
        guard unit & 0xFC00 == 0xD800 else { return }
        for expected in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
            guard try currentByte() == expected else { throw JSONError(.malformedEscape, byteOffset: escapeStart) }
            position += 1
        }
        let low = try readFourHexDigits()
        guard low & 0xFC00 == 0xDC00 else { throw JSONError(.malformedEscape, byteOffset: escapeStart) }
    }

    private mutating func readFourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = JSONEscapes.hexDigit(try currentByte()) else { throw error(.malformedEscape) }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    /// Passes one character of two to four bytes: shortest form only, no surrogates, at most U+10FFFF (RFC 3629 §4).
    private mutating func passMultiByteCharacter(first: UInt8) throws(JSONError) {
        let continuationCount: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: continuationCount = 1
        case 0xE0: (continuationCount, second) = (2, 0xA0...0xBF)
        case 0xED: (continuationCount, second) = (2, 0x80...0x9F)
        case 0xE1...0xEF: continuationCount = 2
        case 0xF0: (continuationCount, second) = (3, 0x90...0xBF)
        case 0xF1...0xF3: continuationCount = 3
        case 0xF4: (continuationCount, second) = (3, 0x80...0x8F)
        default: throw error(.malformedUTF8)
        }
        guard position + continuationCount < bytes.count else { throw error(.malformedUTF8) }
        guard second.contains(bytes[position + 1]) else { throw error(.malformedUTF8) }
        for offset in stride(from: 2, through: continuationCount, by: 1) where bytes[position + offset] & 0xC0 != 0x80 {
            throw error(.malformedUTF8)
        }
        position += continuationCount + 1
    }

    /// Reads a number: an integer keeps its kind, a fraction or exponent makes it text only.
    mutating func readNumber() throws(JSONError) {
        let index = try openNode(.integer, start: position)
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if try currentByte() == UInt8(ascii: "0") { position += 1 } else { try passDigits() }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            nodes[index].kind = .number
            position += 1
            try passDigits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            nodes[index].kind = .number
            position += 1
            if [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(try currentByte()) { position += 1 }
            try passDigits()
        }
        if position < bytes.count, isDigit(bytes[position]) { throw error(.malformedNumber) }
        closeNode(index, end: position)
    }

    /// Passes one digit or more.
    private mutating func passDigits() throws(JSONError) {
        guard isDigit(try currentByte()) else { throw error(.malformedNumber) }
        while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }
}
