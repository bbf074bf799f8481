import HTTPDataPlane
import Testing

@Suite struct ServerTimeLimitTests {
    @Test("a head that trickles is answered 408 after ten seconds and the connection closes")
    func slowHead() throws {
        let connection = try EmbeddedConnection(ClosureHandler.echo)
        try connection.receive("POST /x HTTP/1.1\r\nHost: a\r\n")
        try connection.advance(seconds: 5)
        try connection.receive("X-Slow: 1\r\n")
        try connection.advance(seconds: 4)
        #expect(connection.text == "")
        try connection.advance(seconds: 1)
        #expect(connection.text.hasPrefix("HTTP/1.1 408 "))
        #expect(connection.text.contains(#"{"code":"FAIL","message":"headers not complete within 10 seconds"}"#))
        try connection.advance(seconds: 1)
        #expect(!connection.isOpen)
        #expect(connection.counters.snapshot().refusals == [.headerTimeout: 1])
    }

    @Test("a body that stops is answered 408 at the next look at its rate")
    func slowBody() throws {
        let connection = try EmbeddedConnection(ClosureHandler.echo)
        try connection.receive("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc")
        try connection.advance(seconds: 4)
        #expect(connection.text == "")
        try connection.advance(seconds: 1)
        #expect(connection.text.hasPrefix("HTTP/1.1 408 "))
        #expect(connection.counters.snapshot().refusals == [.bodyTooSlow: 1])
    }

    @Test("a body that is fast enough but endless is answered 408 after thirty seconds")
    func endlessBody() throws {
        let connection = try EmbeddedConnection(ClosureHandler.echo)
        try connection.receive("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        let second = String(repeating: "x", count: 600)
        for _ in 0..<29 {
            try connection.receive(second)
            try connection.advance(seconds: 1)
        }
        #expect(connection.text == "")
        try connection.advance(seconds: 1)
        #expect(connection.text.hasPrefix("HTTP/1.1 408 "))
        #expect(connection.counters.snapshot().refusals == [.bodyTimeout: 1])
    }

    @Test("an idle connection is closed without a word after 75 seconds, counted from its last answer")
    func idle() throws {
        let connection = try EmbeddedConnection(ClosureHandler.echo)
        try connection.advance(seconds: 70)
        try connection.receive("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(connection.text.hasSuffix("/x "))
        try connection.advance(seconds: 74)
        #expect(connection.isOpen)
        try connection.advance(seconds: 1)
        #expect(!connection.isOpen)
        #expect(connection.counters.snapshot().refusals == [.idle: 1])
    }

    @Test("a request that is being worked on has no time limit here")
    func handlerTime() throws {
        let kept = KeptExchanges()
        let connection = try EmbeddedConnection(ClosureHandler { kept.keep($0) })
        try connection.receive("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        try connection.advance(seconds: 500)
        #expect(connection.isOpen)
        kept.takeAll().forEach { $0.respond(DataPlaneResponse(status: 204)) }
        try connection.advance(seconds: 0)
        #expect(connection.text == "HTTP/1.1 204 No Content\r\n\r\n")
    }

    @Test("a peer that takes no bytes is cut off after thirty seconds")
    func stalledWrite() throws {
        let connection = try EmbeddedConnection(ClosureHandler.echo)
        connection.stopTakingBytes()
        try connection.advance(seconds: 29)
        #expect(connection.isOpen)
        try connection.advance(seconds: 1)
        #expect(!connection.isOpen)
        #expect(connection.counters.snapshot().refusals == [.stalledWrite: 1])
    }
}
