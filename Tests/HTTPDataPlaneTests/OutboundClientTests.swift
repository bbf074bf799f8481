import HTTPDataPlane
import NIOCore
import Synchronization
import Testing

@Suite struct OutboundClientTests {
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// The failure of one POST to a scripted server.
    private func failure(
        _ steps: [ScriptedServer.Step], timeLimits: OutboundTimeLimits? = nil
    ) async throws -> OutboundFailure? {
        let server = try await ScriptedServer.start([steps])
        let loops = DataPlaneLoops(count: 1)
        let result = try await withClient(loops) { client in
            let request = OutboundRequest(url: try demoURL(server.port), timeLimits: timeLimits)
            return await #expect(throws: OutboundFailure.self) { try await client.send(request) }
        }
        try await server.stop()
        await loops.shutdown()
        return result
    }

    @Test("the request is written with Host first and its fields in the order given")
    func wireFormat() async throws {
        let server = try await ScriptedServer.start([[.answer(ok)]])
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops) { client in
            let headers: HTTPFields = ["User-Agent": "tillwire/1", "webhook-id": "msg_1", "Accept": "*/*"]
            let request = OutboundRequest(
                url: try demoURL(server.port, "/hook?x=1"), headers: headers, body: Array("{}".utf8))
            let answer = try await client.send(request)
            #expect(answer.status == 200)
            #expect(answer.body == Array("ok".utf8))
            #expect(answer.peerAddress == "127.0.0.1")
            #expect(!answer.reused)
            #expect(answer.timings.totalMicros >= answer.timings.firstByteMicros)
        }
        #expect(
            server.requests == [
                "POST /hook?x=1 HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nUser-Agent: tillwire/1\r\n"
                    + "webhook-id: msg_1\r\nAccept: */*\r\nContent-Length: 2\r\n\r\n{}"
            ])
        try await server.stop()
        await loops.shutdown()
    }

    @Test("a connection is used again, until its answer says close")
    func reuse() async throws {
        let close = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
        let server = try await ScriptedServer.start([[.answer(ok), .answer(close)], [.answer(ok)]])
        let loops = DataPlaneLoops(count: 2)
        try await withClient(loops) { client in
            let request = OutboundRequest(url: try demoURL(server.port))
            var reused: [Bool] = []
            for _ in 0..<3 { reused.append(try await client.send(request).reused) }
            #expect(reused == [false, true, false])
        }
        #expect(server.connectionCount == 2)
        try await server.stop()
        await loops.shutdown()
    }

    @Test("a connection is given up after its number of uses")
    func useCount() async throws {
        let server = try await ScriptedServer.start([[.answer(ok), .answer(ok), .answer(ok)]])
        let loops = DataPlaneLoops(count: 1)
        var limits = OutboundLimits()
        limits.connectionUseCountMax = 2
        try await withClient(loops, limits: limits) { client in
            let request = OutboundRequest(url: try demoURL(server.port))
            for _ in 0..<4 { _ = try await client.send(request) }
        }
        #expect(server.connectionCount == 2)
        try await server.stop()
        await loops.shutdown()
    }

    @Test("a reused connection that breaks before the first byte is replaced once, unseen by the caller")
    func reconnect() async throws {
        let server = try await ScriptedServer.start([[.answer(ok), .closeWithoutAnswer], [.answer(ok)]])
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops) { client in
            let request = OutboundRequest(url: try demoURL(server.port))
            #expect(try await client.send(request).reconnected == false)
            let second = try await client.send(request)
            #expect(second.reconnected)
            #expect(!second.reused)
        }
        #expect(server.requests.count == 3)
        try await server.stop()
        await loops.shutdown()
    }

    @Test("a new connection that breaks before the first byte is a reset, not tried again")
    func noSecondChance() async throws {
        #expect(try await failure([.closeWithoutAnswer]) == .reset)
    }

    @Test("a server that never answers runs into the attempt's own time limit")
    func totalTimeout() async throws {
        #expect(try await failure([.silence], timeLimits: OutboundTimeLimits(totalMillis: 30)) == .timeoutTotal)
    }

    @Test("nobody listening is refused")
    func refused() async throws {
        let reserved = try await ReservedPort.take()
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops) { client in
            let request = OutboundRequest(url: try demoURL(reserved.port))
            await #expect(throws: OutboundFailure.refused) { try await client.send(request) }
        }
        try await reserved.giveBack()
        await loops.shutdown()
    }

    @Test("cancelling the task ends the attempt as ours")
    func cancellation() async throws {
        let server = try await ScriptedServer.start([[.silence]])
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops) { client in
            let request = OutboundRequest(url: try demoURL(server.port))
            let task = Task { try await client.send(request) }
            task.cancel()
            await #expect(throws: OutboundFailure.senderError(.cancelled)) { try await task.value }
        }
        try await server.stop()
        await loops.shutdown()
    }

    @Test("shutting down ends what is under way")
    func shutdown() async throws {
        let server = try await ScriptedServer.start([[.silence]])
        let loops = DataPlaneLoops(count: 1)
        let client = OutboundClient(settings: OutboundSettings(policy: try .demo()), loops: loops)
        let request = OutboundRequest(url: try demoURL(server.port))
        let task = Task { try await client.send(request) }
        await client.shutdown()
        await #expect(throws: OutboundFailure.senderError(.shutDown)) { try await task.value }
        try await server.stop()
        await loops.shutdown()
    }

    @Test("redirects are answers like any other")
    func redirect() async throws {
        let server = try await ScriptedServer.start([
            [.answer("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")]
        ])
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops) { client in
            let answer = try await client.send(OutboundRequest(url: try demoURL(server.port)))
            #expect(answer.status == 302)
            #expect(answer.headers["location"] == "http://127.0.0.1:1/")
        }
        #expect(server.connectionCount == 1)
        try await server.stop()
        await loops.shutdown()
    }

    @Test("interim answers are skipped, eight at most")
    func interimAnswers() async throws {
        let interim = "HTTP/1.1 103 Early Hints\r\n\r\n"
        let server = try await ScriptedServer.start([[.answer(String(repeating: interim, count: 8) + ok)]])
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops) { client in
            let answer = try await client.send(OutboundRequest(url: try demoURL(server.port)))
            #expect(answer.status == 200)
        }
        try await server.stop()
        await loops.shutdown()
        let nine = try await failure([.answer(String(repeating: interim, count: 9) + ok)])
        #expect(nine == .protocolError(.tooManyInterimAnswers))
    }

    @Test("a body that ends with the connection is complete")
    func bodyUntilClose() async throws {
        let server = try await ScriptedServer.start([[.answerAndClose("HTTP/1.1 200 OK\r\n\r\nall of it")]])
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops) { client in
            let answer = try await client.send(OutboundRequest(url: try demoURL(server.port)))
            #expect(answer.body == Array("all of it".utf8))
        }
        try await server.stop()
        await loops.shutdown()
    }

    @Test("answers that break a bound or the protocol fail as such")
    func badAnswers() async throws {
        let big = String(repeating: "x", count: 65_537)
        let announced = try await failure([.answer("HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n")])
        #expect(announced == .responseTooLarge)
        #expect(try await failure([.answerAndClose("HTTP/1.1 200 OK\r\n\r\n" + big)]) == .responseTooLarge)
        let many = (0..<101).map { "X-\($0): 1\r\n" }.joined()
        #expect(try await failure([.answer("HTTP/1.1 200 OK\r\n\(many)\r\n")]) == .protocolError(.headTooLarge))
        #expect(
            try await failure([.answer("HTTP/1.1 200 OK\r\nX: \(big)\r\n\r\n")]) == .protocolError(.headTooLarge))
        #expect(try await failure([.answer("HTTP/1.1 200 \(big)")]) == .protocolError(.headTooLarge))
        #expect(try await failure([.answer("SSH-2.0-x\r\n")]) == .protocolError(.malformedAnswer))
        #expect(
            try await failure([.answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")])
                == .protocolError(.switchedProtocols))
        #expect(
            try await failure([.answerAndClose("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc")])
                == .protocolError(.truncated))
        let both = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        #expect(try await failure([.answer(both)])?.shortDescription == "protocol_error")
    }

    @Test("requests that could break their own head are never sent")
    func badRequests() async throws {
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops) { client in
            let url = try demoURL(9)
            func failure(_ request: OutboundRequest) async -> OutboundFailure? {
                await #expect(throws: OutboundFailure.self) { try await client.send(request) }
            }
            #expect(await failure(.init(url: url, headers: ["X": "a\r\nb"])) == .senderError(.malformedHeader))
            #expect(await failure(.init(url: url, headers: ["X Y": "a"])) == .senderError(.malformedHeader))
            #expect(await failure(.init(url: url, headers: ["host": "x"])) == .senderError(.reservedHeader))
            #expect(await failure(.init(url: url, headers: ["Content-Length": "1"])) == .senderError(.lengthMismatch))
            #expect(await failure(.init(method: "P T", url: url)) == .senderError(.invalidMethod))
        }
        await loops.shutdown()
    }

    @Test("an endpoint gets no more connections than its bound, the rest wait their turn")
    func connectionBound() async throws {
        var limits = OutboundLimits()
        limits.connectionsPerEndpointMax = 2
        let counters = DataPlaneCounters()
        try await withServer(ClosureHandler.echo, counters: counters) { address, loops in
            try await withClient(loops, limits: limits) { client in
                let request = OutboundRequest(url: try demoURL(address.port))
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<50 { group.addTask { try await client.send(request).status } }
                    for try await status in group { #expect(status == 200) }
                }
            }
            #expect(counters.snapshot().connectionsAccepted <= 2)
            #expect(counters.snapshot().requests == 50)
        }
    }

    @Test("when all places are taken an idle connection of another endpoint makes room")
    func eviction() async throws {
        var limits = OutboundLimits()
        limits.connectionCountMax = 1
        let first = try await ScriptedServer.start([[.answer(ok), .answer(ok)]])
        let second = try await ScriptedServer.start([[.answer(ok), .answer(ok)]])
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops, limits: limits) { client in
            for port in [first.port, second.port, first.port] {
                let answer = try await client.send(OutboundRequest(url: try demoURL(port)))
                #expect(answer.status == 200)
            }
        }
        #expect(first.connectionCount == 2)
        try await first.stop()
        try await second.stop()
        await loops.shutdown()
    }
}
