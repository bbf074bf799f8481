import HTTPDataPlane
import Testing

@Suite struct ServerMessageTests {
    private func refusal(_ request: String, limits: HTTPLimits = HTTPLimits()) throws -> (text: String, RequestRefusal?)
    {
        let handler = ClosureHandler.echo
        let connection = try EmbeddedConnection(handler, limits: limits)
        try connection.receive(request)
        try connection.advance(seconds: 2)
        #expect(!connection.isOpen)
        return (connection.text, connection.counters.snapshot().refusals.keys.first)
    }

    @Test("pipelined requests are handed over together and answered in their order whatever order the answers come in")
    func pipelining() throws {
        let kept = KeptExchanges()
        let handler = ClosureHandler { kept.keep($0) }
        let connection = try EmbeddedConnection(handler)
        try connection.receive(
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2?q=?1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
                + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(handler.batchSizes == [3])
        let exchanges = kept.takeAll()
        #expect(exchanges.map(\.request.path) == ["/1", "/2", "/3"])
        #expect(exchanges[1].request.query == "q=?1")
        #expect(exchanges[1].request.peerAddress == "192.0.2.7")
        for exchange in exchanges.reversed() {
            exchange.respond(DataPlaneResponse(status: 200, headers: ["X-Path": exchange.request.path]))
            exchange.respond(DataPlaneResponse(status: 500))
        }
        try connection.advance(seconds: 0)
        let order = connection.text.split(separator: "\r\n").filter { $0.hasPrefix("X-Path") }
        #expect(order == ["X-Path: /1", "X-Path: /2", "X-Path: /3"])
        #expect(!connection.text.contains("500"))
    }

    @Test("exchanges of several connections are answered in one call, each once and each on its own")
    func answeredTogether() throws {
        let kept = KeptExchanges()
        let handler = ClosureHandler { kept.keep($0) }
        let connections = [try EmbeddedConnection(handler), try EmbeddedConnection(handler)]
        let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        try connections[0].receive(get + get)
        try connections[1].receive(get)
        let exchanges = kept.takeAll()
        #expect(exchanges.count == 3)
        exchanges[1].respond(DataPlaneResponse(status: 201))
        DataPlaneExchange.respond(exchanges.map { ($0, DataPlaneResponse(status: 202)) })
        DataPlaneExchange.respond(exchanges.map { ($0, DataPlaneResponse(status: 500)) })
        DataPlaneExchange.respond([])
        for connection in connections { try connection.advance(seconds: 0) }
        func statuses(_ text: String) -> [Substring] {
            text.split(separator: "\r\n").filter { $0.hasPrefix("HTTP/1.1 ") }.map { $0.dropFirst(9).prefix(3) }
        }
        #expect(connections.map { statuses($0.text) } == [["202", "201"], ["202"]])
    }

    @Test("a batch has at most its configured size")
    func batchBound() throws {
        let handler = ClosureHandler.echo
        var limits = HTTPLimits()
        limits.batchRequestCountMax = 2
        let connection = try EmbeddedConnection(handler, limits: limits)
        try connection.receive(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 5))
        #expect(handler.batchSizes == [2, 2, 1])
    }

    @Test("an exchange that is dropped answers 500 itself")
    func dropped() throws {
        let connection = try EmbeddedConnection(ClosureHandler { _ in })
        try connection.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        try connection.advance(seconds: 0)
        #expect(connection.text.hasPrefix("HTTP/1.1 500 "))
    }

    @Test("Connection: close and HTTP/1.0 end the connection after the answer")
    func lastRequest() throws {
        for request in ["GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"] {
            let connection = try EmbeddedConnection(ClosureHandler.echo)
            try connection.receive(request)
            #expect(connection.text.contains("Connection: close\r\n"))
            #expect(!connection.isOpen)
        }
    }

