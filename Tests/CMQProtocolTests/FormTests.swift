import CMQProtocol
import Testing

@Suite("forms")
struct FormTests {
    private func form(_ text: String) throws(CMQFault) -> CMQForm {
        try CMQForm.parse(query: nil, body: Array(text.utf8))
    }

    private func module(_ bytes: [UInt8]) -> Int {
        do throws(CMQFault) {
            _ = try CMQForm.parse(query: nil, body: bytes)
            return 0
        } catch { return error.module }
    }

    @Test("blanks are + or %20, blank values stay, a name without = has a blank value, the first = ends the name")
    func decoding() throws {
        let form = try form("a=1+2%202&b=&c&d=x=y%3d&&e=%E6%94%AF%F0%9F%98%80%0A%09&")
        #expect(form.count == 5)
        #expect(form.text(of: "a") == "1 2 2" && form.text(of: "b") == "" && form.text(of: "c") == "")
        #expect(form.text(of: "d") == "x=y=" && form.text(of: "e") == "支😀\n\t" && form.value(of: "f") == nil)
    }

    @Test("query and body are one form, for either method")
    func both() throws {
        let form = try CMQForm.parse(query: "a=1&b=2", body: Array("c=3".utf8))
        #expect(form.text(of: "a") == "1" && form.text(of: "b") == "2" && form.text(of: "c") == "3")
        #expect(throws: CMQFault.self) { try CMQForm.parse(query: "a=1", body: Array("a=1".utf8)) }
        #expect(try CMQForm.parse(query: nil, body: []).count == 0)
        #expect(try CMQForm.parse(query: "", body: Array("a=1".utf8)).count == 1)
    }

