import BoundedJSON
import Testing
import Webhooks

@Suite struct WebhookTests {
    let secret = WebhookSecret.generate()

    private func headers(
        _ signature: String, id: String = "msg_1", timestamp: String = "1760000000"
    )
        -> [(name: String, value: String)]
    {
        [("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)]
    }

    private func verdict(_ headers: [(name: String, value: String)], now: Int64 = 1_760_000_000) -> WebhookVerdict {
        WebhookVerifier(secrets: [secret]).verify(headers: headers, payload: [1], nowSeconds: now)
    }

    private func signature() throws -> String {
        try WebhookSigner(keys: [.secret(secret)]).signature(id: "msg_1", timestampSeconds: 1_760_000_000, payload: [1])
    }

    @Test("made keys are read back in their only spelling")
    func generatedKeys() throws {
        #expect(try WebhookSecret(secret.text).text == secret.text)
        #expect(WebhookSecret.generate().text != secret.text)
        let privateKey = WebhookPrivateKey.generate()
        #expect(try WebhookPrivateKey(privateKey.text).text == privateKey.text)
        #expect(try WebhookPublicKey(privateKey.publicKey.text).text == privateKey.publicKey.text)
    }

    @Test("a private key whose halves do not belong together is refused")
    func foreignHalf() throws {
        let first = try #require(StrictBase64.decode(String(WebhookPrivateKey.generate().text.dropFirst(5))))
        let second = try #require(StrictBase64.decode(String(WebhookPrivateKey.generate().text.dropFirst(5))))
        #expect(throws: WebhookKeyError.privateKeyHalvesDiffer) {
            try WebhookPrivateKey("whsk_" + StrictBase64.encode(Array(first[..<32] + second[32...])))
        }
        #expect(throws: WebhookKeyError.malformedPrivateKey) { try WebhookPrivateKey(secret.text) }
        #expect(throws: WebhookKeyError.malformedPublicKey) { try WebhookPublicKey("whpk_AAAA") }
    }

    @Test("a header sent twice is rejected, even with the same value")
    func repeatedHeaders() throws {
        let headers = headers(try signature())
        #expect(verdict(headers) == .accepted(id: "msg_1", scheme: .v1))
        for header in headers {
            #expect(verdict(headers + [(header.name.uppercased(), header.value)]) == .rejected(.repeatedHeader))
        }
    }

    @Test("an id that could be ambiguous is rejected before anything is computed")
    func ambiguousID() throws {
        #expect(verdict(headers(try signature(), id: "msg_1.1")) == .rejected(.malformedID))
        #expect(verdict(headers(try signature(), id: "msg_ü")) == .rejected(.malformedID))
    }

    @Test("extreme clocks do not overflow")
    func extremeClocks() throws {
        let headers = headers(try signature())
        #expect(verdict(headers, now: Int64.max) == .rejected(.tooOld))
        #expect(verdict(headers, now: Int64.min) == .rejected(.tooNew))
    }

    @Test("garbage in the signature header is passed over and never trapped on")
    func garbage() throws {
        let valid = try signature()
        for junk in [",", ",,,", "v1", "v1,", "v1a,", "v1a,AAAA", "v1,v1,v1", "\u{1F600}", "v1,\0", "=", "v1a,===="] {
            #expect(verdict(headers(junk)) == .rejected(.noMatchingSignature))
            #expect(verdict(headers(junk + " " + valid)) == .accepted(id: "msg_1", scheme: .v1))
        }
        let long = String(repeating: "v1,AAAA ", count: 1_000)
        #expect(verdict(headers(long + valid)) == .rejected(.noMatchingSignature))
    }

    @Test("a verifier without keys rejects everything")
    func noKeys() throws {
        let verifier = WebhookVerifier(secrets: [])
        let verdict = verifier.verify(headers: headers(try signature()), payload: [1], nowSeconds: 1_760_000_000)
        #expect(verdict == .rejected(.noMatchingSignature))
    }

    @Test("a signer has one to five keys and signs times that have a spelling")
    func signerBounds() throws {
        #expect(throws: WebhookKeyError.keyCount(0)) { try WebhookSigner(keys: []) }
        #expect(throws: WebhookKeyError.keyCount(6)) {
            try WebhookSigner(keys: (0..<6).map { _ in .secret(.generate()) })
        }
        let signer = try WebhookSigner(keys: [.secret(secret)])
        for seconds: Int64 in [-1, 1_000_000_000_000] {
            #expect(throws: WebhookSigningError.timestampSeconds(seconds)) {
                try signer.signature(id: "m", timestampSeconds: seconds, payload: [])
            }
        }
    }

    @Test("an endpoint's headers are bounded, and ordinary ones are taken as they are")
    func customHeaders() throws {
        let taken = try CustomHeaders([("X-Api-Key", "a b\tü"), ("Authorization", "Bearer x")])
        #expect(taken.list.map(\.name) == ["X-Api-Key", "Authorization"])
        #expect(throws: CustomHeaderError.count(33)) {
            try CustomHeaders((0..<33).map { ("x-\($0)", "") })
        }
        #expect(throws: CustomHeaderError.byteCount(8_193)) {
            try CustomHeaders([("x", String(repeating: "v", count: 8_192))])
        }
        #expect(throws: CustomHeaderError.repeated("x-a")) { try CustomHeaders([("X-A", "1"), ("x-a", "2")]) }
        for name in [
            "HOST", "Content-Encoding", "TE", "Trailer", "Upgrade", "Keep-Alive", "Proxy-Authorization",
            "Expect", "Accept-Encoding", "User-Agent", "Idempotency-Key", "webhook-anything",
        ] {
            #expect(throws: CustomHeaderError.reserved(name.lowercased())) { try CustomHeaders([(name, "x")]) }
        }
    }
}
