import AccessControl
import BoundedJSON
import FoundationEssentials
import Testing
import Webhooks

/// The vectors of `Tests/Fixtures/standard-webhooks`.
enum WebhookVectors {
    static func file() throws -> JSONValue {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/standard-webhooks/vectors.json")
        return try JSONValue.parse([UInt8](Data(contentsOf: url)))
    }

    static func list(_ name: String) throws -> [JSONValue] {
        try #require(try file()[name]?.array)
    }

    static func names(_ list: String) throws -> [String] {
        try self.list(list).map { $0["name"]?.string ?? "" }
    }

    static func vector(_ list: String, _ name: String) throws -> JSONValue {
        try #require(try self.list(list).first { $0["name"]?.equals(name) == true })
    }
}

extension JSONValue {
    var payload: [UInt8] { self["payload_b64"]?.stringBytes.flatMap { StrictBase64.decode($0) } ?? [0xFF] }

    func text(_ name: String) throws -> String { try #require(self[name]?.string) }

    func integer(_ name: String) throws -> Int64 { try #require(self[name]?.int64) }

    func texts(_ name: String) throws -> [String] {
        try #require(self[name]?.array).map { try #require($0.string) }
    }
}

@Suite struct WebhookVectorTests {
    @Test("the file holds as many vectors as it should, each with its own name")
    func complete() throws {
        for (list, count) in [("sign_v1", 41), ("sign_v1a", 37), ("rotation", 3), ("verify", 84)] {
            let names = try WebhookVectors.names(list)
            #expect(names.count == count)
            #expect(Set(names).count == count)
        }
        let expectations = try WebhookVectors.list("verify").map { try $0.text("expect") }
        #expect(expectations.count { $0 == "accept" } == 20)
        #expect(expectations.count { $0 == "reject" } == 64)
    }

    @Test(
        "v1: every message is signed as expected, with its key in every spelling",
        arguments: try WebhookVectors.names("sign_v1"))
    func signV1(name: String) throws {
        let vector = try WebhookVectors.vector("sign_v1", name)
        let secret = try WebhookSecret(try vector.text("secret"))
        let keyBytes = try #require(Hashes.bytes(hex: try vector.text("key_hex")))
        #expect(secret.text == "whsec_" + StrictBase64.encode(keyBytes))
        let id = try vector.text("id")
        let seconds = try vector.integer("timestamp")
        let signature = try WebhookSigner(keys: [.secret(secret)])
            .signature(id: id, timestampSeconds: seconds, payload: vector.payload)
        #expect(signature == (try vector.text("expected_signature")))
        let verdict = WebhookVerifier(secrets: [secret]).verify(
            headers: [("webhook-id", id), ("webhook-timestamp", String(seconds)), ("webhook-signature", signature)],
            payload: vector.payload, nowSeconds: seconds)
        #expect(verdict == .accepted(id: id, scheme: .v1))
    }

    @Test("v1a: every message is signed as expected and verifies", arguments: try WebhookVectors.names("sign_v1a"))
    func signV1a(name: String) throws {
        let vector = try WebhookVectors.vector("sign_v1a", name)
        let privateKey = try WebhookPrivateKey(try vector.text("secret_key"))
        #expect(privateKey.text == (try vector.text("secret_key")))
        #expect(privateKey.publicKey.text == (try vector.text("public_key")))
        let id = try vector.text("id")
        let seconds = try vector.integer("timestamp")
        let signature = try WebhookSigner(keys: [.ed25519(privateKey)])
            .signature(id: id, timestampSeconds: seconds, payload: vector.payload)
        #expect(signature == (try vector.text("expected_signature")))
        let publicKey = try WebhookPublicKey(try vector.text("public_key"))
        let verdict = WebhookVerifier(secrets: [], publicKeys: [publicKey]).verify(
            headers: [("webhook-id", id), ("webhook-timestamp", String(seconds)), ("webhook-signature", signature)],
            payload: vector.payload, nowSeconds: seconds)
        #expect(verdict == .accepted(id: id, scheme: .v1a))
    }

    @Test("rotation: all active keys sign, newest first", arguments: try WebhookVectors.names("rotation"))
    func rotation(name: String) throws {
        let vector = try WebhookVectors.vector("rotation", name)
        let keys = try vector.texts("active_keys").map { try WebhookSigningKey($0) }
        let header = try WebhookSigner(keys: keys).signature(
            id: try vector.text("id"), timestampSeconds: try vector.integer("timestamp"), payload: vector.payload)
        #expect(header == (try vector.text("expected_header")))
    }

    @Test("verify: every verdict is the expected one", arguments: try WebhookVectors.names("verify"))
    func verify(name: String) throws {
        let vector = try WebhookVectors.vector("verify", name)
        let verifier = WebhookVerifier(
            secrets: try vector.texts("secrets").map { try WebhookSecret($0) },
            publicKeys: try vector.texts("public_keys").map { try WebhookPublicKey($0) })
        let headers = try #require(vector["headers"]?.members).map { (name: $0.key, value: $0.value.string ?? "") }
        let verdict = verifier.verify(
            headers: headers, payload: vector.payload, nowSeconds: try vector.integer("now"))
        switch verdict {
        case .accepted(_, let scheme):
            #expect(try vector.text("expect") == "accept")
            #expect(try vector.text("reason") == scheme.rawValue)
        case .rejected(let rejection):
            #expect(try vector.text("expect") == "reject")
            let reasons: [String: WebhookRejection] = [
                "timestamp too old": .tooOld, "timestamp too new": .tooNew, "missing header": .missingHeader,
                "timestamp not canonical": .malformedTimestamp, "no matching signature": .noMatchingSignature,
            ]
            #expect(reasons[try vector.text("reason")] == rejection)
        }
    }

    @Test("a sender refuses every id that is not allowed, and the two that would share a signature")
    func refusedIDs() throws {
        let refusals = try #require(try WebhookVectors.file()["sender_must_refuse"])
        let ids = try #require(refusals["invalid"]).texts("ids")
        #expect(ids.count == 10)
        let signer = try WebhookSigner(keys: [.secret(.generate())])
        for id in ids {
            #expect(!WebhookMessageID.isValid(id))
            #expect(throws: WebhookSigningError.messageID) {
                try signer.signature(id: id, timestampSeconds: 1, payload: [])
            }
        }
        let ambiguity = try #require(refusals["ambiguity"]?.array?.first)
        let first = try #require(ambiguity["first"])
        let second = try #require(ambiguity["second"])
        let ambiguous = try WebhookSigner(keys: [WebhookSigningKey(try ambiguity.text("secret"))])
        #expect(
            try ambiguous.signature(
                id: try first.text("id"), timestampSeconds: try first.integer("timestamp"),
                payload: Array(try first.text("payload").utf8)) == (try second.text("signature")))
        #expect(throws: WebhookSigningError.messageID) {
            try ambiguous.signature(
                id: try second.text("id"), timestampSeconds: try second.integer("timestamp"), payload: [])
        }
    }

    @Test("every secret that must be refused is refused")
    func refusedSecrets() throws {
        let secrets = try #require(try WebhookVectors.file()["sender_must_refuse"]?["invalid"]).texts("secrets")
        #expect(secrets.count == 7)
        for secret in secrets {
            #expect(throws: WebhookKeyError.self) { try WebhookSecret(secret) }
        }
    }

    @Test("every header of its own that must be refused is refused")
    func refusedHeaders() throws {
        let headers = try #require(
            try WebhookVectors.file()["sender_must_refuse"]?["invalid"]?["custom_headers"]?.array)
        #expect(headers.count == 12)
        for header in headers {
            let parts = try #require(header.array)
            let name = try #require(parts.first?.string)
            let value = try #require(parts.last?.string)
            #expect(throws: CustomHeaderError.self) { try CustomHeaders([(name, value)]) }
        }
    }
}
