/// Decodes URL-encoded pairs in place, in one pass: what is decoded is never longer than what it came from.
struct FormDecoder {
    private var pairs: [CMQForm.Pair] = []
    private var hasAmpersandInValue = false
    /// The next byte to read.
    private var position = 0
    /// Where the next decoded byte goes; never behind ``position``.
    private var end = 0

    /// All pairs of `source`.
    static func decode(_ source: consuming [UInt8]) throws(CMQFault) -> CMQForm {
        var buffer = source
        guard buffer.count <= 2 * CMQLimits.requestByteCountMax else { throw .unreadable("the request") }
        var decoder = FormDecoder()
        decoder.pairs.reserveCapacity(16)
        var bytes = buffer.mutableSpan
        while decoder.position < bytes.count { try decoder.readPair(&bytes) }
        buffer.removeLast(buffer.count - decoder.end)
        let order = FormOrder.byName(decoder.pairs, in: buffer)
        let form = CMQForm(
            buffer: buffer, pairs: decoder.pairs, order: order, hasAmpersandInValue: decoder.hasAmpersandInValue)
        try form.refuseRepeatedNames()
        return form
    }

    private mutating func readPair(_ bytes: inout MutableSpan<UInt8>) throws(CMQFault) {
        if bytes[position] == UInt8(ascii: "&") {
            position += 1
            return
        }
        let name = try readText(&bytes, endingAt: UInt8(ascii: "="))
        let trimmed = try checkName(bytes, name.range)
        var value = end..<end
        if position < bytes.count, bytes[position] == UInt8(ascii: "=") {
            position += 1
            let text = try readText(&bytes, endingAt: UInt8(ascii: "&"))
            value = text.range
            if text.bits >= 0x80, !UTF8Check.accepts(bytes, value) {
                throw .wrongType(shown(bytes, trimmed), "UTF-8 text is allowed")
            }
        }
        guard pairs.count < CMQLimits.parameterCountMax else {
            throw .batchSize("request", "at most \(CMQLimits.parameterCountMax) parameters")
        }
        pairs.append(.init(name: name.range, trimmedName: trimmed, value: value))
    }

    /// Decodes up to `stop` or `&`, which is not passed; `bits` has every bit that some decoded byte has.
    private mutating func readText(
        _ bytes: inout MutableSpan<UInt8>, endingAt stop: UInt8
    ) throws(CMQFault) -> (range: Range<Int>, bits: UInt8) {
        let start = end
        var bits: UInt8 = 0
        while position < bytes.count {
            var byte = bytes[position]
            if byte == UInt8(ascii: "&") || byte == stop { break }
            if byte == UInt8(ascii: "%") {
                guard position + 2 < bytes.count, let high = Self.hexDigit(bytes[position + 1]),
                    let low = Self.hexDigit(bytes[position + 2])
                else { throw .unreadable("an escape that is not % and two hexadecimal digits") }
                byte = high << 4 | low
                if byte == UInt8(ascii: "&") { hasAmpersandInValue = true }
                position += 2
            } else if byte == UInt8(ascii: "+") {
                byte = UInt8(ascii: " ")
            }
            position += 1
            bytes[end] = byte
            end += 1
            bits |= byte
        }
        return (start..<end, bits)
    }

    /// Names that one client sends with a blank behind them, in ListSubscriptionByTopic, ClearSubscriptionFilterTags and
    /// SetSubscriptionAttributes (`cmq-protocol.md` §1.2).
    private static let namesWithBlank = ["searchWord", "offset", "limit", "subscriptionName"]

    /// The range of a name without the blank behind it.
    ///
    /// Any other blank is refused: a name that is read without its blanks is signed with them, and so gives a signed text one more way to be cut
    /// (`reliability.md` rule 29).
    private func checkName(_ bytes: borrowing MutableSpan<UInt8>, _ name: Range<Int>) throws(CMQFault) -> Range<Int> {
        var (start, end) = (name.lowerBound, name.upperBound)
        while start < end, Self.isBlank(bytes[start]) { start += 1 }
        while start < end, Self.isBlank(bytes[end - 1]) { end -= 1 }
        guard start < end, name.count <= CMQLimits.parameterNameByteCountMax else {
            throw .invalidKey(shown(bytes, start..<end))
        }
        for index in start..<end where !Self.isNameByte(bytes[index]) { throw .invalidKey(shown(bytes, start..<end)) }
        guard start..<end == name || hasKnownBlank(bytes, name, trimmed: start..<end) else {
            throw .invalidKey(shown(bytes, start..<end))
        }
        return start..<end
    }

    /// Whether a name is one of ``namesWithBlank`` with one blank behind it.
    private func hasKnownBlank(
        _ bytes: borrowing MutableSpan<UInt8>, _ name: Range<Int>, trimmed: Range<Int>
    ) -> Bool {
        guard trimmed.lowerBound == name.lowerBound, trimmed.upperBound + 1 == name.upperBound,
            bytes[trimmed.upperBound] == UInt8(ascii: " ")
        else { return false }
        return Self.namesWithBlank.contains { known in
            guard known.utf8.count == trimmed.count else { return false }
            var index = trimmed.lowerBound
            for byte in known.utf8 {
                guard bytes[index] == byte else { return false }
                index += 1
            }
            return true
        }
    }

    /// A name as a fault's text repeats it: cut, and with anything but letters, digits and marks of names replaced.
    private func shown(_ bytes: borrowing MutableSpan<UInt8>, _ range: Range<Int>) -> String {
        var text: [UInt8] = []
        for index in range.prefix(CMQLimits.quotedByteCountMax) {
            text.append(Self.isNameByte(bytes[index]) ? bytes[index] : UInt8(ascii: "?"))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 9 }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
