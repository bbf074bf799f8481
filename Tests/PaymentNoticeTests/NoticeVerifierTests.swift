import BoundedJSON
import PaymentNotice
import Testing

/// Refuses to open anything: proves that nothing is opened before the signature holds.
private struct NeverOpens: NoticeCrypto {
    let check: SignatureCheck

    func verify(serial: String, message: [UInt8], signature: String) -> SignatureCheck { check }

    func open(nonce: [UInt8], associatedData: [UInt8], ciphertext: [UInt8]) -> [UInt8]? {
        Issue.record("a resource was opened although the checks before it failed")
        return nil
    }
}

@Suite struct NoticeVerifierTests {
    static let nowSeconds: Int64 = 1_760_000_000
    static let nonce = "V3EVDCfqPiPygmOoK7jb3Q1rhf85RC3P"

    let signer = NoticeSigner(sealer: PlainCrypto())
    var verifier: NoticeVerifier<PlainCrypto> {
        NoticeVerifier(settings: Self.settings, crypto: PlainCrypto())
    }

    static let settings = NoticeVerifierSettings(
        providerMerchantIDs: ["1620001234"], directMerchantIDs: ["1640009012"])

    private func body(_ plaintext: [UInt8], eventType: String = "TRANSACTION.SUCCESS") throws -> [UInt8] {
        let envelope = NoticeEnvelope(
            id: "n-1", createTime: "20251009165259", eventType: eventType, summary: "支付成功",
            originalType: "transaction")
        return try signer.body(
            envelope: envelope, associatedData: "transaction", nonce: "q7Rk2VbN9xTe", plaintext: plaintext)
    }

    private func verdict(
        _ body: [UInt8], at seconds: Int64 = nowSeconds, change: (inout NoticeHeaders) -> Void = { _ in }
    ) throws -> NoticeVerdict {
        var headers = NoticeHeaders(
            list: try signer.headers(body: body, timestampSeconds: seconds, nonce: Self.nonce, requestID: nil))
        change(&headers)
        return verifier.verdict(headers: headers, body: body, nowSeconds: Self.nowSeconds)
    }

    private func refusal(_ verdict: NoticeVerdict) -> NoticeRefusal? {
        if case .refused(let refusal, _) = verdict { return refusal }
        return nil
    }

    /// A signed body that is not what the signer would build.
    private func refusal(ofSignedBody text: String) throws -> NoticeRefusal? {
        refusal(try verdict(Array(text.utf8)))
    }

    @Test("a payment that the signer built is read back member by member, in both modes")
    func payments() throws {
        for transaction in [PaymentSamples.partner, PaymentSamples.direct] {
            guard case .payment(let found, let envelope) = try verdict(try body(transaction.encode())) else {
                Issue.record("not taken as a payment")
                return
            }
            #expect(found == transaction)
            #expect(envelope.id == "n-1")
        }
    }

    @Test("the signature alone is checked without anything being opened")
    func signatureAlone() throws {
        let headers = NoticeHeaders(
            list: try signer.headers(body: [1], timestampSeconds: Self.nowSeconds, nonce: Self.nonce, requestID: nil))
        func refusal(_ check: SignatureCheck) -> NoticeRefusal? {
            NoticeVerifier(settings: Self.settings, crypto: NeverOpens(check: check))
                .refusalOfSignature(headers: headers, body: [1], nowSeconds: Self.nowSeconds)?.reason
        }
        #expect(refusal(.ok) == nil)
        #expect(refusal(.mismatch) == .signatureMismatch)
        #expect(refusal(.unknownSerial) == .unknownSerial)
    }

    @Test("each required header must be there once and not be empty")
    func missingHeaders() throws {
        let body = try body(PaymentSamples.partner.encode())
        #expect(refusal(try verdict(body) { $0.timestamp = nil }) == .missingHeader)
        #expect(refusal(try verdict(body) { $0.nonce = "" }) == .missingHeader)
        #expect(refusal(try verdict(body) { $0.serial = nil }) == .missingHeader)
        #expect(refusal(try verdict(body) { $0.signature = String(repeating: "A", count: 1_025) }) == .missingHeader)
        let list = try signer.headers(
            body: body, timestampSeconds: Self.nowSeconds, nonce: Self.nonce, requestID: "r-1")
        for repeated in list where repeated.name.lowercased().hasPrefix("wechatpay-") {
            let headers = NoticeHeaders(list: list + [repeated])
            let refusal = refusal(verifier.verdict(headers: headers, body: body, nowSeconds: Self.nowSeconds))
            let isType = repeated.name == "Wechatpay-Signature-Type"
            #expect(refusal == (isType ? .unsupportedSignatureType : .missingHeader))
        }
    }

