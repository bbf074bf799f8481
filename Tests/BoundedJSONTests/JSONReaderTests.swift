import BoundedJSON
import Testing

private func parse(_ text: String) throws -> JSONValue {
    try JSONValue.parse(Array(text.utf8))
}

private func refusal(_ bytes: [UInt8], limits: JSONLimits = .standard) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONValue.parse(bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}

private func refusal(_ text: String) -> JSONError? {
    refusal(Array(text.utf8))
}

@Suite struct JSONReaderTests {
    @Test("every kind of value is read, with white space anywhere it may stand")
    func readsEveryKind() throws {
        let root = try parse(
            " {\"a\" : [ 1 , -2,3.5,1e3 ], \"b\":{} ,\"c\":null,\t\"d\":true,\r\n\"e\":false,\"f\":\"支付\",\"g\":[]} ")
        #expect(root.kind == .object)
        #expect(root["a"]?.array?.map(\.kind) == [.integer, .integer, .number, .number])
        #expect(root["a"]?.array?.map(\.numberText) == ["1", "-2", "3.5", "1e3"])
        #expect(root["b"]?.members?.isEmpty == true)
        #expect(root["c"]?.isNull == true)
        #expect(root["d"]?.bool == true)
        #expect(root["e"]?.bool == false)
        #expect(root["f"]?.string == "支付")
        #expect(root["g"]?.array?.isEmpty == true)
        #expect(root["missing"] == nil)
        #expect(root.members?.map(\.key) == ["a", "b", "c", "d", "e", "f", "g"])
    }

    @Test("a value is given back exactly as it was written")
    func rawBytes() throws {
        let root = try parse("{\"a\":[1, {\"b\":\"x\\n\"}],\"c\":\"d\"}")
        #expect(root["a"].map { String(decoding: $0.rawBytes, as: UTF8.self) } == "[1, {\"b\":\"x\\n\"}]")
        #expect(root["c"].map { String(decoding: $0.rawBytes, as: UTF8.self) } == "\"d\"")
    }

    @Test("an accessor of another kind gives nothing")
    func wrongKinds() throws {
        let root = try parse("{\"s\":\"1\",\"n\":1,\"o\":{},\"a\":[],\"b\":true}")
        #expect(root["s"]?.int64 == nil && root["s"]?.bool == nil && root["s"]?.array == nil)
        #expect(root["n"]?.string == nil && root["n"]?["x"] == nil && root["n"]?.members == nil)
        #expect(root["o"]?.string == nil && root["a"]?["x"] == nil && root["b"]?.int64 == nil)
        #expect(root["n"]?.stringBytes == nil && root["s"]?.numberText == nil)
    }

    @Test(
        "an integer is exact to 64 bits, and nothing else is an integer",
        arguments: [
            ("0", 0), ("-0", 0), ("1250", 1250), ("9223372036854775807", Int64.max),
            ("-9223372036854775808", Int64.min), ("9223372036854775808", nil), ("-9223372036854775809", nil),
            ("99999999999999999999999", nil), ("1.0", nil), ("1e3", nil), ("12.50", nil), ("1E0", nil),
        ] as [(String, Int64?)])
    func integers(text: String, expected: Int64?) throws {
        let value = try parse(text)
        #expect(value.int64 == expected)
        #expect(value.numberText == text)
    }