    @Test(
        "the blank that one client sends behind four names is ignored when they are looked up, kept when they are signed"
    )
    func blanksBehindNames() throws {
        let form = try form("searchWord+=x&offset%20=0&limit+=5&subscriptionName+=s")
        #expect(form.text(of: "searchWord") == "x" && form.text(of: "offset") == "0" && form.text(of: "limit") == "5")
        #expect(form.text(of: "subscriptionName") == "s")
        let text = API2Signing.candidates(form, method: "GET", hosts: ["h"], path: "/", allowsUnsignedAtValues: false)
        #expect(
            String(decoding: text[0], as: UTF8.self) == "GETh/?limit =5&offset =0&searchWord =x&subscriptionName =s")
        #expect(module(Array("limit=1&limit+=2".utf8)) == 10330)
    }

    @Test(
        "any other blank around a name is refused: the name would be signed with it and read without",
        arguments: [
            "msgTag.1+=risk", "msgBody+=x", "+limit=5", "limit++=5", "limit%09=5", "%09limit=5", "Limit+=5",
            "limits+=5",
            "limi+=5", "queueName+=q", "Action+=SendMessage",
        ])
    func otherBlanks(_ text: String) { #expect(module(Array(text.utf8)) == 10310) }

    @Test("a name twice is refused")
    func repeated() {
        #expect(module(Array("a=1&b=2&a=1".utf8)) == 10330)
        #expect(module(Array("a=1&%61=2".utf8)) == 10330)
        #expect(module(Array("a=1&A=2".utf8)) == 0)
    }

    @Test(
        "names that cannot be names are refused",
        arguments: ["=1", "a%00=1", "a%3D=1", "a%26b=1", "a b=1", "a[]=1", "%E6%94%AF=1", "+=1"])
    func names(_ text: String) { #expect(module(Array(text.utf8)) == 10310) }

    @Test("escapes are % and two hexadecimal digits", arguments: ["a=%", "a=%1", "a=%zz", "a=%1g", "%=1", "a=%%41"])
    func escapes(_ text: String) { #expect(module(Array(text.utf8)) == 10420) }

    @Test("values are UTF-8: no lone, overlong, cut, surrogate or too large characters")
    func utf8() {
        let bad: [[UInt8]] = [
            [0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE6, 0x94], [0xC3], [0xFF], [0xC3, 0x28],
            [0xF0, 0x9F, 0x98],
        ]
        for bytes in bad {
            #expect(module(Array("msgBody=a".utf8) + bytes) == 10360)
            #expect(module(Array("msgBody=a".utf8) + bytes + Array("&b=1".utf8)) == 10360)
            let escaped = bytes.map { "%" + String($0, radix: 16) }.joined()
            #expect(module(Array("msgBody=\(escaped)".utf8)) == 10360)
        }
        // A character cut by the end of a value is not completed by the next value.
        #expect(module(Array("a=%E6%94&b=%AF".utf8)) == 10360)
        #expect(module(Array("a=%ED%9F%BF%EE%80%80%F4%8F%BF%BF%C2%80".utf8)) == 0)
    }

    @Test("the number of parameters is bounded")
    func bound() {
        let most = (0..<CMQLimits.parameterCountMax).map { "p\($0)=1" }.joined(separator: "&")
        #expect(module(Array(most.utf8)) == 0)
        #expect(module(Array((most + "&q=1").utf8)) == 10370)
        #expect(module(Array((String(repeating: "n", count: 65) + "=1").utf8)) == 10310)
    }

    @Test("a form takes what a plain decoder takes, and gives the same, under 20,000 random changes")
    func mutations() throws {
        var random = SeededGenerator(seed: 20_231_114)
        let seeds = try CMQFixtures.requests().filter { $0.id.hasPrefix("py3 POST") }.map(\.body)
        let marks = Array("&=%+.@_ 0aF".utf8) + [0x00, 0x80, 0xC3, 0xFF]
        var acceptedCount = 0
        for _ in 0..<20_000 {
            var bytes = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = marks.randomElement(using: &random) ?? 0
                case 1: bytes.insert(marks.randomElement(using: &random) ?? 0, at: place)
                case 2: bytes.remove(at: place)
                default: bytes[place] = UInt8.random(in: 0...255, using: &random)
                }
            }
            let expected = PlainForm.pairs(bytes)
            guard let form = try? CMQForm.parse(query: nil, body: bytes) else {
                #expect(expected == nil, "refused: \(String(decoding: bytes, as: UTF8.self))")
                continue
            }
            acceptedCount += 1
            guard let expected else {
                Issue.record("taken: \(String(decoding: bytes, as: UTF8.self))")
                continue
            }
            #expect(form.count == expected.count)
            for (name, value) in expected { #expect(form.value(of: name).map(Array.init) == value) }
        }
        #expect(acceptedCount > 5_000)
    }
}

/// A form decoder without regard to speed, to compare with.
private enum PlainForm {
    /// The pairs with trimmed names; nil where the form must be refused.
    static func pairs(_ bytes: [UInt8]) -> [String: [UInt8]]? {
        var pairs: [String: [UInt8]] = [:]
        for piece in bytes.split(separator: UInt8(ascii: "&")) {
            let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
            guard let rawName = decode(piece[..<equals]), let value = decode(piece[equals...].dropFirst()),
                String(validating: value, as: UTF8.self) != nil, rawName.count <= 64
            else { return nil }
            let withBlank = ["searchWord ", "offset ", "limit ", "subscriptionName "].map { Array($0.utf8) }
            let name = withBlank.contains(rawName) ? rawName.dropLast() : rawName[...]
            let isName = name.allSatisfy {
                48...57 ~= $0 || 65...90 ~= $0 || 97...122 ~= $0 || [45, 46, 95].contains($0)
            }
            guard !name.isEmpty, isName else { return nil }
            guard pairs.updateValue(value, forKey: String(decoding: name, as: UTF8.self)) == nil else { return nil }
        }
        return pairs
    }

    private static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
                let digits = [high, low]
                guard
                    digits.allSatisfy({ 48...57 ~= $0 || 65...70 ~= $0 || 97...102 ~= $0 }),
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else { return nil }
                decoded.append(value)
            } else {
                decoded.append(byte == UInt8(ascii: "+") ? 32 : byte)
            }
        }
        return decoded
    }
}
