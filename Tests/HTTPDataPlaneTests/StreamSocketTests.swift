import NIOCore
import Synchronization
import Testing

@testable import HTTPDataPlane

@Suite("Streamed bodies and answers over sockets") struct StreamSocketTests {
    private static let head = "POST /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let answerHead = "HTTP/1.1 200 OK\r\nX-Path: /stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test("both ways at once, and the connection serves on")
    func bothWays() async throws {
        let counters = DataPlaneCounters()
        try await withServer(StreamServer.echo, counters: counters) { address, _ in
            let client = try await StreamClient.connect(port: address.port)
            try await client.send(Self.head)
            #expect(await client.until(Self.answerHead) == Self.answerHead)
            for word in ["one", "two", "three"] {
                try await client.chunk(word)
                #expect(await client.until("[\(word)]").hasSuffix("\(word.count + 2)\r\n[\(word)]\r\n"))
            }
            try await client.send("0\r\nTrailer: x\r\n\r\n")
            #expect(await client.until("\r\n0\r\n\r\n").hasSuffix("[three]\r\n0\r\n\r\n"))
            try await client.send("GET /again HTTP/1.1\r\nHost: a\r\n\r\n" + Self.head + "0\r\n\r\n")
            #expect(await client.until("chunked\r\n\r\n0\r\n\r\n").hasSuffix("/again " + Self.answerHead + "0\r\n\r\n"))
            try await client.close()
            #expect(counters.snapshot().requests == 3 && counters.snapshot().refusals.isEmpty)
        }
    }

