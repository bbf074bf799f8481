import BoundedJSON
import Testing

@Suite struct JSONWriterTests {
    @Test("commas stand between elements and nowhere else")
    func commas() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("a", "x")
        writer.member("b", Int64.min)
        writer.key("c")
        writer.beginArray()
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.null()
        writer.bool(true)
        writer.raw(Array("{\"r\":1}".utf8))
        writer.endArray()
        writer.member("d", false)
        writer.member("e", 0)
        writer.endObject()
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(
            text == #"{"a":"x","b":-9223372036854775808,"c":[{},[],null,true,{"r":1}],"d":false,"e":0}"#)
    }

    @Test("only what must be escaped is escaped; Chinese stays as it is")
    func escapes() {
        var writer = JSONWriter()
        writer.string("支付/\"\\\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}😀")
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #""支付/\"\\\b\f\n\r\t\u0001\u001f"# + "\u{7f}😀\"")
    }

    @Test("bytes that are UTF-8 are written like text; others are replaced, so that the answer stays JSON")
    func bytes() throws {
        for text in ["", "plain", "\"a\"\n\\", "支付😀\u{1}", "\u{1f}end"] {
            var fromText = JSONWriter()
            fromText.string(text)
            var fromBytes = JSONWriter()
            fromBytes.string(utf8: ([0x78] + Array(text.utf8)).dropFirst())
            #expect(fromText.bytes == fromBytes.bytes)
        }
        var writer = JSONWriter()
        writer.string(utf8: [0x61, 0xFF, 0x22])
        #expect(try JSONValue.parse(writer.bytes).string == "a\u{FFFD}\"")
    }

    @Test("a writer goes on behind bytes that are there")
    func appending() {
        var writer = JSONWriter(appendingTo: Array("head ".utf8))
        writer.integer(Int64.max)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "head 9223372036854775807")
    }
}

@Suite struct StrictBase64Tests {
    @Test(
        "the published examples come out, both ways",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func publishedExamples(plain: String, encoded: String) {
        #expect(StrictBase64.encode(Array(plain.utf8)) == encoded)
        #expect(StrictBase64.decode(encoded) == Array(plain.utf8))
    }

    @Test("every byte in every place survives")
    func everyByte() {
        for byte in UInt8.min...UInt8.max {
            for count in 1...5 {
                let bytes = (0..<count).map { byte &+ UInt8($0) &* 77 }
                #expect(StrictBase64.decode(StrictBase64.encode(bytes)) == bytes)
            }
        }
    }

    @Test(
        "every other spelling is refused",
        arguments: [
            "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Zm9v\n", "Zm 9v", " Zm9v", "Zm-_", "Z===", "====", "=",
            "Zg==Zg==",
            "Zm9vé", "Zm9\0",
        ])
    func refusals(text: String) {
        #expect(StrictBase64.decode(text) == nil)
    }
}
