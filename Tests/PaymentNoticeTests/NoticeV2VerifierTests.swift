import PaymentNotice
import Testing

/// A sign that is none, of the right length and alphabet: this room computes none.
struct PlainV2Crypto: NoticeV2Crypto {
    func sign(_ signType: V2SignType, message: [UInt8]) -> String {
        let sum = message.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        let digits = String(sum, radix: 16, uppercase: true)
        let part = String(repeating: "0", count: 16 - digits.count) + digits
        return String(repeating: part, count: signType.signByteCount / 16)
    }

    func isValid(_ signType: V2SignType, message: [UInt8], sign: String) -> Bool {
        sign == self.sign(signType, message: message)
    }
}

@Suite struct NoticeV2VerifierTests {
    let signer = NoticeV2Signer(crypto: PlainV2Crypto())
    static let fields = NoticeV2Signer<PlainV2Crypto>
        .fields(PaymentSamples.partner, nonce: "n", namesSignType: nil)

    private func verifier(_ orderSignType: V2SignType = .md5) -> NoticeV2Verifier<PlainV2Crypto> {
        NoticeV2Verifier(settings: NoticeVerifierTests.settings, orderSignType: orderSignType, crypto: PlainV2Crypto())
    }

    private func refusal(_ body: [UInt8], contentType: String? = "text/xml") -> NoticeRefusal? {
        if case .refused(let refusal) = verifier().verdict(contentType: contentType, body: body) { return refusal }
        return nil
    }

    private func refusal(_ change: (inout NoticeFields) -> Void) -> NoticeRefusal? {
        var fields = Self.fields
        change(&fields)
        return refusal(signer.body(fields, signType: .md5))
    }