    @Test("header names are found in any case, from a list and from a lookup")
    func headerNames() {
        let list = [
            (name: "WECHATPAY-TIMESTAMP", value: "1"), (name: "request-id", value: "r"), (name: "x", value: "y"),
        ]
        #expect(NoticeHeaders(list: list) == NoticeHeaders(timestamp: "1", requestID: "r"))
        let looked = NoticeHeaders { ["wechatpay-nonce": "n", "wechatpay-signature-type": "t"][$0] }
        #expect(looked == NoticeHeaders(nonce: "n", signatureType: "t"))
    }

    @Test(
        "only decimal digits are a timestamp",
        arguments: ["+1760000000", "-1", "1760000000.0", "1e9", " 1760000000", "0x1", "１７", "1760000000000", "now"])
    func malformedTimestamps(text: String) throws {
        let body = try body(PaymentSamples.partner.encode())
        #expect(refusal(try verdict(body) { $0.timestamp = text }) == .timestampMalformed)
    }

    @Test("299 seconds off is taken and 300 is refused, in both directions")
    func window() throws {
        let body = try body(PaymentSamples.partner.encode())
        for distance: Int64 in [-299, 299] {
            #expect(refusal(try verdict(body, at: Self.nowSeconds + distance)) == nil)
        }
        for distance: Int64 in [-300, 300, -301, 301] {
            #expect(refusal(try verdict(body, at: Self.nowSeconds + distance)) == .timestampOutOfWindow)
        }
        let headers = NoticeHeaders(timestamp: "999999999999", nonce: "n", serial: "KEY-1", signature: "s")
        for now in [Int64.min, Int64.max] {
            #expect(refusal(verifier.verdict(headers: headers, body: [], nowSeconds: now)) == .timestampOutOfWindow)
        }
    }

    @Test("checks are made in their order: the first that fails decides")
    func order() throws {
        let body = Array("no JSON".utf8)
        let large = [UInt8](repeating: 0x20, count: Self.settings.bodyByteCountMax + 1)
        #expect(refusal(try verdict(large) { $0.nonce = nil }) == .missingHeader)
        #expect(refusal(try verdict(large) { $0.timestamp = "x" }) == .bodyTooLarge)
        #expect(refusal(try verdict(body) { ($0.timestamp, $0.signatureType) = ("1", "x") }) == .timestampOutOfWindow)
        #expect(refusal(try verdict(body) { ($0.signatureType, $0.serial) = ("", "x") }) == .unsupportedSignatureType)
        #expect(refusal(try verdict(body) { ($0.serial, $0.signature) = ("KEY-2", "x") }) == .unknownSerial)
        #expect(refusal(try verdict(body) { $0.signature = "x" }) == .signatureMismatch)
        #expect(refusal(try verdict(body)) == .malformedEnvelope)
        #expect(refusal(try verdict(body) { $0.signatureType = nil }) == .malformedEnvelope)
    }

    @Test("nothing is opened before the signature holds and the envelope is whole")
    func nothingOpenedEarly() throws {
        let whole = try body(PaymentSamples.partner.encode())
        let headers = NoticeHeaders(timestamp: String(Self.nowSeconds), nonce: "n", serial: "s", signature: "x")
        for check in [SignatureCheck.mismatch, .unknownSerial] {
            let verifier = NoticeVerifier(settings: Self.settings, crypto: NeverOpens(check: check))
            #expect(refusal(verifier.verdict(headers: headers, body: whole, nowSeconds: Self.nowSeconds)) != nil)
        }
        let verifier = NoticeVerifier(settings: Self.settings, crypto: NeverOpens(check: .ok))
        let unsupported = String(decoding: whole, as: UTF8.self).replacing("AEAD_AES_256_GCM", with: "AEAD_SM4_GCM")
        let verdict = verifier.verdict(headers: headers, body: Array(unsupported.utf8), nowSeconds: Self.nowSeconds)
        #expect(refusal(verdict) == .unsupportedResource)
    }

    @Test("a probe is refused like any bad signature and told apart only for counting")
    func probes() throws {
        let body = try body(PaymentSamples.partner.encode())
        let probe = try verdict(body) { $0.signature = "WECHATPAY/SIGNTEST/AAAA" }
        guard case .refused(.signatureMismatch, probe: true) = probe else {
            Issue.record("not a probe: \(probe)")
            return
        }
        guard case .refused(.signatureMismatch, probe: false) = try verdict(body, change: { $0.signature = "AAAA" })
        else {
            Issue.record("an ordinary bad signature was taken for a probe")
            return
        }
    }

