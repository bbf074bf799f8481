import AccessControl
import BoundedJSON
import Engine
import MessageModel
import NIOCore
import ServiceLifecycle
import ServiceLifecycleTestKit
import TestSupport
import Testing
import Tillwire

@testable import HTTPDataPlane
@testable import QueueAPI

@Suite("Native API: streams of lines")
struct NativeStreamTests {
    private static func line(_ body: String) -> String { "{\"body\":\"\(body)\"}\n" }

    /// Begins a stream.
    private static func begin(
        _ api: NativeHarness, _ target: String, _ headers: [(String, String)]? = nil
    ) -> NativeStreamExchange {
        let exchange = NativeStreamExchange()
        let request = DataPlaneRequest(
            method: "POST", target: target, headers: HTTPFields(headers ?? [NativeHarness.bearer(api.admin)]))
        api.api.handle(
            DataPlaneExchange(request: request, sink: exchange, client: exchange.client), body: exchange.body)
        return exchange
    }

    /// Begins a stream to a new queue `q`, and sends `text`, whose one whole line is answered.
    private static func beginAnswered(
        _ api: NativeHarness, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> (stream: NativeStreamExchange, box: NativeStreamBox) {
        _ = await api.ask("PUT", "/v1/queues/q")
        let stream = begin(api, "/v1/queues/q/messages/stream")
        let box = try #require(await stream.box, sourceLocation: sourceLocation)
        stream.send(text)
        try await expectEventually(sourceLocation: sourceLocation) { box.lineCount == 1 }
        return (stream, box)
    }

    private static func codes(_ reply: NativeReply) -> [String] {
        reply.lines.map { $0["error"]?["code"]?.string ?? "done" }
    }

    @Test("only the paths of streams are streamed")
    func paths() async throws {
        try await NativeHarness.run { api in
            for path in ["messages", "acknowledge", "release", "extend"] {
                #expect(api.api.streamsBody(method: "POST", target: "/v1/queues/q/\(path)/stream"))
                #expect(!api.api.streamsBody(method: "POST", target: "/v1/queues/q/\(path)"))
                #expect(!api.api.streamsBody(method: "GET", target: "/v1/queues/q/\(path)/stream"))
            }
            #expect(api.api.streamsBody(method: "POST", target: "/v1/topics/t/messages/stream"))
            for target in [
                "/v1/queues/q/receive/stream", "/v1/queues/stream", "/v1/stream", "/stream", "/v2/index.php", "",
                "/v1/queues/q/messages/stream?a=b",
            ] { #expect(!api.api.streamsBody(method: "POST", target: target), "\(target)") }
            #expect(await api.ask("GET", "/v1/queues/q/messages/stream").status == 405)
            #expect(await api.ask("POST", "/v1/queues/q/messages/stream?a=b", "{}").code == "invalid_value")
        }
    }

    @Test("lines are stored as they come, each answered in its place, wrong ones too; the last needs no line feed")
    func sending() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let stream = Self.begin(api, "/v1/queues/q/messages/stream")
            let box = try #require(await stream.box)
            stream.send(Self.line("slow"))
            try await expectEventually { box.lineCount == 1 }
            #expect(await api.receive("q").map { $0["body"]?.string } == ["slow"])
            var text = (1..<1_000).map { $0 % 100 == 0 ? "\($0)\n" : Self.line("\($0)") }.joined()
            text += "{\"body\":\"last\"}"
            var rest = text[...]
            while !rest.isEmpty {
                stream.send(String(rest.prefix(997)))
                rest = rest.dropFirst(997)
                await Task.yield()
            }
            stream.body.complete()
            let reply = await stream.reply
            #expect(reply.status == 200 && reply.media == "application/x-ndjson")
            let codes = Self.codes(reply)
            #expect(codes.count == 1_001)
            #expect(codes.enumerated().allSatisfy { ($1 == "invalid_value") == ($0 % 100 == 0 && 1..<1_000 ~= $0) })
            var bodies: [String] = []
            while case let part = await api.receive("q"), !part.isEmpty {
                bodies += part.compactMap { $0["body"]?.string }
            }
            #expect(bodies == (1..<1_000).filter { $0 % 100 != 0 }.map { "\($0)" } + ["last"])
            #expect(Set(reply.lines.compactMap { $0["id"]?.string }).count == 992)
            try await expectEventually { api.api.figures.streams == 0 && api.api.figures.inFlight == 0 }
        }
    }

