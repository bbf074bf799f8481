import BoundedJSON
import CMQProtocol
import Testing

@Suite("strings to sign")
struct SigningVectorTests {
    private func form(_ vector: JSONValue) throws -> CMQForm {
        try CMQForm.parse(query: nil, body: Array(vector.text("form").utf8))
    }

    private func candidates(_ vector: JSONValue, allowsAt: Bool = true) throws -> [[UInt8]] {
        API2Signing.candidates(
            try form(vector), method: vector.text("method"), hosts: CandidateHosts.all(host: vector.text("host")),
            path: vector.text("path"), style: vector.text("style") == "api3" ? .api3 : .api2,
            allowsUnsignedAtValues: allowsAt)
    }

    @Test("every vector's string is built byte for byte")
    func vectors() throws {
        let vectors = try CMQFixtures.json("signing.json")["forms"]?.array ?? []
        #expect(vectors.count == 20)
        for vector in vectors {
            let expected = Array(vector.text("stringToSign").utf8)
            let isFound = try candidates(vector).contains(expected)
            #expect(isFound == (vector["verifies"]?.bool == true), "\(vector.text("id"))")
        }
    }

    @Test("values that begin with @ are left out only by POST, only where allowed, only from free text")
    func atValues() throws {
        let vectors = try CMQFixtures.json("signing.json")["forms"]?.array ?? []
        for vector in vectors where vector["needsUnsignedAtValues"]?.bool == true {
            let isFound = try candidates(vector, allowsAt: false).contains(Array(vector.text("stringToSign").utf8))
            #expect(!isFound)
        }
        func strings(_ pairs: String, _ method: String = "POST") throws -> [String] {
            API2Signing.candidates(
                try CMQForm.parse(query: nil, body: Array(pairs.utf8)), method: method, hosts: ["h"], path: "/",
                allowsUnsignedAtValues: true
            ).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try strings("msgBody=@a&queueName=q") == ["POSTh/?msgBody=@a&queueName=q", "POSTh/?queueName=q"])
        #expect(try strings("msgBody=@a&queueName=q", "GET") == ["GETh/?msgBody=@a&queueName=q"])
        #expect(try strings("a=1&msgTag.1=@t&routingKey=@r&msgBody.12=@b").last == "POSTh/?a=1")
        #expect(try strings("queueName=@q&Token=@t&msgBodyX=@&msgTag=@&filterTag.1=@x").count == 1)
    }

