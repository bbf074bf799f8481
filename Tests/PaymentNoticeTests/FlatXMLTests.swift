import PaymentNotice
import Testing

@Suite struct FlatXMLTests {
    private func reason(_ text: String) -> FlatXMLErrorReason? { reason(Array(text.utf8)) }

    private func reason(_ bytes: [UInt8]) -> FlatXMLErrorReason? {
        do {
            _ = try FlatXMLReader.read(bytes)
            return nil
        } catch {
            return error.reason
        }
    }

    private func value(_ content: String) throws -> String? {
        try FlatXMLReader.read(Array("<xml><a>\(content)</a></xml>".utf8))["a"]
    }

    @Test("fields are read in order, whatever white space, prolog and empty forms stand around them")
    func documents() throws {
        for text in [
            "<xml><a>1</a><b><![CDATA[x]]></b><c></c></xml>", " \n<xml>\r\n<a>1</a>\t<b>x</b><c/>\n</xml>\n ",
            "<?xml version=\"1.0\"?><xml ><a >1</a ><b>x</b><c /></xml >",
            "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<xml><a>1</a><b>x</b><c><![CDATA[]]></c></xml>",
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?><xml><a>1</a><b>x</b><c/></xml>",
        ] {
            let fields = try FlatXMLReader.read(Array(text.utf8))
            #expect(fields.list.map(\.name) == ["a", "b", "c"], "\(text)")
            #expect(fields.list.map(\.value) == ["1", "x", ""], "\(text)")
            #expect(fields.filled("c") == nil && fields["c"] == "" && fields["d"] == nil)
        }
        #expect(try FlatXMLReader.read(Array("<xml></xml>".utf8)).list.isEmpty)
    }

    @Test("text is decoded and not trimmed: CDATA, the five entities, character references, line ends")
    func texts() throws {
        #expect(try value("  a b ") == "  a b ")
        #expect(try value("<![CDATA[<&>]]]]><![CDATA[>]]>") == "<&>]]>")
        #expect(try value("a<![CDATA[b]]>c") == "abc")
        #expect(try value("&amp;&lt;&gt;&quot;&apos;") == "&<>\"'")
        #expect(try value("&#38;&#x26;&#x4E2D;&#128512;&#13;") == "&&中😀\r")
        #expect(try value("a\r\nb\rc\nd<![CDATA[\r\n]]>") == "a\nb\nc\nd\n")
        #expect(try value("深圳]]&amp;]") == "深圳]]&]")
        // Decoded once only.
        #expect(try value("&amp;lt;&#38;amp;") == "&lt;&amp;")
    }

    @Test("document types are refused wherever they stand, and nothing of them is read")
    func documentTypes() {
        for text in [
            "<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><a>&e;</a></xml>", "<!DOCTYPE xml><xml/>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE xml>", "<!doctype xml>", "<xml><!DOCTYPE a></xml>",
            "<xml><a><!ENTITY b \"c\"></a></xml>", "<xml><!ENTITY % p \"q\"></xml>",
            "<xml><a>1</a><!ELEMENT a ANY></xml>",
        ] {
            #expect(reason(text) == .forbiddenDTD, "\(text)")
        }
        #expect(reason("<xml><a><![CDATA[<!DOCTYPE a>]]></a></xml>") == nil)
    }

    @Test("entities beyond the five and references to no character are refused")
    func references() {
        for content in ["&e;", "&", "& ", "&amp", "&AMP;", "&nbsp;", "&;"] {
            #expect(reason("<xml><a>\(content)</a></xml>") == .unknownEntity, "\(content)")
        }
        for content in [
            "&#;", "&#x;", "&#0;", "&#8;", "&#xD800;", "&#xFFFE;", "&#x110000;", "&#-1;", "&#xG;", "&#1a;", "&#X41;",
            "&#000000000065;", "&#99999999999999999999;",
        ] {
            #expect(reason("<xml><a>\(content)</a></xml>") == .malformedReference, "\(content)")
        }
    }

