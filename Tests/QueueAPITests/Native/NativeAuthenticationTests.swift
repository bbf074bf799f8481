import AccessControl
import BoundedJSON
import Engine
import HTTPDataPlane
import MessageModel
import NIOCore
import TestSupport
import Testing
import Tillwire

@testable import QueueAPI

@Suite("Native API: who may do what")
struct NativeAuthenticationTests {
    /// Signs as a client does.
    static func signed(
        _ method: String, _ target: String, _ body: String = "", by key: APIKeyRecord, at seconds: UInt64,
        host: String = "tillwire.test:8083", headers extra: [(String, String)] = [], signs: [String]? = nil
    ) -> DataPlaneRequest {
        var headers = [("Host", host), ("X-TC-Timestamp", "\(seconds)")] + extra
        let names = (signs ?? headers.map { $0.0.lowercased() }).sorted()
        let cut = target.split(separator: "?", maxSplits: 1).map(String.init)
        var canonical = "\(method)\n\(cut[0])\n\(cut.count > 1 ? cut[1] : "")\n"
        for name in names { canonical += "\(name):\(headers.first { $0.0.lowercased() == name }?.1 ?? "")\n" }
        canonical += "\n\(names.joined(separator: ";"))\n\(Hashes.hex(Hashes.sha256(Array(body.utf8))))"
        let date = TC3Keys.date(unixSeconds: seconds)
        let hash = Hashes.hex(Hashes.sha256(Array(canonical.utf8)))
        let text = "TC3-HMAC-SHA256\n\(seconds)\n\(date)/tillwire/tc3_request\n\(hash)"
        let signature = Hashes.hex(
            TC3Keys.sign(Array(text.utf8), secret: key.secret, date: date, service: "tillwire"))
        headers.append(
            (
                "Authorization",
                "TC3-HMAC-SHA256 Credential=\(key.id)/\(date)/tillwire/tc3_request, SignedHeaders=\(names.joined(separator: ";")), Signature=\(signature)"
            ))
        return DataPlaneRequest(
            method: method, target: target, headers: HTTPFields(headers), body: ByteBuffer(string: body),
            peerAddress: "203.0.113.7")
    }

    @Test("a bearer key lets in over TLS and from this machine; anything else gets one answer")
    func bearer() async throws {
        try await NativeHarness.run { api in
            func ask(_ authorization: String?, peer: String = "127.0.0.1", isSecure: Bool = false) async -> NativeReply
            {
                await api.ask(
                    DataPlaneRequest(
                        method: "GET", target: "/v1/queues",
                        headers: HTTPFields(authorization.map { [("Authorization", $0)] } ?? []), peerAddress: peer,
                        isSecure: isSecure))
            }
            let good = NativeHarness.bearer(api.admin).1
            #expect(await ask(good).status == 200)
            #expect(await ask(good.replacing("Bearer", with: "bearer"), peer: "::1").status == 200)
            #expect(await ask(good, peer: "203.0.113.7", isSecure: true).status == 200)
            #expect(await ask(good, peer: "203.0.113.7").code == "insecure_transport")
            let id = api.admin.id
            let bad = [
                nil, "", "Bearer", "Bearer ", "Bearer \(id)", "Bearer \(id).", "Bearer .\(api.admin.secret)",
                good + "x",
                "Bearer \(id).\(api.powerless.secret)", "Bearer AKIDunknown.\(api.admin.secret)", "Basic abc",
                String(good.dropLast()), "Bearer " + String(repeating: "a.", count: 2_000),
            ]
            for authorization in bad {
                let reply = await ask(authorization)
                #expect(reply.status == 401 && reply.code == "unauthenticated", "\(authorization ?? "none")")
                #expect(reply.headers["www-authenticate"] != nil)
            }
            var records = [api.admin]
            records[0].isEnabled = false
            api.book.replace(with: records)
            #expect(await ask(good).code == "unauthenticated")
            #expect(api.api.figures.unauthenticated == UInt64(bad.count) + 1)
        }
    }