    @Test("the host as received comes first, then default ports, then the operator's names")
    func hosts() {
        #expect(
            CandidateHosts.all(host: "h.test", publicNames: ["p.test"]) == [
                "h.test", "h.test:80", "h.test:443", "p.test",
            ])
        #expect(CandidateHosts.all(host: "h.test:8080", publicNames: ["h.test:8080"]) == ["h.test:8080"])
        #expect(CandidateHosts.all(host: "[::1]") == ["[::1]", "[::1]:80", "[::1]:443"])
        #expect(CandidateHosts.all(host: "[::1]:8080") == ["[::1]:8080"])
        #expect(CandidateHosts.all(host: nil, publicNames: ["p.test"]) == ["p.test"])
    }

    @Test(
        "a host that is no authority, or that could take in path and parameters, is no candidate",
        arguments: [
            "", "h/", "h/v2/index.php", "h?", "h&a=1", "h=1", "h test", "h\t", "h\n", "user@h", "h#x", "h%2F", "支付",
            "h/v2/index.php?Action=SendMessage&Nonce=1&msgBody=",
        ])
    func notHosts(_ host: String) {
        #expect(CandidateHosts.all(host: host).isEmpty && !CandidateHosts.isAuthority(host))
        #expect(CandidateHosts.all(host: host, publicNames: ["p.test"]) == ["p.test"])
    }

    @Test("an authority has at most 255 bytes")
    func longHosts() {
        let longest = String(repeating: "h", count: 255)
        #expect(CandidateHosts.all(host: longest).first == longest)
        #expect(CandidateHosts.all(host: longest + "h").isEmpty)
        #expect(CandidateHosts.all(host: "Cmq_1-a.Test:8083") == ["Cmq_1-a.Test:8083"])
    }

    @Test("the host cannot take in the path and the first parameters of another request with the same signature")
    func hostRegrouping() throws {
        func texts(_ host: String, _ path: String, _ pairs: String) throws -> [String] {
            API2Signing.candidates(
                try CMQForm.parse(query: nil, body: Array(pairs.utf8)), method: "POST",
                hosts: CandidateHosts.all(host: host), path: path, allowsUnsignedAtValues: false
            ).map { String(decoding: $0, as: UTF8.self) }
        }
        let body = "see %2F%3FAction%3DDeleteQueue"
        let captured = try texts("h.test:8083", "/v2/index.php", "Action=SendMessage&msgBody=\(body)&queueName=q")
        #expect(
            captured == ["POSTh.test:8083/v2/index.php?Action=SendMessage&msgBody=see /?Action=DeleteQueue&queueName=q"]
        )
        let crafted = "h.test:8083/v2/index.php?Action=SendMessage&msgBody=see "
        #expect(try texts(crafted, "/", "Action=DeleteQueue&queueName=q").isEmpty)
    }

    @Test(
        "a path that could end elsewhere verifies nothing",
        arguments: ["", "v2/index.php", "*", "http://h/v2/index.php", "/?", "/a&b", "/a=b", "/a b", "/\u{e4}"])
    func paths(_ path: String) throws {
        let form = try CMQForm.parse(query: "Action=ListQueue", body: [])
        #expect(
            API2Signing.candidates(form, method: "GET", hosts: ["h"], path: path, allowsUnsignedAtValues: false).isEmpty
        )
        for good in ["/", "/v2/index.php", "//v2/index.php", "/~a/b;c%3F"] {
            #expect(
                API2Signing.candidates(form, method: "GET", hosts: ["h"], path: good, allowsUnsignedAtValues: false)
                    .count == 1)
        }
    }

    @Test("a change of any byte of a request changes the string or is refused")
    func everyByteCounts() throws {
        let vectors = try CMQFixtures.json("signing.json")["forms"]?.array ?? []
        for vector in vectors where ["V1", "V5", "V8", "V12", "V15", "T3"].contains(vector.text("id")) {
            let original = Array(vector.text("form").utf8)
            let signed = Array(vector.text("stringToSign").utf8)
            let end = (original.lastIndex(of: UInt8(ascii: "&")) ?? 0) + 1
            for position in 0..<end {
                var changed = original
                changed[position] ^= 0x01
                guard let form = try? CMQForm.parse(query: nil, body: changed) else { continue }
                let texts = API2Signing.candidates(
                    form, method: vector.text("method"), hosts: [vector.text("host")], path: vector.text("path"),
                    style: vector.text("style") == "api3" ? .api3 : .api2, allowsUnsignedAtValues: false)
                #expect(!texts.contains(signed), "\(vector.text("id")) byte \(position)")
            }
            for (method, host, path) in [("GET", "h", "/"), ("POST", "x" + vector.text("host"), vector.text("path"))] {
                let texts = API2Signing.candidates(
                    try form(vector), method: method, hosts: [host], path: path, allowsUnsignedAtValues: false)
                #expect(!texts.contains(signed))
            }
        }
    }

    @Test("names sort by byte before _ becomes a dot, in API 3.0 after")
    func order() throws {
        let form = try CMQForm.parse(query: "b.2=3&b_1=2&b.10=4&B=1&Signature=x", body: [])
        func text(_ style: API2Signing.Style) -> String {
            String(
                decoding: API2Signing.candidates(
                    form, method: "GET", hosts: ["h"], path: "/", style: style, allowsUnsignedAtValues: false)[0],
                as: UTF8.self)
        }
        #expect(text(.api2) == "GETh/?B=1&b.10=4&b.2=3&b.1=2")
        #expect(text(.api3) == "GETh/?B=1&b.1=2&b.10=4&b.2=3")
    }
}
