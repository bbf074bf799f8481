import HTTPDataPlane
import Testing

@Suite struct EndpointURLTests {
    private func parse(_ text: String, _ policy: EndpointPolicy = .production) throws(EndpointURLError) -> EndpointURL {
        try EndpointURL.parse(text, policy: policy)
    }

    @Test("an ordinary URL is taken apart")
    func ordinary() throws {
        let url = try parse("HTTPS://Push.Example.com:8443/hooks/a%20b?x=1&y=//z")
        #expect(url.scheme == .https)
        #expect(url.host == "push.example.com")
        #expect(url.port == 8_443)
        #expect(url.target == "/hooks/a%20b?x=1&y=//z")
        #expect(url.hostHeader == "push.example.com:8443")
        #expect(url.description == "https://push.example.com:8443/hooks/a%20b?x=1&y=//z")
    }

    @Test("missing parts get their defaults")
    func defaults() throws {
        #expect(try parse("https://a.example").target == "/")
        #expect(try parse("https://a.example?q").target == "/?q")
        #expect(try parse("https://a.example:443/").hostHeader == "a.example")
        #expect(try parse("https://xn--fiqs8s.example").host == "xn--fiqs8s.example")
    }

    @Test(
        "forms that break a rule are refused with that rule",
        arguments: [
            ("", EndpointURLError.length(byteCount: 0)), ("ftp://a.example/", .scheme), ("//a.example/", .scheme),
            ("https:/a.example", .scheme), ("http://a.example/", .plainHTTP), ("https://u@a.example/", .userInfo),
            ("https://u:p@a.example/", .userInfo), ("https://a.example/#x", .fragment), ("https:///x", .host(.empty)),
            ("https://a.example:0/", .portNumber), ("https://a.example:/", .portNumber),
            ("https://a.example:65536/", .portNumber), ("https://a.example:+443/", .portNumber),
            ("https://a.example:80/", .portNotAllowed(80)), ("https://a.example:22/", .portNotAllowed(22)),
            ("https://a_b.example/", .host(.label)), ("https://-a.example/", .host(.label)),
            ("https://a-.example/", .host(.label)), ("https://a..example/", .host(.label)),
            ("https://intranet/", .host(.singleLabel)), ("https://a.example./", .host(.trailingDot)),
            ("https://a b.example/", .forbiddenCharacter), ("https://a.example/\\x", .forbiddenCharacter),
            ("https://a.example/%zz", .forbiddenCharacter), ("https://a.example/%2", .forbiddenCharacter),
            ("https://bücher.example/", .forbiddenCharacter), ("https://a.example/\r\nX: y", .forbiddenCharacter),
            ("https://2130706433/", .host(.numeric)), ("https://0x7f.1/", .host(.numeric)),
            ("https://0177.0.0.1/", .host(.numeric)), ("https://127.1/", .host(.numeric)),
            ("https://1.2.3.0x4/", .host(.numeric)), ("https://a.0x/", .host(.numeric)),
            ("https://8.8.8.8/", .host(.ipLiteral)), ("https://[2606:4700::1111]/", .host(.ipLiteral)),
            ("https://[::1%25lo]/", .host(.brackets)), ("https://[1.2.3.4]/", .host(.brackets)),
            ("https://[::1/", .host(.brackets)), ("https://[::1]x/", .portNumber),
        ])
    func refused(text: String, expected: EndpointURLError) {
        #expect(throws: expected) { try parse(text) }
    }

    @Test(
        "local and reserved names are refused in any case and depth",
        arguments: [
            "localhost", "LOCALHOST", "a.localhost", "printer.local", "db.internal", "nas.lan", "x.home.arpa",
            "1.0.0.127.in-addr.arpa", "abc.onion", "x.invalid", "metadata.google.com", "metadata.anything",
        ])
    func refusedNames(host: String) {
        #expect(throws: EndpointURLError.host(.refusedName)) { try parse("https://\(host)/") }
    }

    @Test("names that only resemble a refused one pass")
    func resembling() throws {
        #expect(try parse("https://notlocalhost.example/").host == "notlocalhost.example")
        #expect(try parse("https://mylocal.example/").host == "mylocal.example")
        #expect(try parse("https://1.example/").host == "1.example")
    }

    @Test("lengths are bounded")
    func lengths() throws {
        let longest = "https://a.example/" + String(repeating: "x", count: 2_048 - 18)
        #expect(try parse(longest).target.utf8.count == 2_031)
        #expect(throws: EndpointURLError.length(byteCount: 2_049)) { try parse(longest + "x") }
        let label = String(repeating: "a", count: 63)
        #expect(throws: EndpointURLError.host(.label)) { try parse("https://a\(label).example/") }
        #expect(throws: EndpointURLError.host(.tooLong)) {
            try parse("https://\(label).\(label).\(label).\(label)/")
        }
    }

    @Test("the operator's switches open exactly what they say")
    func switches() throws {
        var policy = EndpointPolicy(allowsPlainHTTP: true)
        #expect(try parse("http://a.example/", policy).port == 80)
        #expect(throws: EndpointURLError.portNotAllowed(8_080)) { try parse("http://a.example:8080/", policy) }
        policy.extraPorts = [8_080]
        #expect(try parse("http://a.example:8080/", policy).port == 8_080)
        policy.allowsIPLiterals = true
        #expect(try parse("http://8.8.8.8/", policy).host == "8.8.8.8")
        #expect(try parse("http://[2606:4700::1111]/", policy).hostHeader == "[2606:4700::1111]")
        #expect(throws: EndpointURLError.addressBlocked(.loopback)) { try parse("http://127.0.0.1/", policy) }
        #expect(throws: EndpointURLError.addressBlocked(.loopback)) { try parse("http://[::ffff:7f00:1]/", policy) }
        #expect(throws: EndpointURLError.host(.numeric)) { try parse("http://127.1/", policy) }
    }

    @Test("the demonstration policy opens plain http to the named loopback addresses and nothing else inside")
    func demo() throws {
        let policy = try EndpointPolicy.demo(loopback: ["127.0.0.1"])
        #expect(try parse("http://127.0.0.1:18080/x", policy).hostHeader == "127.0.0.1:18080")
        #expect(throws: EndpointURLError.addressBlocked(.loopback)) { try parse("http://127.0.0.2:18080/", policy) }
        #expect(throws: EndpointURLError.addressBlocked(.privateNetwork)) { try parse("http://10.0.0.1/", policy) }
        #expect(throws: EndpointURLError.host(.refusedName)) { try parse("http://localhost/", policy) }
    }
}
