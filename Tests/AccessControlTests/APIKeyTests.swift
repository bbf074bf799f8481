import AccessControl
import Testing

@Suite struct APIKeyTests {
    static let record = APIKeyRecord(
        id: "AKIDtestvector0001", secret: "testvectorsecret0001", owner: "vectors", allowsHMACSHA1: true)
    static let signed1 = Array(
        """
        POSTcmq-gz.example.test/v2/index.php?Action=SendMessage&Nonce=11886&RequestClient=SDK_Python_1.3&\
        SecretId=AKIDtestvector0001&SignatureMethod=HmacSHA1&Timestamp=1700000000&delaySeconds=0&msgBody=helloworld&queueName=pay-order
        """.utf8)
    static let signed256 = Array(
        String(decoding: signed1, as: UTF8.self).replacing("HmacSHA1", with: "HmacSHA256").utf8)
    static let signature1 = "a41bc2037b86049787a0a8838d69ce2f37e308dd"
    static let tc3Text = Array(
        "TC3-HMAC-SHA256\n1700000000\n2023-11-14/tdmq/tc3_request\n13199b3df6862311d5f08accdc3ca7009da2b057eca1891decb7fb3d586de9cf"
            .utf8)
    static let tc3Signature =
        Hashes.bytes(hex: "b0870ff3271adbc3852b9d9cd423a7a752c94999f96c733f1373f3c757a71c4c") ?? []

    @Test("the published signatures of API 2.0 hold, and no other byte does")
    func signatures() throws {
        let key = APIKey(Self.record)
        let sha1 = try #require(Hashes.bytes(hex: Self.signature1))
        #expect(key.verifies(sha1, of: Self.signed1, using: .hmacSHA1))
        let sha256 = Hashes.hmacSHA256(key: Array("testvectorsecret0001".utf8), Self.signed256)
        #expect(key.verifies(sha256, of: Self.signed256, using: .hmacSHA256))
        for index in sha1.indices {
            var forged = sha1
            forged[index] ^= 1
            #expect(!key.verifies(forged, of: Self.signed1, using: .hmacSHA1))
        }
        #expect(!key.verifies([], of: Self.signed1, using: .hmacSHA1))
        #expect(!key.verifies(Array(sha1.dropLast()), of: Self.signed1, using: .hmacSHA1))
        #expect(!key.verifies(sha1, of: Self.signed1, using: .hmacSHA256))
    }

    @Test("HMAC-SHA1 is refused unless the key allows it")
    func sha1() throws {
        var record = Self.record
        record.allowsHMACSHA1 = false
        let signature = try #require(Hashes.bytes(hex: Self.signature1))
        #expect(!APIKey(record).verifies(signature, of: Self.signed1, using: .hmacSHA1))
        #expect(
            APIKey(record).verifies(
                Hashes.hmacSHA256(key: Array(record.secret.utf8), Self.signed256), of: Self.signed256,
                using: .hmacSHA256))
    }

    @Test("the published keys and signature of TC3 hold; another day, service, text or key does not")
    func tc3() {
        let keys = TC3Keys.keys(secret: "testvectorsecret0001", date: "2023-11-14", service: "tdmq").map(Hashes.hex)
        #expect(
            keys == [
                "ea006f2950728e51d23b00e3b6cb8a9e9faa83b34486c085235ba94ce7275302",
                "d06b628aabf23dd5180a78aed0678992126ff6adda87afc7e9ddf744c243434d",
                "7ae3778bae113e739735f8cc9e45a13aaf0687774d54ad68d9c66419da7005ad",
            ])
        let key = APIKey(Self.record)
        func verifies(_ key: APIKey, date: String = "2023-11-14", service: String = "tdmq") -> Bool {
            key.verifiesTC3(Self.tc3Signature, of: Self.tc3Text, date: date, service: service)
        }
        // Many days and services: more than the cache of derived keys holds, in turn.
        for round in 0..<3 {
            #expect(verifies(key))
            for day in 10..<20 { #expect(!verifies(key, date: "2023-12-\(day)"), "round \(round)") }
            #expect(!verifies(key, service: "cmq"))
        }
        #expect(!key.verifiesTC3(Self.tc3Signature, of: Self.tc3Text + [0x0A], date: "2023-11-14", service: "tdmq"))
        #expect(!verifies(APIKeyBook().decoy))
        #expect(
            TC3Keys.sign(Self.tc3Text, secret: "testvectorsecret0001", date: "2023-11-14", service: "tdmq")
                == Self.tc3Signature)
    }

    @Test("dates are those of the calendar")
    func dates() {
        let known: [(UInt64, String)] = [
            (0, "1970-01-01"), (86_399, "1970-01-01"), (951_782_400, "2000-02-29"), (951_868_800, "2000-03-01"),
            (1_700_000_000, "2023-11-14"), (1_709_164_800, "2024-02-29"), (1_735_689_599, "2024-12-31"),
            (4_107_542_400, "2100-03-01"), (253_402_300_799, "9999-12-31"), (.max, "9999-12-31"),
        ]
        for (seconds, date) in known { #expect(TC3Keys.date(unixSeconds: seconds) == date) }
    }

    @Test("during a rotation both secrets verify, afterwards the new one only")
    func rotation() {
        var record = Self.record
        record.rotate()
        #expect(record.previousSecret == Self.record.secret && record.secret != Self.record.secret)
        let key = APIKey(record)
        let text = Self.signed256
        for secret in [record.secret, Self.record.secret] {
            #expect(key.verifies(Hashes.hmacSHA256(key: Array(secret.utf8), text), of: text, using: .hmacSHA256))
            let tc3 = TC3Keys.sign(text, secret: secret, date: "2026-01-01", service: "tillwire")
            #expect(key.verifiesTC3(tc3, of: text, date: "2026-01-01", service: "tillwire"))
            #expect(key.isSecret(secret))
        }
        record.previousSecret = nil
        let after = APIKey(record)
        #expect(!after.isSecret(Self.record.secret) && after.isSecret(record.secret) && !after.isSecret(""))
        let old = Hashes.hmacSHA256(key: Array(Self.record.secret.utf8), text)
        #expect(!after.verifies(old, of: text, using: .hmacSHA256))
    }

    @Test("the book is replaced as a whole, and an unknown id gets a key that verifies nothing")
    func book() {
        let book = APIKeyBook([Self.record])
        #expect(book.key("AKIDtestvector0001")?.owner == "vectors" && book.key("AKIDother") == nil)
        #expect(book.keyOrDecoy("AKIDother").isDecoy && !book.keyOrDecoy("AKIDtestvector0001").isDecoy)
        #expect(!book.decoy.allows(.sendMessage, on: .queue("q")))
        let held = book.key("AKIDtestvector0001")
        let made = APIKeyRecord.make(owner: "new", allowsHMACSHA1: false, grants: [])
        book.replace(with: [made])
        #expect(book.key("AKIDtestvector0001") == nil && book.key(made.id)?.owner == "new" && held?.owner == "vectors")
        #expect(book.counts == (1, 1) && book.revision == 2)
    }
}
