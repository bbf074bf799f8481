extension FlatXMLReader {
    /// Passes a byte-order mark and an XML declaration, both optional.
    mutating func skipProlog() throws(FlatXMLError) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        if starts(with: "<?xml"), position + 5 < bytes.count, Self.isWhiteSpace(bytes[position + 5]) {
            position += 5
            try readDeclaration()
        }
        skipWhiteSpace()
    }

    /// `version="1.0" encoding="UTF-8" standalone="yes"?>`; the last two optional.
    private mutating func readDeclaration() throws(FlatXMLError) {
        let start = position
        var seen: [String: String] = [:]
        skipWhiteSpace()
        while !pass("?>") {
            let name = try readName()
            skipWhiteSpace()
            guard try currentByte() == UInt8(ascii: "=") else { throw error(.unexpectedByte) }
            position += 1
            skipWhiteSpace()
            let isNew = seen.updateValue(try readQuoted(), forKey: name) == nil
            guard isNew else { throw error(.unsupportedDeclaration) }
            skipWhiteSpace()
        }
        let encoding = seen["encoding"] ?? "utf-8"
        guard seen["version"] == "1.0", encoding.lowercased() == "utf-8",
            seen.keys.allSatisfy({ ["version", "encoding", "standalone"].contains($0) })
        else { throw FlatXMLError(.unsupportedDeclaration, byteOffset: start) }
    }

    private mutating func readQuoted() throws(FlatXMLError) -> String {
        let quote = try currentByte()
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw error(.unexpectedByte) }
        position += 1
        let start = position
        while try currentByte() != quote {
            guard bytes[position] != UInt8(ascii: "<") else { throw error(.unexpectedByte) }
            position += 1
        }
        position += 1
        return String(decoding: bytes[start..<(position - 1)], as: UTF8.self)
    }

    /// At a `<`: throws where a declaration, a comment or a processing instruction begins. No legitimate message has one, and nothing
    /// of it is read.
    func refuseDeclarations() throws(FlatXMLError) {
        if starts(with: "<?") || starts(with: "<!--") { throw error(.forbiddenMarkup) }
        guard starts(with: "<!") else { return }
        guard position + 2 < bytes.count else { throw error(.endsEarly) }
        // DOCTYPE, and ENTITY, ELEMENT, ATTLIST, NOTATION, which stand inside one.
        throw error(starts(with: "<![") ? .unexpectedByte : .forbiddenDTD)
    }
}
