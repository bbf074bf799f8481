import NIOCore
import Testing

@testable import HTTPDataPlane

@Suite("Streamed bodies: limits") struct StreamLimitTests {
    private static let head = "POST /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    @Test("a request is handed over at its head, its body as it comes, and the answer may come first")
    func handedOver() async throws {
        let body = try Self.run { (connection: EmbeddedConnection, kept: KeptStreams) in
            try connection.receive(
                "POST /stream?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc")
            let (exchange, body) = try #require(kept.take())
            #expect(exchange.request.path == "/stream" && exchange.request.query == "x=1")
            #expect(exchange.request.body.readableBytes == 0)
            exchange.respond(DataPlaneResponse(status: 200, body: ByteBuffer(string: "early")))
            try connection.advance(seconds: 0)
            #expect(connection.text.hasSuffix("Connection: close\r\n\r\nearly"))
            try connection.receive("def")
            try connection.advance(seconds: 1)
            #expect(!connection.isOpen)
            return body
        }
        #expect(try await body.next().map { String(buffer: $0) } == "abc")
        await #expect(throws: RequestBodyFailure.cancelled) { try await body.next() }
    }

    private static func run<Value>(
        limits: HTTPLimits = HTTPLimits(), bodies: BodyBudget = BodyBudget(byteCountMax: .max),
        _ test: (EmbeddedConnection, KeptStreams) throws -> Value
    ) throws -> Value {
        let kept = KeptStreams()
        return try test(try EmbeddedConnection(kept, limits: limits, bodies: bodies), kept)
    }

