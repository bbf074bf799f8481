extension JSONReader {
    /// Reads a string or a member name, checking UTF-8 and escapes; the position is at the quotation mark.
    mutating func readString(as kind: JSONNode.Kind) throws(JSONError) {
        let index = try openNode(kind, start: position + 1)
        position += 1
        while true {
            passPlainText()
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
            default: try passMultiByteCharacter(first: byte)
            }
        }
    }

    /// Passes ASCII that stands for itself, most of every text: eight bytes at a time, the rest one by one.
    private mutating func passPlainText() {
        let start = position
        let end = bytes.withUnsafeBytes { text in
            var end = start
            while end + 8 <= text.count, Self.isPlain(text.loadUnaligned(fromByteOffset: end, as: UInt64.self)) {
                end += 8
            }
            while end < text.count, Self.isPlain(text[end]) { end += 1 }
            return end
        }
        position = end
    }

    /// Whether a text is ASCII that needs no escape.
    static func isPlain(_ text: UnsafeRawBufferPointer) -> Bool {
        var end = 0
        while end + 8 <= text.count {
            guard isPlain(text.loadUnaligned(fromByteOffset: end, as: UInt64.self)) else { return false }
            end += 8
        }
        return text[end...].allSatisfy { isPlain($0) }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// The same of all eight bytes. A byte's top bit in `hits` says that it, or one below it that is a hit itself, is not plain: as a whole exact.
    private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let slashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let controls = (word &- (ones &* 0x20)) & ~word
        let hits = word | controls | ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)
        return hits & (ones &* 0x80) == 0
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
