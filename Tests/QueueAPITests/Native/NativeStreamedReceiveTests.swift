import AccessControl
import BoundedJSON
import MessageModel
import NIOCore
import TestSupport
import Testing
import Tillwire

@testable import HTTPDataPlane
@testable import QueueAPI

@Suite("Native API: streams of deliveries")
struct NativeStreamedReceiveTests {
    private static func begin(
        _ api: NativeHarness, _ body: String, whenWriting: (@Sendable () -> Void)? = nil
    ) -> NativeStreamExchange {
        let exchange = NativeStreamExchange(whenWriting: whenWriting)
        let request = DataPlaneRequest(
            method: "POST", target: "/v1/queues/q/receive/stream",
            headers: HTTPFields([NativeHarness.bearer(api.admin)]),
            body: ByteBuffer(string: body))
        api.api.handle([DataPlaneExchange(request: request, sink: exchange, client: exchange.client)])
        return exchange
    }

    /// Begins a stream from a new queue `q`, and sends one message, which is written.
    private static func beginWritten(
        _ api: NativeHarness, _ body: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> NativeStreamBox {
        _ = await api.ask("PUT", "/v1/queues/q")
        let stream = begin(api, #"{"wait_millis":60000}"#)
        let box = try #require(await stream.box, sourceLocation: sourceLocation)
        _ = await api.ask("POST", "/v1/queues/q/messages", #"{"body":"\#(body)"}"#)
        try await expectEventually(sourceLocation: sourceLocation) { box.lineCount == 1 }
        return box
    }

    @Test("messages go out as they come, until none came for a while")
    func quiet() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let stream = Self.begin(api, #"{"wait_millis":60000,"visibility_millis":43200000,"consumer":"c"}"#)
            let box = try #require(await stream.box)
            for count in 1...3 {
                _ = await api.ask("POST", "/v1/queues/q/messages", #"{"body":"\#(count)"}"#)
                try await expectEventually { box.lineCount == count }
            }
            _ = await api.askLines("/v1/queues/q/messages", (4...1_000).map { "{\"body\":\"\($0)\"}" })
            try await expectEventually { box.lineCount == 1_000 }
            let hasEnded = try await eventually(moving: api.time) {
                api.time.advance(milliseconds: 500)
                return box.isFinished
            }
            #expect(hasEnded)
            let reply = await stream.reply
            #expect(reply.status == 200 && reply.media == "application/x-ndjson")
            #expect(reply.lines.map { $0["body"]?.string } == (1...1_000).map { "\($0)" })
            #expect(api.api.figures.received == 1_000 && api.api.figures.streams == 0)
        }
    }

    @Test("a stream ends behind as many messages as were asked for, and leases no more")
    func count() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            _ = await api.askLines("/v1/queues/q/messages", (0..<600).map { "{\"body\":\"\($0)\"}" })
            #expect(await Self.begin(api, #"{"max":500,"wait_millis":60000}"#).reply.lines.count == 500)
            #expect(await api.figure("leased") == 500)
            #expect(await Self.begin(api, #"{"wait_millis":0}"#).reply.lines.count == 100)
            #expect(await Self.begin(api, #"{"max":0}"#).reply.code == "invalid_value")
            #expect(await Self.begin(api, #"{"wait_millis":3600001}"#).reply.code == "invalid_value")
        }
    }

    @Test("large bodies are leased few at a time, and none is given back for its size")
    func largeBodies() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q", #"{"body_bytes_max":1048576}"#)
            let body = String(repeating: "x", count: 300_000)
            for _ in 0..<20 { _ = await api.ask("POST", "/v1/queues/q/messages", #"{"body":"\#(body)"}"#) }
            let reply = await Self.begin(api, #"{"wait_millis":0}"#).reply
            #expect(reply.text.utf8.count > 6_000_000)
            let lines = reply.text.split(separator: "\n")
            #expect(
                lines.count == 20
                    && lines.allSatisfy { $0.contains("\"delivery_count\":1,") || $0.contains("\"delivery_count\":1}") }
            )
        }
    }

    @Test("what could not be written is given back, and a client that leaves ends its stream")
    func leaving() async throws {
        try await NativeHarness.run { api in
            let box = try await Self.beginWritten(api, "first")
            box.stopTaking()
            _ = await api.askLines("/v1/queues/q/messages", (0..<40).map { "{\"body\":\"\($0)\"}" })
            try await expectEventually { api.api.figures.streams == 0 }
            try await expectEventually {
                await api.figure("leased") == 1
            }
            // A receive may bring fewer than are visible.
            var bodies = Set<String>()
            while case let visible = await api.receive("q"), !visible.isEmpty {
                bodies.formUnion(visible.compactMap { $0["body"]?.string })
            }
            #expect(bodies == Set((0..<40).map { "\($0)" }))
            let waiting = Self.begin(api, #"{"wait_millis":60000}"#)
            try await expectEventually {
                await api.figure("waiting_receives") == 1
            }
            waiting.leave()
            try await expectEventually { api.api.figures.streams == 0 }
        }
    }

    @Test("what was written in part may have been read: its leases run out, only the rest is given back")
    func brokenOff() async throws {
        try await NativeHarness.run { api in
            let box = try await Self.beginWritten(api, "whole")
            box.breakOff()
            _ = await api.ask("POST", "/v1/queues/q/messages", #"{"body":"seen"}"#)
            try await expectEventually { api.api.figures.streams == 0 }
            #expect(await api.figure("leased") == 2)
            #expect(await api.receive("q").isEmpty)
        }
    }

    @Test("a message whose lease ended while those before it were written is not written: it may be somebody else's")
    func expired() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let body = String(repeating: "x", count: 70_000)
            for _ in 0..<2 { _ = await api.ask("POST", "/v1/queues/q/messages", #"{"body":"\#(body)"}"#) }
            let time = api.time
            // A client so slow that every piece of one message takes as long as a lease.
            let stream = Self.begin(api, #"{"max":3,"wait_millis":600000}"#) {
                time.advance(milliseconds: Limits.visibilityMillisDefault)
            }
            let box = try #require(await stream.box)
            let hasEnded = try await eventually(moving: time) { box.isFinished }
            #expect(hasEnded)
            let counts = await stream.reply.lines.map { $0["delivery_count"]?.int64 ?? 0 }
            #expect(counts.count == 3 && counts.first == 1 && counts.dropFirst().allSatisfy { $0 > 1 })
        }
    }

    @Test("a key that is withdrawn ends the stream with a line that says so")
    func withdrawn() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let stream = Self.begin(api, #"{"wait_millis":60000}"#)
            let box = try #require(await stream.box)
            try await expectEventually {
                await api.figure("waiting_receives") == 1
            }
            api.book.replace(with: [])
            _ = try await api.broker.queue("q").send("m")
            try await expectEventually { box.isFinished }
            let reply = await stream.reply
            #expect(reply.lines.map { $0["error"]?["code"]?.string ?? "message" } == ["forbidden"])
            api.book.replace(with: [api.admin])
            #expect(await api.receive("q").map { $0["body"]?.string } == ["m"])
        }
    }
}
