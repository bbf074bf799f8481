import HTTPDataPlane
import Synchronization
import Testing

/// Answers names from a table and counts how often it is asked.
private final class TableResolver: NameResolver {
    private let table: [String: [String]]
    private let asked = Mutex<[String]>([])

    init(_ table: [String: [String]]) {
        self.table = table
    }

    var askedNames: [String] { asked.withLock { $0 } }

    func addresses(of name: String) throws(NameResolverError) -> [IPAddress] {
        asked.withLock { $0.append(name) }
        guard let texts = table[name] else { throw .notFound }
        return texts.compactMap { try? IPAddress(parsing: $0) }
    }
}

@Suite struct OutboundAddressTests {
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    private func send(
        _ text: String, _ resolver: any NameResolver, policy: EndpointPolicy
    ) async throws -> Result<OutboundResponse, OutboundFailure> {
        let loops = DataPlaneLoops(count: 1)
        let url = try EndpointURL.parse(text, policy: policy)
        let result = try await withClient(loops, resolver: resolver, policy: policy) { client in
            do throws(OutboundFailure) {
                return Result<OutboundResponse, OutboundFailure>.success(
                    try await client.send(OutboundRequest(url: url)))
            } catch {
                return .failure(error)
            }
        }
        await loops.shutdown()
        return result
    }

    @Test(
        "a name that leads inside is blocked when connecting",
        arguments: ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00:ec2::254"])
    func rebinding(address: String) async throws {
        let resolver = TableResolver(["push.example.com": [address]])
        let result = try await send("https://push.example.com/", resolver, policy: .production)
        guard case .failure(.addressBlocked) = result else {
            Issue.record("expected address_blocked, got \(result)")
            return
        }
    }

    @Test("one blocked address among good ones fails the attempt")
    func mixedAnswer() async throws {
        let resolver = TableResolver(["push.example.com": ["1.1.1.1", "127.0.0.1"]])
        let result = try await send("https://push.example.com/", resolver, policy: .production)
        guard case .failure(.addressBlocked(.loopback)) = result else {
            Issue.record("expected address_blocked, got \(result)")
            return
        }
    }

    @Test("a name that does not exist is a dns_error, remembered for a while")
    func unknownName() async throws {
        let resolver = TableResolver([:])
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops, limits: .remembering, resolver: resolver, policy: .production) { client in
            let url = try EndpointURL.parse("https://absent.example/", policy: .production)
            for _ in 0..<2 {
                await #expect(throws: OutboundFailure.dnsError) { try await client.send(OutboundRequest(url: url)) }
            }
        }
        #expect(resolver.askedNames == ["absent.example"])
        await loops.shutdown()
    }

    @Test("a resolver that does not answer in time is a timeout_dns")
    func slowResolver() async throws {
        let gate = GateResolver()
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops, resolver: gate, policy: .production) { client in
            let url = try EndpointURL.parse("https://slow.example/", policy: .production)
            let request = OutboundRequest(url: url, timeLimits: OutboundTimeLimits(dnsMillis: 20))
            await #expect(throws: OutboundFailure.timeoutDNS) { try await client.send(request) }
            gate.open()
        }
        await loops.shutdown()
    }

    @Test("a name is resolved once for many requests and its other addresses are tried when one refuses")
    func secondAddress() async throws {
        let server = try await ScriptedServer.start([[.answer(ok), .answer(ok)]])
        // Nothing listens on ::1 at that port, or on nothing at all: both make the client go on.
        let resolver = TableResolver(["push.example.com": ["::1", "127.0.0.1"]])
        let loops = DataPlaneLoops(count: 1)
        let policy = try EndpointPolicy.demo()
        try await withClient(loops, limits: .remembering, resolver: resolver, policy: policy) { client in
            let url = try EndpointURL.parse("http://push.example.com:\(server.port)/", policy: policy)
            #expect(try await client.send(OutboundRequest(url: url)).peerAddress == "127.0.0.1")
            #expect(try await client.send(OutboundRequest(url: url)).reused)
        }
        #expect(resolver.askedNames == ["push.example.com"])
        #expect(server.requests.first?.contains("Host: push.example.com:\(server.port)\r\n") == true)
        try await server.stop()
        await loops.shutdown()
    }

    @Test("a URL parsed under a looser policy is refused by a stricter client")
    func stricterClient() async throws {
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops, policy: .production) { client in
            let plain = OutboundRequest(url: try demoURL(80))
            await #expect(throws: OutboundFailure.senderError(.urlNotAllowed)) { try await client.send(plain) }
        }
        var policy = try EndpointPolicy.demo()
        policy.addresses = AddressPolicy()
        try await withClient(loops, policy: policy) { client in
            let inside = OutboundRequest(url: try demoURL(80))
            await #expect(throws: OutboundFailure.addressBlocked(.loopback)) { try await client.send(inside) }
        }
        await loops.shutdown()
    }
}

extension OutboundLimits {
    /// Remembers names and connections for longer than a busy machine may take between two requests of a test.
    fileprivate static var remembering: OutboundLimits {
        var limits = OutboundLimits()
        limits.nameCacheSecondsMax = 300
        limits.negativeNameCacheSecondsMax = 300
        return limits
    }
}