    @Test("a payment that the signer built is read back as API v3 would tell it, in both modes")
    func payments() throws {
        for payment in [PaymentSamples.partner, PaymentSamples.direct] {
            for signType in V2SignType.allCases {
                let fields = NoticeV2Signer<PlainV2Crypto>.fields(payment, nonce: "n", namesSignType: signType)
                let body = signer.body(fields, signType: signType)
                guard case .payment(let found, let foundType) = verifier().verdict(contentType: "text/xml", body: body)
                else {
                    Issue.record("not taken")
                    return
                }
                var expected = payment
                expected.tradeStateDescription = ""
                #expect(found == expected)
                #expect(foundType == signType)
                #expect(
                    OrderPaymentMessage(found, storeID: "s", source: .notice)
                        == OrderPaymentMessage(payment, storeID: "s", source: .notice))
            }
        }
    }

    @Test("the string to sign holds every filled field but the sign, sorted by bytes")
    func canonical() {
        var fields = NoticeFields()
        for (name, value) in [("b", "2"), ("Z", "&="), ("sign", "X"), ("a_1", ""), ("a", " 深 "), ("a_10", "t")] {
            fields.set(name, value)
        }
        #expect(V2Canonical.message(fields) == Array("Z=&=&a= 深 &a_10=t&b=2".utf8))
    }

    @Test("content types other than XML in UTF-8 are refused; an absent one is not")
    func contentTypes() {
        let body = signer.body(Self.fields, signType: .md5)
        for type in [nil, "text/xml", "application/xml;charset=UTF-8", "TEXT/XML; charset=\"utf-8\""] {
            #expect(refusal(body, contentType: type) == nil)
        }
        for type in ["", "application/json", "text/xml; charset=gb2312", "text/html", "xml"] {
            #expect(refusal(body, contentType: type) == .unsupportedMediaType)
        }
    }

    @Test("bodies that are no notice are refused by their reason before anything is signed")
    func bodies() {
        #expect(refusal([]) == .malformedXML)
        #expect(refusal([UInt8](repeating: 0x20, count: 65_537)) == .bodyTooLarge)
        #expect(refusal(Array("<!DOCTYPE xml><xml></xml>".utf8)) == .forbiddenDTD)
        #expect(refusal(Array("<xml></xml>".utf8)) == .malformedEnvelope)
        #expect(refusal(Array("<xml><return_code/></xml>".utf8)) == .malformedEnvelope)
        #expect(refusal(Array("<xml><return_code>FAIL</return_code></xml>".utf8)) == .returnCodeFail)
        #expect(refusal(Array("<xml><return_code>success</return_code></xml>".utf8)) == .returnCodeFail)
        #expect(refusal(Array("<xml><return_code>SUCCESS</return_code></xml>".utf8)) == .missingSign)
        #expect(refusal(Array("<xml><return_code>SUCCESS</return_code><sign></sign></xml>".utf8)) == .missingSign)
    }

    @Test("the kind of sign is the message's, else its length's; a weaker one than the order's is refused")
    func signTypes() {
        func verdict(_ named: V2SignType?, _ signed: V2SignType, order: V2SignType) -> NoticeV2Verdict {
            var fields = Self.fields
            if let named { fields.set("sign_type", named.rawValue) }
            return verifier(order).verdict(contentType: nil, body: signer.body(fields, signType: signed))
        }
        func isTaken(_ verdict: NoticeV2Verdict) -> Bool {
            switch verdict {
            case .payment: return true
            case .refused(let refusal):
                #expect(refusal == .signatureMismatch)
                return false
            }
        }
        for named in [nil, V2SignType.md5] { #expect(isTaken(verdict(named, .md5, order: .md5))) }
        for named in [nil, V2SignType.hmacSHA256] {
            #expect(isTaken(verdict(named, .hmacSHA256, order: .hmacSHA256)))
            #expect(isTaken(verdict(named, .hmacSHA256, order: .md5)))
        }
        for named in [nil, V2SignType.md5] { #expect(!isTaken(verdict(named, .md5, order: .hmacSHA256))) }
        #expect(!isTaken(verdict(.hmacSHA256, .md5, order: .md5)))
        #expect(!isTaken(verdict(.md5, .hmacSHA256, order: .md5)))
        #expect(refusal { $0.set("sign_type", "SM3") } == .unsupportedSignatureType)
        // The caller knows of this order what the settings do not.
        let body = signer.body(Self.fields, signType: .md5)
        #expect(!isTaken(verifier(.md5).verdict(contentType: nil, body: body, orderSignType: .hmacSHA256)))
        #expect(isTaken(verifier(.hmacSHA256).verdict(contentType: nil, body: body, orderSignType: .md5)))
    }

    @Test("any changed field breaks the sign, and a sign is compared exactly")
    func changes() throws {
        let body = signer.body(Self.fields, signType: .md5)
        let fields = try FlatXMLReader.read(body)
        for field in fields.list where !["return_code", "sign"].contains(field.name) {
            var changed = fields
            changed.set(field.name, field.value + "0")
            #expect(refusal(FlatXMLWriter.write(changed)) == .signatureMismatch, "\(field.name)")
        }
        let sign = try #require(fields["sign"])
        for wrong in [sign.lowercased() + "", String(sign.dropLast()), sign + "0", "é" + sign.dropFirst(2), " " + sign]
        where wrong != sign {
            var changed = fields
            changed.set("sign", wrong)
            #expect(refusal(FlatXMLWriter.write(changed)) == .signatureMismatch)
        }
    }

    @Test("authentic fields are judged: whose, whether a success, their forms and bounds")
    func members() {
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.set("mch_id", "1620009999") } == .notOurs)
        #expect(refusal { $0.remove("sub_mch_id") } == .notOurs)
        #expect(refusal { $0.set("result_code", "FAIL") } == .resultCodeFail)
        #expect(refusal { $0.set("cash_fee", "1251") } == .inconsistent)
        #expect(refusal { $0.set("cash_fee", "0") } == nil)
        for name in [
            "mch_id", "result_code", "out_trade_no", "transaction_id", "trade_type", "bank_type", "openid", "total_fee",
            "cash_fee",
            "time_end",
        ] {
            #expect(refusal { $0.remove(name) } == .malformedPlaintext, "\(name)")
            #expect(refusal { $0.set(name, "") } == .malformedPlaintext, "\(name)")
        }
        for fee in [
            "-1", "+1", "1.0", "1e3", "0x10", " 1", "１", "99999999999999999999", "1000000000001", "9223372036854775808",
        ] {
            #expect(refusal { $0.set("total_fee", fee) } == .malformedPlaintext, "\(fee)")
        }
        for time in ["2025100916525", "20251009 65258", "20251309165258", "20250229000000", "2025-10-09T16:52", "２０２５"]
        {
            #expect(refusal { $0.set("time_end", time) } == .malformedPlaintext, "\(time)")
        }
        #expect(refusal { $0.set("transaction_id", "4200 1") } == .malformedPlaintext)
        #expect(refusal { $0.set("sub_mch_id", "a/b") } == .malformedPlaintext)
        #expect(refusal { $0.set("attach", String(repeating: "x", count: 1_025)) } == .malformedPlaintext)
        #expect(refusal { $0.set("openid", String(repeating: "x", count: 257)) } == .malformedPlaintext)
    }

    @Test("times are Beijing's, the web is no terminal, currencies default to CNY")
    func mapping() throws {
        var fields = Self.fields
        fields.set("device_info", "WEB")
        fields.set("time_end", "20260101003000")
        fields.remove("fee_type")
        let payment = try PaidTransaction.decode(fields)
        #expect(payment.deviceID.isEmpty && payment.currency == "CNY" && payment.payerCurrency == "CNY")
        #expect(payment.successTime == "2026-01-01T00:30:00+08:00")
        #expect(payment.paidAtMillis == RFC3339.millis("2025-12-31T16:30:00Z"))
        #expect(RFC3339.beijingDigits(millis: payment.paidAtMillis) == "20260101003000")
        #expect(payment.discount == 250 && payment.amount == 1_250 && payment.payerAmount == 1_000)
    }

    @Test("a damaged notice is refused or tells of the same payment, and is never trapped on")
    func mutations() throws {
        var generator = SeededGenerator(state: 20_251_009)
        let whole = signer.body(Self.fields, signType: .hmacSHA256)
        var refusedCount = 0
        for _ in 0..<4_000 {
            let damaged = Damage.done(to: whole, &generator)
            switch verifier().verdict(contentType: nil, body: damaged) {
            case .refused(let refusal):
                refusedCount += 1
                #expect(
                    [
                        .malformedXML, .forbiddenDTD, .signatureMismatch, .missingSign, .returnCodeFail,
                        .malformedEnvelope,
                        .unsupportedSignatureType,
                    ].contains(refusal))
            case .payment(let payment, _):
                #expect(payment.transactionID == PaymentSamples.partner.transactionID && payment.amount == 1_250)
            }
        }
        #expect(refusedCount > 3_000)
    }

    @Test("fields that were damaged before they were signed are refused or read, and never trapped on")
    func signedMutations() throws {
        var generator = SeededGenerator(state: 7)
        var counts = (taken: 0, refused: 0)
        for _ in 0..<4_000 {
            var fields = Self.fields
            let field = try #require(fields.list.randomElement(using: &generator))
            let value = String(decoding: Damage.done(to: Array(field.value.utf8), &generator), as: UTF8.self)
            fields.set(field.name, value)
            if refusal(signer.body(fields, signType: .md5)) == nil { counts.taken += 1 } else { counts.refused += 1 }
        }
        #expect(counts.taken > 500 && counts.refused > 500)
    }

    @Test("damaged headers of API v3 are refused or read, and never trapped on")
    func headerMutations() throws {
        var generator = SeededGenerator(state: 11)
        let signer = NoticeSigner(sealer: PlainCrypto())
        let verifier = NoticeVerifier(settings: NoticeVerifierTests.settings, crypto: PlainCrypto())
        let body = try signer.body(
            envelope: PaymentSamples.envelope, associatedData: "transaction", nonce: "q7Rk2VbN9xTe",
            plaintext: PaymentSamples.partner.encode())
        let headers = try signer.headers(body: body, timestampSeconds: 1_760_000_000, nonce: "n", requestID: "r")
        var refusedCount = 0
        for _ in 0..<4_000 {
            var damaged = headers
            let index = Int.random(in: damaged.indices, using: &generator)
            damaged[index].value = String(
                decoding: Damage.done(to: Array(damaged[index].value.utf8), &generator), as: UTF8.self)
            if Bool.random(using: &generator) { damaged.append(damaged[index]) }
            let verdict = verifier.verdict(headers: NoticeHeaders(list: damaged), body: body, nowSeconds: 1_760_000_000)
            if case .refused = verdict { refusedCount += 1 }
        }
        #expect(refusedCount > 2_000)
    }
}