    @Test("a content type other than JSON in UTF-8 is refused before the signature; an absent one is not")
    func contentTypes() throws {
        let body = try body(PaymentSamples.partner.encode())
        for type in [
            nil, "application/json", "application/json; charset=utf-8", "Application/JSON ;charset=\"UTF-8\"",
            "application/json;q=1",
        ] {
            #expect(refusal(try verdict(body) { $0.contentType = type }) == nil, "\(type ?? "none")")
        }
        for type in [
            "", "text/xml", "application/jsonp", "text/plain; application/json", "application/json; charset=gbk",
            "application/json, application/json", String(repeating: " ", count: 2_000) + "application/json",
        ] {
            #expect(refusal(try verdict(body) { $0.contentType = type }) == .unsupportedMediaType, "\(type)")
        }
        let twice = NoticeHeaders(list: ["Content-Type", "content-type"].map { (name: $0, value: "application/json") })
        #expect(twice.contentType == "")
    }

    @Test("an envelope must have its members, of their types and lengths")
    func envelopes() throws {
        let whole = String(decoding: try body(PaymentSamples.partner.encode()), as: UTF8.self)
        #expect(try refusal(ofSignedBody: whole) == nil)
        for name in [
            "id", "create_time", "resource_type", "event_type", "summary", "resource", "original_type",
            "algorithm", "ciphertext", "nonce",
        ] {
            #expect(try refusal(ofSignedBody: whole.replacing("\"\(name)\":", with: "\"x\":")) == .malformedEnvelope)
        }
        #expect(try refusal(ofSignedBody: whole.replacing("\"n-1\"", with: "1")) == .malformedEnvelope)
        #expect(try refusal(ofSignedBody: whole.replacing("\"n-1\"", with: "\"\"")) == .malformedEnvelope)
        #expect(try refusal(ofSignedBody: whole.replacing("q7Rk2VbN9xTe", with: "q7Rk2VbN9xT")) == .malformedEnvelope)
        #expect(try refusal(ofSignedBody: whole.replacing("q7Rk2VbN9xTe", with: "")) == .malformedEnvelope)
        #expect(try refusal(ofSignedBody: whole.replacing("\"transaction\"", with: "7")) == .malformedEnvelope)
        #expect(try refusal(ofSignedBody: whole.replacing("encrypt-resource", with: "plain")) == .unsupportedResource)
        #expect(try refusal(ofSignedBody: "[]") == .malformedEnvelope)
        #expect(try refusal(ofSignedBody: whole + "}") == .malformedEnvelope)
        #expect(try refusal(ofSignedBody: "{\"id\":\"n-2\"," + whole.dropFirst()) == .malformedEnvelope)
    }

    @Test(
        "a ciphertext shorter than its tag, or not in canonical Base64, is malformed",
        arguments: ["", "AAAA", "A", "===="])
    func ciphertexts(text: String) throws {
        let envelope = """
            {"id":"1","create_time":"","resource_type":"encrypt-resource","event_type":"A","summary":"","resource":\
            {"original_type":"a","algorithm":"AEAD_AES_256_GCM","nonce":"q7Rk2VbN9xTe","ciphertext":"\(text)"}}
            """
        #expect(try refusal(ofSignedBody: envelope) == .malformedEnvelope)
    }

    @Test("unknown members are passed over at every level")
    func unknownMembers() throws {
        let whole = String(decoding: try body(PaymentSamples.partner.encode()), as: UTF8.self)
        let extended = whole.replacing("{", with: "{\"unknown\":{\"a\":[1,2.5,null]},", maxReplacements: 1)
            .replacing("\"resource\":{", with: "\"resource\":{\"more\":1,")
        #expect(try refusal(ofSignedBody: extended) == nil)
    }