    @Test("a signed request lets in from anywhere; one changed in any signed part does not")
    func signature() async throws {
        try await NativeHarness.run { api in
            let now = api.time.now.milliseconds / 1_000
            let admin = api.admin
            #expect(await api.ask(Self.signed("GET", "/v1/queues?limit=5", by: admin, at: now)).status == 200)
            let json = ("Content-Type", "application/json")
            let put = Self.signed("PUT", "/v1/queues/q", #"{"traced":true}"#, by: admin, at: now, headers: [json])
            #expect(await api.ask(put).status == 201)
            func changed(
                _ request: DataPlaneRequest, _ target: String, method: String? = nil, body: String? = nil
            )
                -> DataPlaneRequest
            {
                DataPlaneRequest(
                    method: method ?? request.method, target: target, headers: request.headers,
                    body: body.map { ByteBuffer(string: $0) } ?? request.body, peerAddress: request.peerAddress)
            }
            let forged = [
                changed(put, "/v1/queues/r"), changed(put, "/v1/queues/q", method: "PATCH"),
                changed(put, "/v1/queues/q", body: #"{"traced":false}"#), changed(put, "/v1/queues/q?x=1"),
                Self.signed("GET", "/v1/queues", by: api.powerless.with(id: admin.id), at: now),
                Self.signed("GET", "/v1/queues", by: admin.with(id: "AKIDunknown1"), at: now),
                Self.signed("GET", "/v1/queues", by: admin, at: now, signs: ["host"]),
                Self.signed("GET", "/v1/queues", by: admin, at: now, signs: ["x-tc-timestamp"]),
                Self.signed(
                    "PUT", "/v1/queues/q", "{}", by: admin, at: now, headers: [json], signs: ["host", "x-tc-timestamp"]),
            ]
            for request in forged { #expect(await api.ask(request).code == "unauthenticated") }
            for offset in [300, 301, 100_000] as [UInt64] {
                for moment in [now - offset, now + offset] {
                    #expect(
                        await api.ask(Self.signed("GET", "/v1/queues", by: admin, at: moment)).code
                            == "signature_expired")
                }
            }
            #expect(await api.ask(Self.signed("GET", "/v1/queues", by: admin, at: now - 299)).status == 200)
        }
    }

    @Test("a signed Host must be an authority", arguments: ["h/", "h?a=1", "h test", "user@h", "h%41", ""])
    func hostForm(_ host: String) async throws {
        try await NativeHarness.run { api in
            let now = api.time.now.milliseconds / 1_000
            let request = Self.signed("GET", "/v1/queues", by: api.admin, at: now, host: host)
            #expect(await api.ask(request).code == "unauthenticated")
        }
    }

    @Test("a nonce is remembered for as long as its request is taken")
    func nonceLifetime() {
        var settings = NativeAPISettings()
        #expect(settings.nonceLifetime == .replayGuard)
        settings.clockWindowSeconds = 301
        #expect(settings.nonceLifetime == .producer)
    }

    @Test("a host that the operator named may be signed instead of the one that arrives")
    func publicAuthority() async throws {
        let store = TemporaryStore()
        let run = try await store.run { broker in
            let api = try NativeHarness(broker, store.time) { $0.publicAuthorities = ["queues.example.com"] }
            let now = api.time.now.milliseconds / 1_000
            let request = Self.signed("GET", "/v1/queues", by: api.admin, at: now, host: "queues.example.com")
            func arriving(at host: String) -> DataPlaneRequest {
                let headers = request.headers.map { ($0.name, $0.name == "Host" ? host : $0.value) }
                return DataPlaneRequest(
                    method: "GET", target: "/v1/queues", headers: HTTPFields(headers), peerAddress: "203.0.113.7")
            }
            #expect(await api.ask(arriving(at: "10.0.0.1:8083")).status == 200)
            let other = Self.signed("GET", "/v1/queues", by: api.admin, at: now, host: "queues.example.org")
            let headers = other.headers.map { ($0.name, $0.name == "Host" ? "10.0.0.1" : $0.value) }
            let reply = await api.ask(
                DataPlaneRequest(method: "GET", target: "/v1/queues", headers: HTTPFields(headers)))
            #expect(reply.code == "unauthenticated")
        }
        #expect(run.problems == [])
    }

    @Test("a signed send that somebody repeats stores nothing; without a nonce or key it is refused")
    func replay() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let now = api.time.now.milliseconds / 1_000
            let target = "/v1/queues/q/messages"
            #expect(
                await api.ask(Self.signed("POST", target, #"{"body":"m"}"#, by: api.admin, at: now)).code
                    == "invalid_value")
            let nonce = ("X-Tillwire-Nonce", "0123456789abcdef")
            let once = Self.signed("POST", target, #"{"body":"m"}"#, by: api.admin, at: now, headers: [nonce])
            let first = await api.ask(once)
            let again = await api.ask(once)
            #expect(
                first.status == 201 && again.status == 200 && again.json?["id"]?.string == first.json?["id"]?.string)
            #expect(
                await api.ask(Self.signed("POST", target, #"{"body":"m","key":"k"}"#, by: api.admin, at: now)).status
                    == 201)
            let short = Self.signed(
                "POST", target, #"{"body":"m"}"#, by: api.admin, at: now, headers: [("X-Tillwire-Nonce", "short")])
            #expect(await api.ask(short).code == "invalid_value")
            let unsignedNonce = Self.signed(
                "POST", target, #"{"body":"m"}"#, by: api.admin, at: now, headers: [nonce],
                signs: ["host", "x-tc-timestamp"])
            #expect(await api.ask(unsignedNonce).code == "unauthenticated")
            #expect(await api.receive("q").count == 2)
        }
    }

    @Test("without a right the answer is the same whether the name exists or not, and nothing changes")
    func rights() async throws {
        let store = TemporaryStore()
        let run = try await store.run { broker in
            let patterns = [NamePattern("pay-*")].compactMap(\.self)
            let producer = APIKeyRecord.make(
                owner: "p", allowsHMACSHA1: false,
                grants: [
                    try APIGrant(.role(.producer), queues: patterns),
                    try APIGrant(.named(["ListQueue", "CreateQueue", "SetQueueAttributes"]), queues: patterns),
                ])
            let api = try NativeHarness(broker, store.time, more: [producer])
            for name in ["pay-a", "pay-b", "secret"] { _ = await api.ask("PUT", "/v1/queues/\(name)") }
            let before = api.broker.topology.revision
            let calls = [
                ("POST", "queues/pay-a/receive"), ("DELETE", "queues/pay-a"), ("POST", "queues/pay-a/purge"),
                ("POST", "queues/pay-a/acknowledge"), ("POST", "queues/pay-a/pause"), ("PUT", "topics/pay-t"),
                ("POST", "topics/pay-t/messages"), ("GET", "topics"), ("GET", "messages/1/trace"),
            ]
            for (method, path) in calls {
                #expect(await api.ask(method, "/v1/" + path, as: producer).code == "forbidden", "\(method) \(path)")
            }
            for name in ["secret", "none"] {
                let reply = await api.ask("POST", "/v1/queues/\(name)/messages", #"{"body":"m"}"#, as: producer)
                #expect(reply.text == NativeFault.forbidden.answer.body.text)
            }
            let deadLetter = #"{"dead_letter":{"queue":"secret","deliveries_max":1}}"#
            #expect(await api.ask("PATCH", "/v1/queues/pay-a", deadLetter, as: producer).code == "forbidden")
            #expect(api.broker.topology.revision == before)
            #expect(await api.ask("POST", "/v1/queues/pay-a/messages", #"{"body":"m"}"#, as: producer).status == 201)
            let listed = await api.ask("GET", "/v1/queues", as: producer).json?["queues"]?.array
            #expect(listed?.compactMap { $0["name"]?.string } == ["pay-a", "pay-b"])
            #expect(await api.ask("GET", "/v1/queues/pay-a", as: producer).status == 200)
        }
        #expect(run.problems == [])
    }

    @Test("unsigned requests are taken only where the settings say so, and bad credentials are refused even then")
    func unsigned() async throws {
        let store = TemporaryStore()
        let run = try await store.run { broker in
            let api = try NativeHarness(broker, store.time) { $0.allowsUnsigned = true }
            #expect(await api.ask("PUT", "/v1/queues/q", isAnonymous: true).status == 201)
            let reply = await api.ask(
                "GET", "/v1/queues", headers: [("Authorization", "Bearer x.y")], isAnonymous: true)
            #expect(reply.status == 401)
        }
        #expect(run.problems == [])
    }
}

extension APIKeyRecord {
    /// The same secret under another id.
    func with(id: String) -> APIKeyRecord {
        var record = self
        record.id = id
        return record
    }
}

extension [UInt8] {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