    @Test("escapes are decoded, in names too")
    func escapes() throws {
        let root = try parse(#"{"a\u0062":"\"\\\/\b\f\n\r\t\u0041\u00e9\u652f\ud83d\ude00\u0000"}"#)
        #expect(root["ab"]?.string == "\"\\/\u{8}\u{c}\n\r\tAé支😀\0")
        #expect(root["ab"]?.stringBytes == Array("\"\\/\u{8}\u{c}\n\r\tAé支😀\0".utf8))
        #expect(root["ab"]?.equals("\"\\/\u{8}\u{c}\n\r\tAé支😀\0") == true)
        #expect(try parse("\"abc\"").equals("abd") == false)
        #expect(try parse("\"abc\"").equals("abcd") == false)
        #expect(try parse("1").equals("1") == false)
    }

    @Test(
        "a malformed text is refused with the reason and the byte where it went wrong",
        arguments: [
            ("", .endsEarly, 0), (" ", .endsEarly, 1), ("{", .endsEarly, 1), ("[1", .endsEarly, 2),
            ("{\"a\"", .endsEarly, 4), ("{\"a\":", .endsEarly, 5), ("{\"a\":1", .endsEarly, 6), ("\"a", .endsEarly, 2),
            ("tru", .endsEarly, 3), ("-", .endsEarly, 1), ("1.", .endsEarly, 2), ("1e", .endsEarly, 2),
            ("[1,]", .unexpectedByte, 3), ("{\"a\":1,}", .unexpectedByte, 7), ("{a:1}", .unexpectedByte, 1),
            ("{'a':1}", .unexpectedByte, 1), ("{\"a\" 1}", .unexpectedByte, 5), ("[1 2]", .unexpectedByte, 3),
            ("nul1", .unexpectedByte, 3), ("NaN", .unexpectedByte, 0), ("+1", .unexpectedByte, 0),
            (".5", .unexpectedByte, 0), ("/**/1", .unexpectedByte, 0), ("\u{FEFF}1", .unexpectedByte, 0),
            ("1 1", .trailingBytes, 2), ("{}}", .trailingBytes, 2), ("01", .malformedNumber, 1),
            ("-a", .malformedNumber, 1), ("1.a", .malformedNumber, 2), ("1e+", .endsEarly, 3),
            ("1ea", .malformedNumber, 2), ("\"\n\"", .controlCharacter, 1), ("\"\0\"", .controlCharacter, 1),
            (#""\x""#, .malformedEscape, 2), (#""\u12g4""#, .malformedEscape, 5), (#""\ud800""#, .malformedEscape, 1),
            (#""\udc00""#, .malformedEscape, 1), (#""\ud800\u0041""#, .malformedEscape, 1),
            (#""\ud800\n""#, .malformedEscape, 1), ("{\"a\":1,\"a\":2}", .duplicateKey, 8),
            (#"{"a":1,"\u0061":2}"#, .duplicateKey, 8),
        ] as [(String, JSONErrorReason, Int)])
    func malformed(text: String, reason: JSONErrorReason, offset: Int) {
        #expect(refusal(text) == JSONError(reason, byteOffset: offset))
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE], [0xF0, 0x9F, 0x98], [0xE6, 0x94],
        ] as [[UInt8]])
    func malformedUTF8(bytes: [UInt8]) {
        #expect(refusal([0x22] + bytes + [0x22])?.reason == .malformedUTF8)
    }

    @Test("every character of every UTF-8 length is read")
    func wellFormedUTF8() throws {
        for scalar in [
            "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
        ] {
            #expect(try parse("\"\(scalar)\"").string == scalar)
        }
    }

    @Test("32 levels are read and 33 are refused, of arrays and of objects")
    func depth() throws {
        func nested(_ open: String, _ close: String, _ depth: Int) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        #expect(refusal(nested("[", "]", 32)) == nil)
        #expect(refusal(nested("[", "]", 33)) == JSONError(.tooDeep, byteOffset: 32))
        #expect(refusal(nested("{\"a\":", "}", 32)) == nil)
        #expect(refusal(nested("{\"a\":", "}", 33))?.reason == .tooDeep)
        #expect(refusal(String(repeating: "[", count: 100_000))?.reason == .tooDeep)
    }

    @Test("length and number of values are bounded")
    func size() {
        #expect(refusal(Array("[1]".utf8), limits: JSONLimits(byteCountMax: 3)) == nil)
        #expect(refusal(Array("[12]".utf8), limits: JSONLimits(byteCountMax: 3))?.reason == .tooLong)
        #expect(refusal(Array("[1,2]".utf8), limits: JSONLimits(nodeCountMax: 3)) == nil)
        #expect(refusal(Array("[1,2,3]".utf8), limits: JSONLimits(nodeCountMax: 3))?.reason == .tooManyValues)
    }

    @Test("a large object is searched for duplicates as a small one is")
    func manyMembers() throws {
        let members = (0..<2_000).map { "\"k\($0)\":\($0)" }
        let root = try parse("{" + members.joined(separator: ",") + "}")
        #expect(root["k1999"]?.int64 == 1_999)
        #expect(refusal("{" + (members + ["\"k7\":0"]).joined(separator: ",") + "}")?.reason == .duplicateKey)
        #expect(refusal("{" + (members + ["\"k\\u0037\":0"]).joined(separator: ",") + "}")?.reason == .duplicateKey)
    }

    @Test("equal names in different objects are no duplicates")
    func duplicatesPerObject() throws {
        let root = try parse("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}")
        #expect(root["a"]?["a"]?["a"]?.int64 == 1)
    }

    @Test("every byte is judged alike wherever it stands in a text")
    func everyByteEverywhere() throws {
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 18)
        for offset in letters.indices {
            for byte in UInt8.min...UInt8.max {
                var text = letters
                text[offset] = byte
                let bytes = [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")]
                switch byte {
                case 0..<0x20: #expect(refusal(bytes) == JSONError(.controlCharacter, byteOffset: offset + 1))
                case UInt8(ascii: "\""): #expect(refusal(bytes) == JSONError(.trailingBytes, byteOffset: offset + 2))
                case UInt8(ascii: "\\"): #expect(refusal(bytes) != nil)
                case 0x80...: #expect(refusal(bytes) == JSONError(.malformedUTF8, byteOffset: offset + 1))
                default: #expect(try JSONValue.parse(bytes).string == String(decoding: text, as: UTF8.self))
                }
            }
        }
    }
}
