import HTTPDataPlane
import Testing

/// Leads every name to the loopback address.
private struct LoopbackResolver: NameResolver {
    func addresses(of name: String) throws(NameResolverError) -> [IPAddress] {
        [IPAddress(v4: 0x7f00_0001)]
    }
}

@Suite struct TLSTests {
    private func files(_ certificate: String) -> DataPlaneServerSettings.TLSFiles {
        DataPlaneServerSettings.TLSFiles(
            certificateChainPath: Fixtures.path("tls/\(certificate).pem"),
            privateKeyPath: Fixtures.path("tls/server.key"))
    }

    /// One request to a TLS server with this certificate, by this name.
    private func send(
        certificate: String, host: String, trusted: Bool = true
    ) async throws -> Result<OutboundResponse, OutboundFailure> {
        let handler = ClosureHandler { batch in
            for exchange in batch {
                exchange.respond(DataPlaneResponse(status: exchange.request.isSecure ? 200 : 500))
            }
        }
        let roots = trusted ? Fixtures.path("tls/ca.pem") : nil
        return try await withServer(handler, tls: files(certificate)) { address, loops in
            try await withClient(loops, trustedRootsPath: roots, resolver: LoopbackResolver()) { client in
                let url = try demoURL(address.port, scheme: "https", host: host)
                do throws(OutboundFailure) {
                    return .success(try await client.send(OutboundRequest(url: url)))
                } catch {
                    return .failure(error)
                }
            }
        }
    }

    @Test("a request goes over TLS to a name its certificate covers")
    func byName() async throws {
        let answer = try await send(certificate: "server", host: "push.example.com").get()
        #expect(answer.status == 200)
        #expect(answer.timings.tlsMicros > 0)
    }

    @Test("an address that the certificate names is good as well")
    func byAddress() async throws {
        #expect(try await send(certificate: "server", host: "127.0.0.1").get().status == 200)
    }

    @Test("each fault of a certificate has its own class")
    func certificateFaults() async throws {
        func failure(_ result: Result<OutboundResponse, OutboundFailure>) -> OutboundFailure? {
            if case .failure(let failure) = result { return failure }
            return nil
        }
        let otherName = failure(try await send(certificate: "server", host: "other.example.com"))
        #expect(otherName == .tlsName)
        let expired = failure(try await send(certificate: "expired", host: "push.example.com"))
        #expect(expired == .tlsExpired)
        let unknown = failure(try await send(certificate: "server", host: "push.example.com", trusted: false))
        #expect(unknown == .tlsUntrusted)
    }

    @Test("a server that speaks no TLS is a protocol fault of the handshake")
    func plainServer() async throws {
        let server = try await ScriptedServer.start([[.silence]])
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops, resolver: LoopbackResolver()) { client in
            let url = try demoURL(server.port, scheme: "https", host: "push.example.com")
            let request = OutboundRequest(url: url, timeLimits: OutboundTimeLimits(tlsMillis: 30))
            await #expect(throws: OutboundFailure.timeoutTLS) { try await client.send(request) }
        }
        try await server.stop()
        try await withServer(ClosureHandler.echo) { address, loops in
            try await withClient(loops, resolver: LoopbackResolver()) { client in
                let url = try demoURL(address.port, scheme: "https", host: "push.example.com")
                await #expect(throws: OutboundFailure.tlsProtocol) { try await client.send(OutboundRequest(url: url)) }
            }
        }
        await loops.shutdown()
    }

    @Test("roots that cannot be read fail the attempt as ours")
    func missingRoots() async throws {
        let loops = DataPlaneLoops(count: 1)
        try await withClient(loops, trustedRootsPath: "/absent.pem", resolver: LoopbackResolver()) { client in
            let server = try await ScriptedServer.start([[.silence]])
            let url = try demoURL(server.port, scheme: "https", host: "push.example.com")
            await #expect(throws: OutboundFailure.senderError(.tlsSetup)) {
                try await client.send(OutboundRequest(url: url))
            }
            try await server.stop()
        }
        await loops.shutdown()
    }
}