    @Test("a body of any length may take any time as long as something comes")
    func slowSender() async throws {
        let body = try Self.run { connection, kept in
            try connection.receive(Self.head)
            let (exchange, body) = try #require(kept.take())
            for _ in 0..<40 {
                try connection.advance(seconds: 29)
                try connection.receive(Self.chunk("x"))
            }
            #expect(connection.isOpen && connection.text == "")
            try connection.receive("0\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            try connection.advance(seconds: 500)
            exchange.respond(DataPlaneResponse(status: 204))
            try connection.advance(seconds: 0)
            #expect(connection.text.hasPrefix("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n"))
            #expect(connection.text.hasSuffix("/next ") && connection.isOpen)
            return body
        }
        #expect(try await body.next()?.readableBytes == 40)
        #expect(try await body.next() == nil)
    }

    @Test("a body that brings nothing for thirty seconds is answered 408, and whoever reads it is told")
    func pausedSender() async throws {
        let body = try Self.run { connection, kept in
            try connection.receive(Self.head + Self.chunk("abc"))
            let (exchange, body) = try #require(kept.take())
            // Bytes that bring the body no further.
            try connection.receive("5;a=")
            try connection.advance(seconds: 29)
            try connection.receive("b")
            #expect(connection.text == "")
            try connection.advance(seconds: 1)
            #expect(connection.text.hasPrefix("HTTP/1.1 408 "))
            #expect(connection.text.contains("no byte of the body for 30 seconds"))
            exchange.respond(DataPlaneResponse(status: 200))
            try connection.advance(seconds: 1)
            #expect(!connection.isOpen && !connection.text.contains("200"))
            #expect(connection.counters.snapshot().refusals == [.streamPaused: 1])
            return body
        }
        #expect(try await body.next().map { String(buffer: $0) } == "abc")
        await #expect(throws: RequestBodyFailure.refused(.streamPaused)) { try await body.next() }
    }

    @Test("a client that is not read because its bytes are not taken is not late")
    func heldSender() throws {
        var limits = HTTPLimits()
        limits.streamBufferByteCountMax = 4
        try Self.run(limits: limits) { connection, kept in
            try connection.receive(Self.head + Self.chunk("abcd"))
            try connection.advance(seconds: 1_000)
            #expect(connection.isOpen && connection.text == "")
            _ = kept.take()
        }
    }

    @Test("what comes in though nothing is wanted is bounded: the connection ends")
    func overrun() async throws {
        var limits = HTTPLimits()
        limits.streamBufferByteCountMax = 1_000
        let budget = BodyBudget(byteCountMax: 1 << 20)
        let body = try Self.run(limits: limits, bodies: budget) { connection, kept in
            try connection.receive(Self.head)
            for _ in 0..<5 where connection.isOpen {
                try connection.receive(Self.chunk(String(repeating: "x", count: 60_000)))
            }
            #expect(!connection.isOpen)
            return try #require(kept.take()).1
        }
        #expect(try await body.next()?.readableBytes == 180_000)
        await #expect(throws: RequestBodyFailure.clientGone) { try await body.next() }
        #expect(budget.take(1 << 20), "everything is given back")
    }

    @Test("bytes that are not taken count against the listener's bound, and are given back when they are dropped")
    func budget() throws {
        let budget = BodyBudget(byteCountMax: 10)
        try Self.run(bodies: budget) { connection, kept in
            try connection.receive(Self.head + Self.chunk("12345678"))
            #expect(!budget.take(3))
            try connection.receive(Self.chunk("abc"))
            #expect(connection.text.hasPrefix("HTTP/1.1 503 "))
            #expect(connection.counters.snapshot().refusals == [.tooManyBodyBytes: 1])
            #expect(!budget.take(3))
            _ = kept.take()
            try connection.advance(seconds: 1)
            #expect(!connection.isOpen)
        }
        #expect(budget.take(10))
    }

    @Test("a peer that takes no bytes is cut off, and whoever reads its body is told")
    func stalledWrite() async throws {
        let body = try Self.run { connection, kept in
            try connection.receive(Self.head + Self.chunk("abc"))
            let (exchange, body) = try #require(kept.take())
            let answer = exchange.stream(DataPlaneResponse(status: 200))
            try connection.advance(seconds: 0)
            #expect(connection.text == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.stopTakingBytes()
            try connection.advance(seconds: 29)
            #expect(connection.isOpen && !answer.isClientGone)
            try connection.advance(seconds: 1)
            #expect(!connection.isOpen && answer.isClientGone)
            #expect(connection.counters.snapshot().refusals == [.stalledWrite: 1])
            return body
        }
        _ = try await body.next()
        await #expect(throws: RequestBodyFailure.clientGone) { try await body.next() }
    }

    @Test("a streamed answer that waits too long behind another ends, and the one before it does not")
    func turn() throws {
        try Self.run { connection, kept in
            try connection.receive(Self.head + "0\r\n\r\n" + Self.head + "0\r\n\r\n")
            let first = try #require(kept.take()).0.stream(DataPlaneResponse(status: 200))
            let second = try #require(kept.take()).0.stream(DataPlaneResponse(status: 201))
            try connection.advance(seconds: 0)
            try connection.advance(seconds: 29)
            try connection.advance(seconds: 2)
            #expect(connection.text == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            first.finish()
            second.finish()
            try connection.advance(seconds: 0)
            #expect(connection.text.contains("\r\n0\r\n\r\nHTTP/1.1 503 ") && !connection.text.contains("201"))
            try connection.advance(seconds: 1)
            #expect(!connection.isOpen && second.isClientGone)
        }
    }

    @Test("a stop lets the client of an unfinished body read its answer before the connection closes")
    func stopLingers() async throws {
        let body = try Self.run { connection, kept in
            try connection.receive(Self.head + Self.chunk("abc"))
            let (exchange, body) = try #require(kept.take())
            let answer = exchange.stream(DataPlaneResponse(status: 200))
            try connection.advance(seconds: 0)
            connection.shared.beginStopping()
            answer.finish()
            try connection.advance(seconds: 0)
            #expect(connection.text.hasSuffix("\r\n\r\n0\r\n\r\n") && connection.isOpen)
            try connection.receive(Self.chunk("late"))
            try connection.advance(seconds: 1)
            #expect(!connection.isOpen)
            return body
        }
        _ = try await body.next()
        await #expect(throws: RequestBodyFailure.stopping) { try await body.next() }
    }

    @Test("a head beyond the limits is refused before anybody is asked to serve it")
    func largeHead() throws {
        try Self.run { connection, kept in
            let fields = (0..<65).map { "X-\($0): 1\r\n" }.joined()
            try connection.receive("POST /stream HTTP/1.1\r\n\(fields)\r\n")
            #expect(connection.text.hasPrefix("HTTP/1.1 431 "))
            #expect(kept.take() == nil)
        }
    }

    @Test("a client that asks first is told to send")
    func expectContinue() throws {
        try Self.run { connection, kept in
            try connection.receive("POST /stream HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(connection.text == "HTTP/1.1 100 Continue\r\n\r\n")
            _ = kept.take()
        }
    }
}