    @Test("associated data may be missing, null or empty, and then is empty")
    func associatedData() throws {
        let plaintext = PaymentSamples.partner.encode()
        let empty = try signer.body(
            envelope: PaymentSamples.envelope, associatedData: "", nonce: "q7Rk2VbN9xTe", plaintext: plaintext)
        let text = String(decoding: empty, as: UTF8.self)
        #expect(try refusal(ofSignedBody: text) == nil)
        #expect(try refusal(ofSignedBody: text.replacing("\"associated_data\":\"\",", with: "")) == nil)
        #expect(
            try refusal(ofSignedBody: text.replacing("\"associated_data\":\"\"", with: "\"associated_data\":null"))
                == nil)
        #expect(
            try refusal(ofSignedBody: text.replacing("\"associated_data\":\"\"", with: "\"associated_data\":\"x\""))
                == .decryptFailed)
    }

    @Test("a plaintext is judged: its form, whose it is, and whether it is a success")
    func plaintexts() throws {
        func refusal(_ change: (inout PaidTransaction) -> Void) throws -> NoticeRefusal? {
            var transaction = PaymentSamples.partner
            change(&transaction)
            return self.refusal(try verdict(try body(transaction.encode())))
        }
        #expect(self.refusal(try verdict(try body(Array("{}".utf8)))) == .malformedPlaintext)
        #expect(self.refusal(try verdict(try body(Array("not JSON".utf8)))) == .malformedPlaintext)
        #expect(try refusal { $0.providerMerchantID = "1620009999" } == .notOurs)
        #expect(try refusal { ($0.mode, $0.merchantID) = (.direct, "1640000000") } == .notOurs)
        #expect(try refusal { ($0.mode, $0.merchantID) = (.direct, "1620001234") } == .notOurs)
        #expect(try refusal { $0.tradeState = "REFUND" } == .inconsistent)
        #expect(try refusal { $0.payerAmount = $0.amount + 1 } == .inconsistent)
        #expect(try refusal { $0.payerAmount = 0 } == nil)
    }

    @Test("authentic notices that are not payments are taken, unknown kinds too; a refund must be ours")
    func others() throws {
        let plaintext = Array("{\"sp_mchid\":\"1620001234\",\"refund_id\":\"5\"}".utf8)
        for eventType in ["REFUND.SUCCESS", "VIOLATION.PUNISH", "TRANSACTION.FAIL", "SOMETHING.NEW"] {
            guard case .other(let envelope, let found) = try verdict(try body(plaintext, eventType: eventType)) else {
                Issue.record("\(eventType) was not taken")
                return
            }
            #expect(envelope.eventType == eventType)
            #expect(found == plaintext)
        }
        let foreign = Array("{\"sp_mchid\":\"1\"}".utf8)
        #expect(refusal(try verdict(try body(foreign, eventType: "REFUND.SUCCESS"))) == .notOurs)
        #expect(refusal(try verdict(try body([0x31], eventType: "SOMETHING.NEW"))) == .malformedPlaintext)
    }

    @Test(
        "header names compare without case, others of the same length are passed over, a repeated one counts as missing"
    )
    func headerList() {
        let list = [
            ("WECHATPAY-TIMESTAMP", "1"), ("wechatpay-nonce", "2"), ("Wechatpay-Serial", "3"),
            ("wechatPay-signature", "4"), ("Wechatpay-Signature-TYPE", "5"), ("Request-ID", "6"), ("content-TYPE", "7"),
            ("wechatpay_signature", "x"), ("Wechatpay-Signaturf", "x"), ("user-agent", "x"), ("Connection", "x"),
            ("", "x"),
        ].map { (name: $0.0, value: $0.1) }
        let expected = NoticeHeaders(
            timestamp: "1", nonce: "2", serial: "3", signature: "4", signatureType: "5", requestID: "6",
            contentType: "7")
        #expect(NoticeHeaders(list: list) == expected)
        for field in list.prefix(7) {
            let repeated = NoticeHeaders(list: list + [field, field])
            let first = NoticeHeaders(list: list.filter { $0.name != field.name })
            var changed = first
            if field.value == "5" { changed.signatureType = "" }
            if field.value == "7" { changed.contentType = "" }
            #expect(repeated == changed)
        }
    }

    @Test("only what a person must look at raises an alarm")
    func alarms() {
        #expect(
            NoticeRefusal.allCases.filter(\.raisesAlarm)
                == [.decryptFailed, .malformedPlaintext, .notOurs, .resultCodeFail, .inconsistent])
        #expect(NoticeRefusal.allCases.filter(\.asksOrderQuery) == [.resultCodeFail, .inconsistent])
        #expect(NoticeRefusal.allCases.allSatisfy { (400...599).contains($0.status) })
    }

    @Test("settings outside their bounds are refused")
    func settings() throws {
        try Self.settings.validate()
        #expect(throws: NoticeSettingsError.merchantCount(0)) {
            try NoticeVerifierSettings(providerMerchantIDs: []).validate()
        }
        #expect(throws: NoticeSettingsError.merchantID("16 2")) {
            try NoticeVerifierSettings(providerMerchantIDs: ["16 2"]).validate()
        }
        var settings = Self.settings
        settings.clockWindowSeconds = 0
        #expect(throws: NoticeSettingsError.clockWindowSeconds(0)) { try settings.validate() }
        settings = Self.settings
        settings.signatureTypes = []
        #expect(throws: NoticeSettingsError.noSignatureType) { try settings.validate() }
        settings = Self.settings
        settings.bodyByteCountMax = 0
        #expect(throws: NoticeSettingsError.bodyByteCountMax(0)) { try settings.validate() }
    }
}
