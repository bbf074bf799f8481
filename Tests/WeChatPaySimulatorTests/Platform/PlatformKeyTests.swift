import AccessControl
import BoundedJSON
import PaymentNotice
import Testing

@testable import WeChatPaySimulator

@Suite("The platform's keys")
struct PlatformKeyTests {
    private static func listed(_ bench: PlatformBench) async throws -> [(serial: String, pem: String)] {
        let answer = try await bench.v3("GET", "/v3/certificates")
        #expect(answer.status == 200)
        return try #require(try answer.json["data"]?.array).map { item in
            let sealed = try #require(item["encrypt_certificate"])
            #expect(sealed["algorithm"]?.string == "AEAD_AES_256_GCM")
            let nonce = try #require(sealed["nonce"]?.stringBytes)
            let associatedData = try #require(sealed["associated_data"]?.stringBytes)
            let text = try #require(sealed["ciphertext"]?.string)
            let ciphertext = try #require(StrictBase64.decode(text))
            let plaintext = try #require(
                bench.receiver.open(nonce: nonce, associatedData: associatedData, ciphertext: ciphertext))
            return (try #require(item["serial_no"]?.string), String(decoding: plaintext, as: UTF8.self))
        }
    }

    @Test("a change lists two certificates, signs by the share asked for, and ends when the old one is retired")
    func rotation() async throws {
        try await PlatformBench.with { bench in
            let old = bench.keys.certificatePlatform.serial
            #expect(try await Self.listed(bench).map(\.serial) == [old])
            let new = try #require(try await bench.control("POST", "/keys/rotate", #"{"mix":0}"#)["serial"]?.string)
            let both = try await Self.listed(bench)
            #expect(both.map(\.serial) == [old, new])
            let keys = try PlatformKeys(
                certificates: both.map { .init(serial: $0.serial, pem: $0.pem) }, publicKeys: [],
                apiV3Key: bench.keys.apiV3Key)
            let byOld = try await bench.v3("GET", "/v3/certificates")
            #expect(byOld.headers.serial == old)
            let newest = try #require(try await bench.control("POST", "/keys/rotate")["serial"]?.string)
            let byNew = try await bench.v3("GET", "/v3/certificates")
            #expect(byNew.headers.serial == newest)
            #expect(
                keys.verifyAnswer(headers: byNew.headers, body: byNew.body, nowSeconds: bench.time.unixSeconds)
                    == .refused(.unknownSerial))
            #expect(try await bench.control("POST", "/keys/retire")["serial"]?.string == old)
            try await bench.control("POST", "/keys/retire")
            try await bench.control("POST", "/keys/retire", expecting: 409)
            let last = try await Self.listed(bench)
            #expect(last.map(\.serial) == [newest])
            let current = try PlatformKeys(
                certificates: last.map { .init(serial: $0.serial, pem: $0.pem) }, publicKeys: [],
                apiV3Key: bench.keys.apiV3Key)
            let answer = try await bench.v3("GET", "/v3/certificates")
            #expect(
                current.verifyAnswer(headers: answer.headers, body: answer.body, nowSeconds: bench.time.unixSeconds)
                    == .ok)
        }
    }

    @Test("the public key signs where a request asks for it, and everything once all is moved to it")
    func publicKey() async throws {
        try await PlatformBench.with { bench in
            let id = bench.keys.publicKeyPlatform.serial
            let asked = try await bench.v3("GET", "/v3/certificates", extra: [("Wechatpay-Serial", id)])
            #expect(asked.headers.serial == id && bench.isAuthentic(asked))
            let wrong = try await bench.v3("GET", "/v3/certificates", extra: [("Wechatpay-Serial", "PUB_KEY_ID_1")])
            #expect(wrong.code == "PARAM_ERROR")
            #expect(try await bench.v3("GET", "/v3/certificates").headers.serial != id)
            try await bench.control("POST", "/keys/rotate", #"{"to":"public_key","mix":1}"#)
            #expect(try await bench.v3("GET", "/v3/certificates").headers.serial == id)
            try await bench.control("POST", "/keys/rotate", #"{"to":"smoke"}"#, expecting: 400)
        }
    }

    @Test("misbehaviour: failures, limits, wrong signatures and a wrong clock")
    func misbehaviour() async throws {
        try await PlatformBench.with { bench in
            func answer(_ how: String) async throws -> PlatformBench.Answer {
                try await bench.control("POST", "/misbehave", how)
                return try await bench.v3("GET", "/v3/certificates")
            }
            func check(_ answer: PlatformBench.Answer) -> AnswerCheck {
                bench.receiver.verifyAnswer(
                    headers: answer.headers, body: answer.body, nowSeconds: bench.time.unixSeconds)
            }
            #expect(try await answer(#"{"fail_share":1}"#).code == "SYSTEM_ERROR")
            #expect(try await answer(#"{"rate_limit_share":1.0}"#).status == 429)
            let forged = try await answer(#"{"bad_answer_signature":true}"#)
            #expect(forged.headers.signature?.hasPrefix("WECHATPAY/SIGNTEST/") == true)
            #expect(check(forged) == .refused(.signatureMismatch))
            #expect(check(try await answer(#"{"clock_skew_seconds":-301}"#)) == .refused(.timestampOutOfWindow))
            #expect(check(try await answer("{}")) == .ok)
            try await bench.control("POST", "/misbehave", #"{"fail_share":2}"#, expecting: 400)
            try await bench.control("POST", "/misbehave", #"{"out_of_order":"yes"}"#, expecting: 400)
        }
    }

    @Test("an announced restriction is in the query, closes the merchant for orders, and is lifted by its case")
    func restrictions() async throws {
        try await PlatformBench.with { bench in
            let merchantID = PlatformBench.merchantID
            let path = "/v3/mch-operation-manage/merchant-limitations/sub-mchid/\(merchantID)"
            #expect(try await bench.v3("GET", path).json["limited_functions"]?.array?.isEmpty == true)
            func announce(_ state: String) async throws {
                try await bench.control(
                    "POST", "/render",
                    #"{"kind":"restriction","merchant_id":"\#(merchantID)","business_code":"A1","business_state":"\#(state)"}"#
                )
            }
            try await announce("PUNISHMENT")
            let answer = try await bench.v3("GET", path)
            #expect(bench.isAuthentic(answer))
            #expect(try answer.json["limited_functions"]?.array?.map(\.string) == ["NO_TRANSACTION"])
            let found = try #require(try answer.json["recovery_specifications"]?.array?.first)
            #expect(found["limitation_case_id"]?.string == "A1")
            let order =
                #"{\#(PlatformBench.partner),"description":"tea","out_trade_no":"Order-0001","#
                + #""notify_url":"http://127.0.0.1:1/n","amount":{"total":1}}"#
            #expect(try await bench.v3("POST", "/v3/pay/partner/transactions/native", order).code == "RULE_LIMIT")
            try await announce("RECOVERY")
            #expect(try await bench.v3("GET", path).json["limited_functions"]?.array?.isEmpty == true)
            #expect(try await bench.v3("POST", "/v3/pay/partner/transactions/native", order).status == 200)
        }
    }

    @Test("the address of violation notices is set, read, changed and removed")
    func violationAddress() async throws {
        try await PlatformBench.with { bench in
            let path = "/v3/merchant-risk-manage/violation-notifications"
            let none = try await bench.v3("GET", path)
            #expect(none.status == 404)
            #expect(try await bench.v3("PUT", path, #"{"notify_url":"http://127.0.0.1:1/a"}"#).status == 404)
            #expect(try await bench.v3("POST", path, #"{"notify_url":"http://127.0.0.1:1/a"}"#).status == 200)
            #expect(try await bench.v3("POST", path, #"{"notify_url":"http://127.0.0.1:1/b"}"#).status == 400)
            #expect(try await bench.v3("PUT", path, #"{"notify_url":"http://127.0.0.1:1/b"}"#).status == 200)
            #expect(try await bench.v3("GET", path).json["notify_url"]?.string == "http://127.0.0.1:1/b")
            #expect(try await bench.v3("DELETE", path).status == 204)
            #expect(try await bench.v3("GET", path).status == 404)
        }
    }
}
