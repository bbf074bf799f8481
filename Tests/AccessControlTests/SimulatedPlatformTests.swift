import AccessControl
import PaymentNotice
import Testing

@Suite struct SimulatedPlatformTests {
    /// Made once for all tests of the suite: a key takes a while to make.
    static let key = try? RSAKeyPair.generate()

    @Test("a notice of the simulated platform is taken by a receiver that holds its certificate")
    func wholeCircle() throws {
        let key = try #require(Self.key)
        let serial = SimulatedPlatform.makeSerial()
        let apiV3Key = SimulatedPlatform.makeAPIv3Key()
        #expect(serial.count == 40 && apiV3Key.count == 32)
        let platform = try SimulatedPlatform(serial: serial, key: key, apiV3Key: apiV3Key)
        let pem = try key.selfSignedCertificatePEM(
            serial: serial, commonName: "Simulated platform", notBeforeSeconds: 1_700_000_000,
            notAfterSeconds: 1_900_000_000)
        let keys = try PlatformKeys(
            certificates: [PlatformKeys.CertificateSource(serial: serial, pem: pem)],
            publicKeys: [PlatformKeys.PublicKeySource(id: "PUB_KEY_ID_1", pem: key.publicKeyPEM)], apiV3Key: apiV3Key)
        #expect(keys.certificateExpiries.map(\.notValidAfterSeconds) == [1_900_000_000])
        let verifier = NoticeVerifier(
            settings: NoticeVerifierSettings(providerMerchantIDs: ["1620001234"]), crypto: keys)
        let transaction = PaidTransaction(
            mode: .partner, providerMerchantID: "1620001234", merchantID: "1630005678", appID: "wx1",
            outTradeNo: "CVS0301-1", transactionID: "42000", attach: "乌龙茶", successTime: "2025-10-09T16:52:58+08:00",
            payer: "o1", amount: 1, payerAmount: 1)
        for serial in [serial, "PUB_KEY_ID_1"] {
            let signer = NoticeSigner(sealer: try SimulatedPlatform(serial: serial, key: key, apiV3Key: apiV3Key))
            let body = try signer.body(
                envelope: NoticeEnvelope(
                    id: "n-1", createTime: "2025-10-09T16:52:59+08:00", eventType: "TRANSACTION.SUCCESS",
                    summary: "支付成功", originalType: "transaction"),
                associatedData: "transaction", nonce: "q7Rk2VbN9xTe", plaintext: transaction.encode())
            let headers = try signer.headers(
                body: body, timestampSeconds: 1_760_000_000, nonce: RandomBytes.alphanumeric(count: 32),
                requestID: "r-1")
            let verdict = verifier.verdict(
                headers: NoticeHeaders(list: headers), body: body, nowSeconds: 1_760_000_100)
            guard case .payment(transaction, _) = verdict else {
                Issue.record("not taken: \(verdict)")
                return
            }
        }
        #expect(throws: KeyError.self) { try platform.seal(plaintext: [], nonce: [1], associatedData: []) }
    }

    @Test("a key is written and read back and signs the same")
    func keyPEM() throws {
        let key = try #require(Self.key)
        let again = try RSAKeyPair(privateKeyPEM: key.privateKeyPEM)
        #expect(try again.sign([1, 2, 3]) == (try key.sign([1, 2, 3])))
        #expect(again.publicKeyPEM == key.publicKeyPEM)
        #expect(throws: KeyError.notAKey("private key")) { try RSAKeyPair(privateKeyPEM: "x") }
    }

    @Test("the fixture's keys sign what the fixture's certificates verify")
    func fixtureKeys() throws {
        for (file, serial) in [
            ("platform-a", "3A5C7E91B2D4F60813579BDF02468ACE1F3D5B79"),
            ("platform-b", "5F0E1D2C3B4A59687786A5B4C3D2E1F009182736"),
            ("wechatpay-public", "PUB_KEY_ID_0116200012342025100100213456000001"),
        ] {
            let key = try RSAKeyPair(privateKeyPEM: try Vectors.text("keys/\(file).key.pem"))
            let message = Array("message".utf8)
            #expect(
                try Vectors.keys().verify(serial: serial, message: message, signature: try key.sign(message)) == .ok)
        }
    }

    @Test(
        "a serial that a certificate cannot carry is refused",
        arguments: ["", "0", "00AA", "80AA", "3a", "GG", String(repeating: "11", count: 21)])
    func serials(serial: String) throws {
        let key = try #require(Self.key)
        #expect(throws: KeyError.serial(serial)) {
            try key.selfSignedCertificatePEM(
                serial: serial, commonName: "x", notBeforeSeconds: 0, notAfterSeconds: 1)
        }
    }
}