    @Test("nesting, attributes, comments, instructions, duplicates and other roots are refused")
    func shapes() {
        let cases: [(String, FlatXMLErrorReason)] = [
            ("<xml><a><b>1</b></a></xml>", .nested), ("<xml><a>1<b/></a></xml>", .nested),
            ("<xml><xml><a>1</a></xml></xml>", .nested), ("<xml a=\"1\"></xml>", .unexpectedByte),
            ("<xml><a b=\"1\">1</a></xml>", .unexpectedByte), ("<xml><!-- c --></xml>", .forbiddenMarkup),
            ("<!-- c --><xml></xml>", .forbiddenMarkup), ("<xml><a><!-- c --></a></xml>", .forbiddenMarkup),
            ("<xml><?php ?></xml>", .forbiddenMarkup), ("<?xml-stylesheet a?><xml></xml>", .forbiddenMarkup),
            (" <?xml version=\"1.0\"?><xml></xml>", .forbiddenMarkup), ("<xml><a>1</a><a>2</a></xml>", .duplicateField),
            ("<xml><a>1</a><b/><a/></xml>", .duplicateField), ("<XML></XML>", .wrongRoot), ("<a>1</a>", .wrongRoot),
            ("<xml/>", .wrongRoot), ("<xml>text</xml>", .unexpectedByte), ("<xml><![CDATA[a]]></xml>", .unexpectedByte),
            ("<xml><a>1</b></xml>", .unexpectedByte), ("<xml></xml2>", .unexpectedByte), ("{}", .unexpectedByte),
            ("<xml></xml><xml></xml>", .trailingBytes), ("<xml></xml>\u{0}", .trailingBytes),
            ("<xml></xml><!DOCTYPE a>", .trailingBytes), ("<xml><1a>1</1a></xml>", .malformedName),
            ("<xml><a:b>1</a:b></xml>", .unexpectedByte), ("<xml><深>1</深></xml>", .malformedName),
            ("<xml>< a>1</a></xml>", .malformedName), ("<xml><a>]]></a></xml>", .forbiddenCharacter),
            ("<xml><a>\u{1}</a></xml>", .forbiddenCharacter), ("<xml><a>\u{0}</a></xml>", .forbiddenCharacter),
            ("<xml><a><![CDATA[\u{1B}]]></a></xml>", .forbiddenCharacter),
            ("<xml><a>\u{FFFF}</a></xml>", .forbiddenCharacter),
        ]
        for (text, expected) in cases { #expect(reason(text) == expected, "\(text)") }
        for declaration in [
            "version=\"1.1\"", "encoding=\"UTF-8\"", "version=\"1.0\" encoding=\"GBK\"", "version=\"1.0\" other=\"a\"",
            "version=\"1.0\" version=\"1.0\"",
        ] {
            #expect(reason("<?xml \(declaration)?><xml></xml>") == .unsupportedDeclaration, "\(declaration)")
        }
    }

    @Test("bytes, fields and names have their bounds; what is at a bound is read, what is beyond is refused")
    func bounds() throws {
        func fields(_ count: Int) -> String { (0..<count).map { "<f\($0)>1</f\($0)>" }.joined() }
        #expect(try FlatXMLReader.read(Array("<xml>\(fields(200))</xml>".utf8)).list.count == 200)
        #expect(reason("<xml>\(fields(201))</xml>") == .tooManyFields)
        let name = String(repeating: "n", count: 64)
        #expect(reason("<xml><\(name)/></xml>") == nil)
        #expect(reason("<xml><n\(name)/></xml>") == .malformedName)
        let frame = "<xml><a></a></xml>".utf8.count
        let longest = String(repeating: "x", count: 65_536 - frame)
        #expect(reason("<xml><a>\(longest)</a></xml>") == nil)
        #expect(reason("<xml><a>\(longest)x</a></xml>") == .tooLong)
        #expect(reason(String(repeating: "<a>", count: 21_000)) == .wrongRoot)
        #expect(reason("<xml>" + String(repeating: "<a>", count: 21_000)) == .nested)
    }

    @Test("bytes that are not UTF-8 are refused: alone, overlong, surrogates, cut")
    func encodings() {
        for bytes in [
            [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE6, 0xB7], [0xC3, 0xEE], [0xF5, 0x80, 0x80, 0x80],
        ] as [[UInt8]] {
            #expect(reason(Array("<xml><a>".utf8) + bytes + Array("</a></xml>".utf8)) == .malformedUTF8)
        }
        #expect(reason([0xFF, 0xFE, 0x3C, 0x00]) == .malformedUTF8)
    }

    @Test("no beginning of a document is taken for the whole")
    func truncation() {
        let whole = Array(
            "<?xml version=\"1.0\"?><xml><a><![CDATA[深]]></a><b>1&amp;&#x41;</b><c/></xml>".utf8)
        #expect(reason(whole) == nil)
        for count in whole.indices { #expect(reason(Array(whole[..<count])) != nil, "\(count)") }
    }

    @Test("what the writer writes, the reader reads back")
    func roundTrip() throws {
        var fields = NoticeFields()
        for (index, value) in ["", "1250", "a&<>\"'", "]]>", "]]]]>>", "a\r\nb\r", "深圳😀", " x ", "]]", ">", "012"]
            .enumerated()
        {
            fields.set("f\(index)", value)
        }
        #expect(try FlatXMLReader.read(FlatXMLWriter.write(fields)) == fields)
        let answer = try FlatXMLReader.read(Array(FlatXMLWriter.answer(returnCode: "SUCCESS", message: "OK").utf8))
        #expect(answer["return_code"] == "SUCCESS" && answer["return_msg"] == "OK")
    }

    @Test("errors name the place and what is allowed")
    func errors() throws {
        #expect(throws: FlatXMLError(.duplicateField, byteOffset: 13)) {
            try FlatXMLReader.read(Array("<xml><a>1</a><a>2</a></xml>".utf8))
        }
        for reason in FlatXMLErrorReason.allCases {
            #expect(FlatXMLError(reason, byteOffset: 7).description.contains("at byte 7: "))
        }
    }
}