    @Test("groups keep within the engine's batch, wherever the stream ends", arguments: [255, 256, 257, 512, 513, 700])
    func groups(_ count: Int) async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let stream = Self.begin(api, "/v1/queues/q/messages/stream")
            var text = (1..<count).map { Self.line("\($0)") }.joined()
            text += "{\"body\":\"last\"}"
            stream.send(text)
            stream.body.complete()
            #expect(Self.codes(await stream.reply) == Array(repeating: "done", count: count))
            let large = String(repeating: "x", count: 60_000)
            let wide = Self.begin(api, "/v1/queues/q/messages/stream")
            wide.send((0..<15).map { _ in Self.line(large) }.joined())
            wide.body.complete()
            #expect(Self.codes(await wide.reply) == Array(repeating: "done", count: 15))
            #expect(await api.figure("waiting") == Int64(count + 15))
        }
    }

    @Test("an empty stream is answered with no line; publishing streams to a topic")
    func publishing() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let empty = Self.begin(api, "/v1/queues/q/messages/stream")
            empty.body.complete()
            let nothing = await empty.reply
            #expect(nothing.status == 200 && nothing.text.isEmpty)
            _ = await api.ask("PUT", "/v1/topics/t")
            _ = await api.ask("PUT", "/v1/topics/t/subscriptions/s", #"{"queue":"q","filter_tags":["a"]}"#)
            let stream = Self.begin(api, "/v1/topics/t/messages/stream")
            stream.send(
                "{\"body\":\"1\",\"tags\":[\"a\"]}\n{\"body\":\"2\",\"tags\":[\"b\"]}\n{\"body\":\"3\",\"delay_millis\":1}\n"
            )
            stream.body.complete()
            #expect(Self.codes(await stream.reply) == ["done", "no_subscription", "invalid_value"])
            #expect(await api.receive("q").count == 1)
        }
    }

    @Test("a stream that is sent again under the same keys stores nothing and gets the first ids")
    func repeated() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            func send(_ text: String, _ headers: [(String, String)]) async -> NativeReply {
                let stream = Self.begin(api, "/v1/queues/q/messages/stream", headers)
                stream.send(text)
                stream.body.complete()
                return await stream.reply
            }
            let bearer = NativeHarness.bearer(api.admin)
            let field = [bearer, ("Idempotency-Key", "file-7")]
            let first = await send(Self.line("a") + Self.line("b"), field)
            let again = await send(Self.line("a") + Self.line("b") + Self.line("c"), field)
            #expect(again.lines.map { $0["duplicate"]?.bool } == [true, true, false])
            #expect(again.lines.prefix(2).map { $0["id"]?.string } == first.lines.map { $0["id"]?.string })
            let keyed = "{\"body\":\"d\",\"key\":\"k\"}\n"
            let own = await send(keyed + keyed, [bearer])
            #expect(own.lines.map { $0["duplicate"]?.bool } == [false, true])
            #expect(Self.codes(await send(keyed, field)) == ["invalid_value"])
            #expect(await api.receive("q").count == 4)
        }
    }

    @Test(
        "a signed stream leaves its body unsigned, so it is taken over TLS or from this machine, and needs a key or nonce"
    )
    func signed() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let target = "/v1/queues/q/messages/stream"
            let now = api.time.now.milliseconds / 1_000
            func send(
                _ body: String, to path: String? = nil, peer: String = "203.0.113.7", isSecure: Bool = true,
                headers: [(String, String)] = [("X-Tillwire-Nonce", "nonce-nonce-nonce")]
            ) async -> NativeReply {
                let made = NativeAuthenticationTests.signed(
                    "POST", target, body, by: api.admin, at: now, headers: headers)
                let request = DataPlaneRequest(
                    method: "POST", target: path ?? target, headers: made.headers, peerAddress: peer, isSecure: isSecure
                )
                let stream = NativeStreamExchange()
                api.api.handle(DataPlaneExchange(request: request, sink: stream), body: stream.body)
                stream.send(Self.line("a") + Self.line("b"))
                stream.body.complete()
                return await stream.reply
            }
            let unsigned = "UNSIGNED-PAYLOAD"
            #expect(await send(unsigned, isSecure: false).code == "insecure_transport")
            #expect(await send(Self.line("a") + Self.line("b")).code == "unauthenticated")
            #expect(await send(unsigned, to: "/v1/queues/q/release/stream").code == "unauthenticated")
            #expect(Self.codes(await send(unsigned, headers: [])) == ["invalid_value", "invalid_value"])
            #expect(await send(unsigned).lines.map { $0["duplicate"]?.bool } == [false, false])
            let again = await send(unsigned, peer: "127.0.0.1", isSecure: false)
            #expect(again.lines.map { $0["duplicate"]?.bool } == [true, true])
        }
    }

    @Test("a body that breaks off: complete lines are done, a started one is not, and a last line says why")
    func broken() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let failures: [(RequestBodyFailure, String)] = [
                (.refused(.malformed), "stream_broken"), (.refused(.streamPaused), "stream_broken"),
                (.refused(.tooManyBodyBytes), "overloaded"), (.stopping, "closed"),
            ]
            for (failure, code) in failures {
                let stream = Self.begin(api, "/v1/queues/q/messages/stream")
                stream.send(Self.line("whole") + "{\"body\":\"half\"}")
                stream.body.fail(failure)
                let reply = await stream.reply
                #expect(Self.codes(reply) == ["done", code])
                #expect(await api.receive("q").map { $0["body"]?.string } == ["whole"])
            }
        }
    }

    @Test("a client that leaves ends its stream; what was answered is durable")
    func leaving() async throws {
        try await NativeHarness.run { api in
            let (stream, box) = try await Self.beginAnswered(api, Self.line("told"))
            box.stopTaking()
            stream.leave()
            try await expectEventually { api.api.figures.streams == 0 }
            #expect(box.lineCount == 1 && !box.isFinished)
            #expect(await api.receive("q").map { $0["body"]?.string } == ["told"])
        }
    }

    @Test("a key that is withdrawn ends the streams under way: nothing behind it is attempted")
    func withdrawn() async throws {
        try await NativeHarness.run { api in
            let (stream, _) = try await Self.beginAnswered(api, Self.line("a"))
            api.book.replace(with: [])
            stream.send((0..<300).map { Self.line("\($0)") }.joined())
            let codes = Self.codes(await stream.reply)
            #expect(codes.first == "done" && codes.dropFirst().prefix(256).allSatisfy { $0 == "forbidden" })
            #expect(codes.dropFirst(257).allSatisfy { $0 == "not_attempted" } && codes.count > 257)
            api.book.replace(with: [api.admin])
            #expect(await api.receive("q").map { $0["body"]?.string } == ["a"])
        }
    }

    @Test("a secret that is taken back ends the streams begun with it; one that is being rotated does not")
    func rotated() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let stream = Self.begin(api, "/v1/queues/q/messages/stream")
            let box = try #require(await stream.box)
            var key = api.admin
            key.secret = APIKeyRecord.makeSecret()
            key.previousSecret = api.admin.secret
            api.book.replace(with: [key])
            stream.send(Self.line("a"))
            try await expectEventually { box.lineCount == 1 }
            key.previousSecret = nil
            api.book.replace(with: [key])
            stream.send(Self.line("b"))
            #expect(Self.codes(await stream.reply) == ["done", "forbidden"])
        }
    }

    @Test("a line that comes too slowly ends its stream; lines before it are done")
    func slowLine() async throws {
        try await NativeHarness.run { api in
            let (stream, box) = try await Self.beginAnswered(api, Self.line("a") + "{")
            try await expectEventually {
                api.time.advance(milliseconds: 5_000)
                stream.send(" ")
                return box.isFinished
            }
            #expect(Self.codes(await stream.reply) == ["done", "stream_broken"])
        }
    }

    @Test("one key has so many streams at once, and others have theirs beside it")
    func streamsPerKey() async throws {
        let store = TemporaryStore()
        let other = APIKeyRecord.make(
            owner: "other", allowsHMACSHA1: false,
            grants: [try APIGrant(.role(.admin), queues: NativeHarness.patterns, topics: NativeHarness.patterns)])
        let run = try await store.run { broker in
            let api = try NativeHarness(broker, store.time, more: [other])
            _ = await api.ask("PUT", "/v1/queues/q")
            let target = "/v1/queues/q/messages/stream"
            let streams = (0..<NativeLimits.streamsPerKeyMax).map { _ in Self.begin(api, target) }
            #expect(await Self.begin(api, target).reply.code == "overloaded")
            let beside = Self.begin(api, target, [NativeHarness.bearer(other)])
            #expect(api.api.figures.streams == NativeLimits.streamsPerKeyMax + 1)
            // They take no room from requests.
            try await expectEventually { api.api.figures.inFlight == 0 }
            for stream in streams + [beside] { stream.body.complete() }
            for stream in streams + [beside] { #expect(await stream.reply.status == 200) }
            try await expectEventually { api.api.figures.streams == 0 }
            let again = Self.begin(api, target)
            again.body.complete()
            #expect(await again.reply.status == 200)
        }
        #expect(run.problems == [])
    }

    @Test("streams are bounded in number and bytes, and a stop ends them")
    func bounds() async throws {
        let store = TemporaryStore()
        let run = try await store.run { broker in
            let api = try NativeHarness(broker, store.time) { $0.streamCountMax = 2 }
            _ = await api.ask("PUT", "/v1/queues/q")
            let first = Self.begin(api, "/v1/queues/q/messages/stream")
            async let second = api.ask("POST", "/v1/queues/q/receive/stream", #"{"wait_millis":3600000}"#)
            try await expectEventually { api.api.figures.streams == 2 }
            let third = await Self.begin(api, "/v1/queues/q/acknowledge/stream").reply
            #expect(third.status == 503 && third.code == "overloaded")
            first.send(Self.line("a"))
            try await testGracefulShutdown { trigger in
                trigger.triggerGracefulShutdown()
                try await api.api.run()
            }
            #expect(Self.codes(await first.reply).last == "closed")
            #expect(await second.status == 200)
            let late = await Self.begin(api, "/v1/queues/q/messages/stream").reply
            #expect(late.status == 503 && late.code == "closed")
            try await expectEventually { api.api.figures.streams == 0 && api.api.figures.inFlight == 0 }
        }
        #expect(run.problems == [])
    }

    @Test("receipts are settled as they come")
    func settling() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            _ = await api.askLines("/v1/queues/q/messages", (0..<600).map { "{\"body\":\"\($0)\"}" })
            var receipts: [String] = []
            for _ in 0..<3 { receipts += await api.receive("q").compactMap { $0["receipt"]?.string } }
            try #require(receipts.count == 600)
            let stream = Self.begin(api, "/v1/queues/q/acknowledge/stream")
            let box = try #require(await stream.box)
            stream.send("{\"receipt\":\"\(receipts[0])\"}\n{}\n")
            try await expectEventually { box.lineCount == 2 }
            stream.send(receipts.dropFirst().map { "{\"receipt\":\"\($0)\"}\n" }.joined())
            stream.body.complete()
            let codes = Self.codes(await stream.reply)
            #expect(codes.count == 601 && codes.enumerated().allSatisfy { ($1 == "done") == ($0 != 1) })
            #expect(await api.figure("leased") == 0)
            #expect(api.api.figures.settled == 600)
            #expect(await Self.begin(api, "/v1/queues/none/release/stream").reply.code == "queue_not_found")
        }
    }

    @Test("lines are cut at line feeds however they arrive; one too long is passed over")
    func reader() {
        var reader = NativeLineReader(lineByteCountMax: 4)
        var lines: [NativeLineReader.Line] = []
        for part in ["ab", "c\n\nlong", "er\nabcd\nx", "", "yzw5", "6", "7\n12345\nend"] {
            reader.append(ByteBuffer(string: part))
            while let line = reader.next() { lines.append(line) }
        }
        let expected = ["abc", "", nil, "abcd", nil, nil]
        #expect(lines == expected.map { $0.map { .line(Array($0.utf8)) } ?? .tooLong })
        #expect(reader.last() == .line(Array("end".utf8)) && reader.last() == nil)
        reader.append(ByteBuffer(string: "123456"))
        #expect(reader.next() == nil && reader.byteCount == 0)
        #expect(reader.last() == .tooLong && reader.last() == nil)
    }

    @Test("what was taken is not kept, though some line is always incomplete")
    func readerMemory() {
        var reader = NativeLineReader()
        let part = ByteBuffer(string: String(repeating: "x", count: 59_999) + "\n" + "start")
        for _ in 0..<500 {
            reader.append(part)
            while reader.next() != nil {}
            #expect(reader.byteCount == 5 && reader.unfinishedByteCount == 5)
        }
        #expect(reader.capacity <= 262_144)
        // A long line leaves no room behind it.
        for _ in 0..<40 {
            reader.append(ByteBuffer(string: String(repeating: "y", count: 100_000)))
            #expect(reader.next() == nil)
        }
        #expect(reader.capacity >= 4_000_000 && reader.unfinishedByteCount == 4_000_005)
        reader.append(part)
        while reader.next() != nil {}
        #expect(reader.byteCount == 5 && reader.capacity <= NativeLimits.streamKeptByteCountMax)
    }
}