    @Test("answers stay in the order of their requests, streamed or whole, whatever order they come in")
    func pipelining() async throws {
        let kept = KeptExchanges()
        let arrived = Handover<Void>()
        let whole = ClosureHandler { batch in
            kept.keep(batch)
            for _ in batch { arrived.give(()) }
        }
        let begun = Handover<Void>()
        let server = StreamServer(whole: whole) { exchange, body in
            let answer = exchange.stream(DataPlaneResponse(status: 200, headers: ["X-Path": exchange.request.path]))
            begun.give(())
            while let part = try? await body.next() { _ = await answer.write(part) }
            answer.finish()
        }
        try await withServer(server) { address, _ in
            let client = try await StreamClient.connect(port: address.port)
            let whole = { (path: String) in "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }
            let streamed = { (path: String) in
                "POST \(path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            }
            try await client.send(
                whole("/1") + streamed("/stream2") + streamed("/stream3") + whole("/4")
                    + "GET /5 HTTP/1.1\r\nConnection: close\r\n\r\n")
            for _ in 0..<3 { _ = await arrived.take() }
            for _ in 0..<2 { _ = await begun.take() }
            for exchange in kept.takeAll().reversed() {
                exchange.respond(DataPlaneResponse(status: 200, headers: ["X-Path": exchange.request.path]))
            }
            let text = await client.untilClosed()
            let paths = text.split(separator: "\r\n").filter { $0.hasPrefix("X-Path") }
            #expect(paths == ["/1", "/stream2", "/stream3", "/4", "/5"].map { "X-Path: \($0)" })
            #expect(text.components(of: "3\r\nabc\r\n0\r\n\r\n") == 2)
        }
    }

    @Test("a sender is not read while what it sent is not taken, and nothing is lost")
    func slowReader() async throws {
        let handed = Handover<RequestBody>()
        let opened = Handover<Void>()
        var limits = HTTPLimits()
        limits.streamBufferByteCountMax = 100_000
        let server = StreamServer { exchange, body in
            handed.give(body)
            _ = await opened.take()
            var largest = 0
            var sum = 0
            while let part = try? await body.next() {
                largest = max(largest, part.readableBytes)
                sum += part.readableBytes
                await Task.yield()
            }
            exchange.respond(DataPlaneResponse(status: 200, body: ByteBuffer(string: "\(largest) \(sum)")))
        }
        try await withServer(server, limits: limits) { address, _ in
            let client = try await StreamClient.connect(port: address.port)
            let count = 32 << 20
            async let sending: Void = client.send(
                "POST /stream HTTP/1.1\r\nConnection: close\r\nContent-Length: \(count)\r\n\r\n"
                    + String(repeating: "x", count: count))
            let body = try #require(await handed.take())
            while !body.isFull { await Task.yield() }
            opened.give(())
            try await sending
            let figures = await client.untilClosed().split(separator: "\r\n").last?.split(separator: " ").compactMap {
                Int($0)
            }
            #expect(figures?.last == count)
            #expect(100_000...231_072 ~= figures?.first ?? 0, "one read more than the bound may be in")
        }
    }

    @Test("a writer waits while its client takes nothing, and nothing is lost")
    func slowClient() async throws {
        let tally = Tally()
        let started = Handover<Void>()
        let piece = String(repeating: "y", count: 100_000)
        let handler = ClosureHandler { batch in
            Task {
                for exchange in batch {
                    let answer = exchange.stream(DataPlaneResponse(status: 200))
                    for _ in 0..<400 where await answer.write(ByteBuffer(string: piece)) {
                        tally.add()
                        started.give(())
                    }
                    answer.finish()
                }
            }
        }
        try await withServer(handler) { address, _ in
            let client = try await StreamClient.connect(port: address.port)
            try await client.takes(false)
            try await client.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            for _ in 0..<3 { _ = await started.take() }
            for _ in 0..<1_000 { await Task.yield() }
            #expect(tally.count < 300, "40 MB do not fit into the sockets' buffers")
            try await client.takes(true)
            let text = await client.untilClosed()
            #expect(text.utf8.count { $0 == UInt8(ascii: "y") } == 40_000_000 && text.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test("a client that leaves in the middle: the reader and the writer are told, and nothing stays")
    func clientGone() async throws {
        let told = Handover<String>()
        let counters = DataPlaneCounters()
        let server = StreamServer { exchange, body in
            let answer = exchange.stream(DataPlaneResponse(status: 200))
            answer.onClientGone { told.give("gone") }
            _ = try? await body.next()
            _ = await answer.write(ByteBuffer(string: "begun"))
            await #expect(throws: RequestBodyFailure.clientGone) { try await body.next() }
            let isWritten = await answer.write(ByteBuffer(string: "late")) { isWritten in
                if !isWritten { told.give("not written") }
            }
            #expect(!isWritten && answer.isClientGone)
            told.give("ended")
        }
        try await withServer(server, counters: counters) { address, _ in
            let client = try await StreamClient.connect(port: address.port)
            try await client.send(Self.head)
            try await client.chunk("x")
            _ = await client.until("begun")
            try await client.close()
            let words = [await told.take(), await told.take(), await told.take()]
            #expect(words == ["gone", "not written", "ended"])
            while counters.snapshot().connectionsOpen > 0 { await Task.yield() }
        }
    }

    @Test("a client that leaves while it is not read is noticed")
    func clientGoneUnread() async throws {
        let gone = Handover<Void>()
        let judged = Handover<Void>()
        var limits = HTTPLimits()
        limits.streamBufferByteCountMax = 1
        let server = StreamServer { exchange, body in
            let answer = exchange.stream(DataPlaneResponse(status: 200))
            answer.onClientGone { gone.give(()) }
            _ = await gone.take()
            _ = try? await body.next()
            await #expect(throws: RequestBodyFailure.clientGone) { try await body.next() }
            judged.give(())
        }
        try await withServer(server, limits: limits) { address, _ in
            let client = try await StreamClient.connect(port: address.port)
            try await client.send(Self.head + "3\r\nabc\r\n")
            _ = await client.until("200 OK")
            try await client.close()
            _ = await judged.take()
        }
    }

    @Test("a broken chunk: answered 400 where no answer had begun, else left to whoever writes it")
    func malformed() async throws {
        try await withServer(StreamServer.echo) { address, _ in
            let client = try await StreamClient.connect(port: address.port)
            try await client.send(Self.head)
            try await client.chunk("fine")
            _ = await client.until("[fine]")
            try await client.send("no size\r\nGET /smuggled HTTP/1.1\r\n\r\n")
            let text = await client.untilClosed()
            #expect(text.hasSuffix("failed: refused(HTTPDataPlane.RequestRefusal.malformed)\r\n0\r\n\r\n"))
            #expect(!text.contains("smuggled"))
        }
        let failures = Handover<RequestBodyFailure?>()
        let silent = StreamServer { exchange, body in
            do throws(RequestBodyFailure) {
                while try await body.next() != nil {}
                failures.give(nil)
            } catch { failures.give(error) }
            exchange.respond(DataPlaneResponse(status: 200))
        }
        try await withServer(silent) { address, _ in
            let client = try await StreamClient.connect(port: address.port)
            try await client.send("GET /1 HTTP/1.1\r\n\r\n" + Self.head + "zz\r\n")
            let text = await client.untilClosed()
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.components(of: "HTTP/1.1 400 Bad Request") == 1 && text.components(of: "HTTP/1.1 200") == 1)
            #expect(await failures.take() == .refused(.malformed))
        }
    }

    @Test("HTTP/1.0 gets the bytes bare, up to the end of the connection")
    func oldClient() async throws {
        try await withServer(StreamServer.echo) { address, _ in
            let text = try await RawClient.exchange(
                port: address.port, "POST /stream HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc")
            #expect(text == "HTTP/1.1 200 OK\r\nX-Path: /stream\r\nConnection: close\r\n\r\n[abc]")
        }
    }

    @Test("whole requests may be answered in pieces too; HEAD gets the head only")
    func streamedAnswers() async throws {
        let handler = ClosureHandler { batch in
            Task {
                for exchange in batch {
                    let answer = exchange.stream(DataPlaneResponse(status: 201, headers: ["Content-Length": "7"]))
                    for piece in ["ab", "", String(repeating: "c", count: 20_000)] {
                        #expect(await answer.write(ByteBuffer(string: piece)))
                    }
                    exchange.respond(DataPlaneResponse(status: 500))
                    answer.finish()
                }
            }
        }
        try await withServer(handler) { address, _ in
            let text = try await RawClient.exchange(
                port: address.port,
                "HEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            let head = "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n"
            let body = "2\r\nab\r\n4e20\r\n\(String(repeating: "c", count: 20_000))\r\n0\r\n\r\n"
            #expect(text == head + "\r\n" + head + "Connection: close\r\n\r\n" + body)
        }
    }

    @Test("an answer that is dropped half-way ends without the mark of a whole one, one dropped before its head is 500")
    func dropped() async throws {
        let server = StreamServer { exchange, body in
            let answer = exchange.stream(DataPlaneResponse(status: 200))
            if exchange.request.query == "begun" { _ = await answer.write(ByteBuffer(string: "half")) }
        }
        try await withServer(server) { address, _ in
            let half = try await RawClient.exchange(
                port: address.port, "POST /stream?begun HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
            #expect(half.hasSuffix("4\r\nhalf\r\n"))
        }
        let silent = StreamServer { _, _ in }
        try await withServer(silent) { address, _ in
            let text = try await RawClient.exchange(
                port: address.port, "POST /stream HTTP/1.1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabc")
            #expect(text.hasPrefix("HTTP/1.1 500 "))
        }
    }

    @Test("a stop ends bodies: what is written behind it arrives, and one that ends nothing is cut off")
    func stopping() async throws {
        let loops = DataPlaneLoops(count: 1)
        for isPatient in [true, false] {
            let failures = Handover<RequestBodyFailure?>()
            let server = StreamServer { exchange, body in
                let answer = exchange.stream(DataPlaneResponse(status: 200))
                do throws(RequestBodyFailure) { while try await body.next() != nil {} } catch { failures.give(error) }
                guard isPatient else {
                    let gone = Handover<Void>()
                    answer.onClientGone { gone.give(()) }
                    _ = await gone.take()
                    return
                }
                _ = await answer.write(ByteBuffer(string: "last"))
                answer.finish()
            }
            let listener = DataPlaneServer(settings: DataPlaneServerSettings(), loops: loops, handler: server)
            let client = try await StreamClient.connect(port: try await listener.start().port)
            try await client.send(Self.head + "3\r\nabc\r\n")
            _ = await client.until("200 OK")
            await listener.stop(graceSeconds: isPatient ? 30 : 0)
            #expect(await failures.take() == .stopping)
            #expect(await client.untilClosed().hasSuffix(isPatient ? "4\r\nlast\r\n0\r\n\r\n" : "chunked\r\n\r\n"))
        }
        await loops.shutdown()
    }

    @Test("a reader whose task is cancelled gets what is there, then that", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let body = RequestBody(byteCountMax: 1 << 20, budget: BodyBudget(byteCountMax: .max)) {}
        _ = body.offer(ByteBuffer(string: "abc"))
        let reading = Task {
            while !Task.isCancelled { await Task.yield() }
            let part = try await body.next()
            #expect(part.map { String(buffer: $0) } == "abc")
            _ = try await body.next()
        }
        reading.cancel()
        await #expect(throws: RequestBodyFailure.cancelled) { try await reading.value }
        // One that waits already.
        let dry = RequestBody(byteCountMax: 1 << 20, budget: BodyBudget(byteCountMax: .max)) {}
        let waiting = Task.immediate { _ = try await dry.next() }
        waiting.cancel()
        await #expect(throws: RequestBodyFailure.cancelled) { try await waiting.value }
    }
}

/// A count.
private final class Tally: Sendable {
    private let value = Atomic<Int>(0)
    var count: Int { value.load(ordering: .relaxed) }
    func add() { value.add(1, ordering: .relaxed) }
}

extension String {
    /// How often `mark` occurs.
    fileprivate func components(of mark: String) -> Int {
        split(separator: mark, omittingEmptySubsequences: false).count - 1
    }
}
