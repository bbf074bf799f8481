import AccessControl
import BoundedJSON
import PaymentNotice
import Testing

/// SplitMix64: the same seed gives the same damage on every machine.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct NoticeMutationTests {
    static let seed: UInt64 = 1_760_000_000
    let request: VectorRequest
    let verifier: NoticeVerifier<PlatformKeys>
    /// Signs what the tests damage, with the key of certificate A, so that damage behind the signature is reached.
    let signer: NoticeSigner<SimulatedPlatform>

    init() throws {
        request = try VectorRequest(name: "01-valid-partner")
        verifier = try Vectors.verifier()
        signer = NoticeSigner(
            sealer: try SimulatedPlatform(
                serial: PlatformKeysTests.serialA,
                key: try RSAKeyPair(privateKeyPEM: try Vectors.text("keys/platform-a.key.pem")),
                apiV3Key: PlatformKeysTests.apiV3Key))
    }

    private func refusal(headers: [(name: String, value: String)], body: [UInt8]) -> NoticeRefusal? {
        let verdict = verifier.verdict(
            headers: NoticeHeaders(list: headers), body: body, nowSeconds: request.nowSeconds)
        if case .refused(let refusal, _) = verdict { return refusal }
        return nil
    }

    private func refusal(ofSigned body: [UInt8]) throws -> NoticeRefusal? {
        let headers = try signer.headers(
            body: body, timestampSeconds: request.nowSeconds, nonce: "n", requestID: nil)
        return refusal(headers: headers, body: body)
    }

    @Test("the notice that is damaged below is whole before")
    func baseline() throws {
        #expect(refusal(headers: request.headers, body: request.body) == nil)
        #expect(try refusal(ofSigned: request.body) == nil)
    }

    @Test("a bit turned anywhere in the body breaks the signature")
    func bodyBits() {
        var generator = SeededGenerator(state: Self.seed)
        for _ in 0..<400 {
            var body = request.body
            body[Int.random(in: 0..<body.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            #expect(refusal(headers: request.headers, body: body) == .signatureMismatch)
        }
    }

    @Test("a body cut, doubled or lengthened breaks the signature")
    func bodyLengths() {
        for count in stride(from: 0, to: request.body.count, by: 7) {
            #expect(refusal(headers: request.headers, body: Array(request.body[..<count])) == .signatureMismatch)
        }
        for tail in [[0x0A], [0x20], [0x00], request.body] as [[UInt8]] {
            #expect(refusal(headers: request.headers, body: request.body + tail) == .signatureMismatch)
        }
    }

    @Test("any change of a needed header is refused")
    func headers() {
        var generator = SeededGenerator(state: Self.seed + 1)
        let needed = request.headers.indices.filter { request.headers[$0].name.hasPrefix("Wechatpay-") }
        for _ in 0..<400 {
            guard let index = needed.randomElement(using: &generator) else { return }
            var headers = request.headers
            var bytes = Array(headers[index].value.utf8)
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<7, using: &generator)
            case 1: bytes.removeSubrange(position...)
            case 2: bytes.insert(UInt8.random(in: 0x20..<0x7F, using: &generator), at: position)
            default: bytes += bytes
            }
            headers[index].value = String(decoding: bytes, as: UTF8.self)
            #expect(refusal(headers: headers, body: request.body) != nil, "\(headers[index])")
        }
        for index in needed where request.headers[index].name != "Wechatpay-Signature-Type" {
            var headers = request.headers
            headers.remove(at: index)
            #expect(refusal(headers: headers, body: request.body) == .missingHeader)
            headers = request.headers
            headers[index].name += "s"
            #expect(refusal(headers: headers, body: request.body) == .missingHeader)
            #expect(refusal(headers: request.headers + [request.headers[index]], body: request.body) == .missingHeader)
        }
    }

    @Test("an envelope that was damaged before it was signed is refused by what is inside it, or still tells the same")
    func signedEnvelopes() throws {
        var generator = SeededGenerator(state: Self.seed + 2)
        var refusedCount = 0
        for _ in 0..<300 {
            var body = request.body
            let position = Int.random(in: 0..<body.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: body[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: body.removeSubrange(position...)
            case 2: body.remove(at: position)
            default: body.insert(contentsOf: body[position...].prefix(20), at: position)
            }
            let headers = try signer.headers(
                body: body, timestampSeconds: request.nowSeconds, nonce: "n", requestID: nil)
            switch verifier.verdict(headers: NoticeHeaders(list: headers), body: body, nowSeconds: request.nowSeconds) {
            case .refused(let refusal, _):
                refusedCount += 1
                #expect([.malformedEnvelope, .unsupportedResource, .decryptFailed].contains(refusal))
            case .payment(let transaction, _):
                #expect(transaction == (try PaidTransaction.decode(request.vector["plaintext"]?.stringBytes ?? [])))
            case .other(_, let plaintext):
                #expect(plaintext == request.vector["plaintext"]?.stringBytes)
            }
        }
        #expect(refusedCount > 200)
    }

    @Test("a plaintext that was damaged before it was sealed is refused or read, and never trapped on")
    func sealedPlaintexts() throws {
        var generator = SeededGenerator(state: Self.seed + 3)
        let whole = try #require(request.vector["plaintext"]?.stringBytes)
        var refusedCount = 0
        for _ in 0..<300 {
            var plaintext = whole
            let position = Int.random(in: 0..<plaintext.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: plaintext[position] = UInt8.random(in: 0...255, using: &generator)
            case 1: plaintext.removeSubrange(position...)
            default: plaintext.insert(contentsOf: plaintext[..<position], at: position)
            }
            let body = try signer.body(
                envelope: NoticeEnvelope(
                    id: "n-1", createTime: "", eventType: "TRANSACTION.SUCCESS", summary: "",
                    originalType: "transaction"),
                associatedData: "transaction", nonce: "q7Rk2VbN9xTe", plaintext: plaintext)
            guard let refusal = try refusal(ofSigned: body) else { continue }
            refusedCount += 1
            #expect([.malformedPlaintext, .notOurs, .inconsistent].contains(refusal))
        }
        #expect(refusedCount > 150)
    }

    @Test("hostile envelopes are malformed: depth, duplicates, wrong roots, sizes")
    func hostileEnvelopes() throws {
        let whole = String(decoding: request.body, as: UTF8.self)
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        for text in [
            "", "null", "[]", "\"x\"", "{}", "{\"resource\":{}}", whole + whole, whole + ",",
            whole.replacing("{\"id\"", with: "{\"deep\":\(deep),\"id\""),
            whole.replacing("{\"id\"", with: "{\"event_type\":\"REFUND.SUCCESS\",\"id\""),
            whole.replacing("{\"id\"", with: "{\"\\u0069d\":\"x\",\"id\""),
            whole.replacing("\"resource\":{", with: "\"resource\":{\"nonce\":\"AI853pqJnSxU\","),
            whole.replacing("\"resource\":{", with: "\"resource\":[{").replacing("}}", with: "}]}"),
            String(repeating: "{\"a\":", count: 50_000), String(repeating: " ", count: 500_000),
        ] {
            #expect(try refusal(ofSigned: Array(text.utf8)) == .malformedEnvelope)
        }
        let large = [UInt8](repeating: 0x20, count: 1_114_113)
        #expect(try refusal(ofSigned: large) == .bodyTooLarge)
    }
}