    @Test("HEAD is answered without a body but with its length")
    func head() throws {
        let connection = try EmbeddedConnection(ClosureHandler.echo)
        try connection.receive("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(connection.text == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    }

    @Test("a client that asks first is told to send its body")
    func expectContinue() throws {
        let connection = try EmbeddedConnection(ClosureHandler.echo)
        try connection.receive("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(connection.text == "HTTP/1.1 100 Continue\r\n\r\n")
        try connection.receive("hi")
        #expect(connection.text.hasSuffix("/ hi"))
    }

    @Test("chunked bodies are put together")
    func chunked() throws {
        let connection = try EmbeddedConnection(ClosureHandler.echo)
        try connection.receive("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        try connection.receive("2\r\nde\r\n0\r\n\r\n")
        #expect(connection.text.hasSuffix("/ abcde"))
    }

    @Test("a body announced too long is refused before it is read")
    func announcedTooLong() throws {
        let (text, reason) = try refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 413 "))
        #expect(text.contains(#"{"code":"FAIL","message":"body larger than 1048576 bytes"}"#))
        #expect(reason == .bodyTooLarge)
    }

    @Test("a chunked body that grows too long is refused while reading")
    func chunkedTooLong() throws {
        var limits = HTTPLimits()
        limits.bodyByteCountMax = 4
        let chunks = "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"
        let (text, reason) = try refusal(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, limits: limits)
        #expect(text.hasPrefix("HTTP/1.1 413 "))
        #expect(reason == .bodyTooLarge)
    }

    @Test("heads beyond the limits are refused as what they are")
    func largeHeads() throws {
        let manyFields = (0..<65).map { "X-\($0): 1\r\n" }.joined()
        let many = try refusal("GET / HTTP/1.1\r\n\(manyFields)\r\n")
        #expect(many.text.hasPrefix("HTTP/1.1 431 "))
        let longLine = try refusal("GET /\(String(repeating: "x", count: 8_200)) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(longLine.text.hasPrefix("HTTP/1.1 414 "))
        let longField = try refusal("GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 16_400))\r\n\r\n")
        #expect(longField.text.hasPrefix("HTTP/1.1 431 "))
        let endless = try refusal("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 40_000))
        #expect(endless.text.hasPrefix("HTTP/1.1 431 "))
        let blank = try refusal(String(repeating: "\r\n", count: 20_000))
        #expect(blank.text.hasPrefix("HTTP/1.1 4"))
    }

    @Test("64 fields are within the limit")
    func exactFieldCount() throws {
        let connection = try EmbeddedConnection(ClosureHandler.echo)
        let fields = (0..<64).map { "X-\($0): 1\r\n" }.joined()
        try connection.receive("GET / HTTP/1.1\r\n\(fields)\r\n")
        #expect(connection.text.hasPrefix("HTTP/1.1 200 "))
    }

    @Test(
        "requests whose end two readers could see differently are refused",
        arguments: [
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
            "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n",
            "GET / HTTP/1.1\r\nX: a\r\n\tb\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
            "nonsense\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
        ])
    func ambiguous(request: String) throws {
        let (text, reason) = try refusal(request)
        #expect(text.hasPrefix("HTTP/1.1 400 "))
        #expect(text.contains(#"{"code":"FAIL","message":""#))
        #expect(reason == .malformed || reason == .framingConflict)
    }

    @Test("a refusal comes behind the answers before it and nothing behind it is read")
    func refusalInOrder() throws {
        let kept = KeptExchanges()
        let connection = try EmbeddedConnection(ClosureHandler { kept.keep($0) })
        try connection.receive(
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n")
        try connection.receive("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(connection.text == "")
        let exchanges = kept.takeAll()
        #expect(exchanges.count == 1)
        exchanges.first?.respond(DataPlaneResponse(status: 200))
        try connection.advance(seconds: 0)
        let lines = connection.text.split(separator: "\r\n").filter { $0.hasPrefix("HTTP/1.1") }
        #expect(lines == ["HTTP/1.1 200 OK", "HTTP/1.1 413 Content Too Large"])
    }

    @Test("duplicate header fields can be seen and names compare without case")
    func duplicates() throws {
        let kept = KeptExchanges()
        let connection = try EmbeddedConnection(ClosureHandler { kept.keep($0) })
        try connection.receive("GET / HTTP/1.1\r\nHost: a\r\nWechatpay-Nonce: 1\r\nWECHATPAY-NONCE: 2\r\n\r\n")
        let fields = try #require(kept.takeAll().first?.request.headers)
        #expect(fields["wechatpay-nonce"] == "1")
        #expect(fields.values(of: "Wechatpay-Nonce") == ["1", "2"])
        #expect(fields.occurrences(of: "wechatpay-NONCE") == 2)
        #expect(fields.occurrences(of: "absent") == 0)
    }

    @Test("an answer cannot smuggle a line into its head")
    func responseSplitting() throws {
        let handler = ClosureHandler { batch in
            for exchange in batch {
                let headers = HTTPFields([
                    ("X-A", "1\r\nSet-Cookie: x"), ("Bad Name", "1"), ("Content-Length", "99"), ("X-B", "2"),
                ])
                exchange.respond(DataPlaneResponse(status: 200, headers: headers))
            }
        }
        let connection = try EmbeddedConnection(handler)
        try connection.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(connection.text == "HTTP/1.1 200 OK\r\nX-B: 2\r\nContent-Length: 0\r\n\r\n")
    }
}
