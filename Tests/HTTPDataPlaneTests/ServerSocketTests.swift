import HTTPDataPlane
import NIOCore
import Testing

@Suite struct ServerSocketTests {
    @Test("requests pipelined over a socket are answered in order and the connection closes when asked")
    func pipelining() async throws {
        try await withServer(ClosureHandler.echo) { address, _ in
            let requests = (1...20).map { number in
                "GET /\(number) HTTP/1.1\r\nHost: a\r\n\(number == 20 ? "Connection: close\r\n" : "")\r\n"
            }
            let text = try await RawClient.exchange(port: address.port, requests.joined())
            let paths = text.split(separator: "\r\n").filter { $0.hasPrefix("/") }.map { $0.prefix { $0 != " " } }
            #expect(paths.map(String.init) == (1...20).map { "/\($0)" })
        }
    }

    @Test("answers given by a task come back to their connections")
    func answersFromTask() async throws {
        let handler = ClosureHandler { batch in
            Task { for exchange in batch { exchange.respond(.json(status: 200, #"{"code":"SUCCESS"}"#)) } }
        }
        try await withServer(handler) { address, loops in
            try await withClient(loops) { client in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<100 {
                        let url = try demoURL(address.port, "/\(number)")
                        group.addTask { try await client.send(OutboundRequest(url: url, body: [1, 2, 3])).status }
                    }
                    for try await status in group { #expect(status == 200) }
                }
            }
        }
    }

    @Test("a second server on the same port says so clearly")
    func addressInUse() async throws {
        try await withServer(ClosureHandler.echo) { address, loops in
            let settings = DataPlaneServerSettings(port: address.port)
            let second = DataPlaneServer(settings: settings, loops: loops, handler: ClosureHandler.echo)
            let error = await #expect(throws: DataPlaneError.self) { try await second.start() }
            #expect(error?.description == "address already in use 127.0.0.1:\(address.port)")
        }
    }

    @Test("an unusable address, port, limit or file is refused by name")
    func unusableSettings() async throws {
        let loops = DataPlaneLoops(count: 1)
        func failure(_ settings: DataPlaneServerSettings) async -> DataPlaneError? {
            let server = DataPlaneServer(settings: settings, loops: loops, handler: ClosureHandler.echo)
            return await #expect(throws: DataPlaneError.self) { try await server.start() }
        }
        #expect(await failure(DataPlaneServerSettings(host: "192.0.2.1")) == .addressNotAvailable("192.0.2.1:0"))
        #expect(await failure(DataPlaneServerSettings(port: 70_000)) == .portOutOfRange(70_000))
        var limits = HTTPLimits()
        limits.idleSecondsMax = 0
        let limit = await failure(DataPlaneServerSettings(limits: limits))
        #expect(limit?.description == "limit idleSecondsMax is 0; it must be at least 1")
        let files = DataPlaneServerSettings.TLSFiles(certificateChainPath: "/absent.pem", privateKeyPath: "/absent.key")
        let file = await failure(DataPlaneServerSettings(tls: files))
        #expect(file?.description.hasPrefix("cannot use TLS file /absent.pem") == true)
        await loops.shutdown()
    }

    @Test("connections beyond the limit of their address get 503")
    func tooManyConnections() async throws {
        var limits = HTTPLimits()
        limits.connectionsPerAddressMax = 1
        let counters = DataPlaneCounters()
        try await withServer(ClosureHandler.echo, limits: limits, counters: counters) { address, loops in
            try await withClient(loops) { client in
                // Its connection is kept alive and holds the only place.
                _ = try await client.send(OutboundRequest(url: try demoURL(address.port)))
                let second = try await RawClient.connect(port: address.port)
                let text = try await second.untilClosed()
                #expect(text.hasPrefix("HTTP/1.1 503 "))
                #expect(text.contains("more than 1 connections from one address"))
            }
            #expect(counters.snapshot().refusals == [.tooManyConnectionsFromAddress: 1])
        }
    }

    @Test("stopping finishes what is under way and closes idle connections")
    func gracefulStop() async throws {
        let kept = KeptExchanges()
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let handler = ClosureHandler { batch in
            kept.keep(batch)
            arrived.yield()
        }
        let loops = DataPlaneLoops(count: 2)
        let server = DataPlaneServer(settings: DataPlaneServerSettings(), loops: loops, handler: handler)
        let address = try await server.start()
        let idle = try await RawClient.connect(port: address.port)
        let busy = try await RawClient.connect(port: address.port)
        try await busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        for await _ in arrivals { break }
        async let stopped: Void = server.stop(graceSeconds: 60)
        #expect(try await idle.untilClosed() == "")
        for exchange in kept.takeAll() { exchange.respond(DataPlaneResponse(status: 200)) }
        #expect(try await busy.untilClosed() == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await stopped
        await loops.shutdown()
    }

    @Test("a client that goes away before its answer harms nobody")
    func goneClient() async throws {
        let kept = KeptExchanges()
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let handler = ClosureHandler { batch in
            if batch[0].request.path == "/keep" {
                kept.keep(batch)
                arrived.yield()
            } else {
                for exchange in batch { exchange.respond(DataPlaneResponse(status: 200)) }
            }
        }
        try await withServer(handler) { address, _ in
            let gone = try await RawClient.connect(port: address.port)
            try await gone.send("GET /keep HTTP/1.1\r\nHost: a\r\n\r\n")
            for await _ in arrivals { break }
            try await gone.close()
            for exchange in kept.takeAll() { exchange.respond(DataPlaneResponse(status: 200)) }
            let text = try await RawClient.exchange(
                port: address.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("a large body goes both ways over a socket")
    func largeBody() async throws {
        let handler = ClosureHandler { batch in
            for exchange in batch { exchange.respond(DataPlaneResponse(status: 200, body: exchange.request.body)) }
        }
        try await withServer(handler) { address, loops in
            try await withClient(loops) { client in
                let body = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let answer = try await client.send(OutboundRequest(url: try demoURL(address.port), body: body))
                #expect(answer.body == body)
            }
        }
    }
}
