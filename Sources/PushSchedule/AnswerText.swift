/// Reads the few things an acknowledgement may say, without understanding the rest.
enum AnswerText {
    /// Without ASCII white space at both ends.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var slice = bytes
        while let first = slice.first, isSpace(first) { slice.removeFirst() }
        while let last = slice.last, isSpace(last) { slice.removeLast() }
        return slice
    }

    /// True for a JSON object whose member `code` is `SUCCESS`, or XML whose element `return_code` is.
    static func saysSuccess(_ body: [UInt8]) -> Bool {
        let text = trimmed(body[...])
        switch text.first {
        case UInt8(ascii: "{"):
            var scanner = JSONCodeScanner(text)
            return scanner.topLevelCode().map { $0.elementsEqual("SUCCESS".utf8) } ?? false
        case UInt8(ascii: "<"):
            return returnCode(text).map { $0.elementsEqual("SUCCESS".utf8) } ?? false
        default: return false
        }
    }

    /// The text of the only `return_code` element, plain or CDATA; nil when there is none, several, or what could hide one.
    private static func returnCode(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard find("<!--", in: text) == nil, find("<!DOCTYPE", in: text) == nil,
            let open = find("<return_code>", in: text),
            let close = find("</return_code>", in: text[open.upperBound...]),
            find("<return_code>", in: text[open.upperBound...]) == nil
        else { return nil }
        let content = trimmed(text[open.upperBound..<close.lowerBound])
        guard content.starts(with: "<![CDATA[".utf8) else { return content }
        guard content.count >= 12, content.suffix(3).elementsEqual("]]>".utf8) else { return nil }
        return content.dropFirst(9).dropLast(3)
    }

    private static func find(_ pattern: StaticString, in text: ArraySlice<UInt8>) -> Range<Int>? {
        let wanted = Array("\(pattern)".utf8)
        guard text.count >= wanted.count else { return nil }
        for start in text.startIndex...(text.endIndex - wanted.count)
        where text[start..<start + wanted.count].elementsEqual(wanted) {
            return start..<start + wanted.count
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 32 || (9...13).contains(byte)
    }
}
