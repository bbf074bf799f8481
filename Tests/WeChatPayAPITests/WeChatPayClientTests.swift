import AccessControl
import HTTPDataPlane
import PaymentNotice
import TestSupport
import Testing
import WeChatPayAPI

@Suite("Calls to the platform")
struct WeChatPayClientTests {
    private static let open = #"{"out_trade_no":"A1","trade_state":"NOTPAY"}"#

    private func ask(_ rig: Rig) async throws(PlatformCallError) -> OrderAnswer {
        try await rig.client.order(merchantID: Fixture.merchant, outTradeNo: "A1")
    }

    @Test(
        "statuses outside 2xx are what they say",
        arguments: [
            (404, #"{"code":"RESOURCE_NOT_EXISTS"}"#, PlatformCallError.notFound(code: "RESOURCE_NOT_EXISTS"), false),
            // What is no word of the platform tells nothing of the order.
            (404, "<html>", .platformFault(status: 404, code: ""), true),
            (404, #"{"code":"NO_ROUTE"}"#, .platformFault(status: 404, code: "NO_ROUTE"), true),
            (429, #"{"code":"FREQUENCY_LIMITED"}"#, .rateLimited, true),
            (
                403, "{\"code\":\"NO_AUTH\",\"message\":\"no\\nright\"}",
                .refused(status: 403, code: "NO_AUTH", message: "noright"), false
            ),
            (500, #"{"code":"SYSTEM_ERROR"}"#, .platformFault(status: 500, code: "SYSTEM_ERROR"), true),
            (502, "<html>", .platformFault(status: 502, code: ""), true),
            (302, "", .malformedAnswer("status 302"), false),
        ])
    func failures(status: Int, body: String, expected: PlatformCallError, isTransient: Bool) async throws {
        #expect(expected.isTransient == isTransient)
        try await Rig.run { (rig: Rig) async throws in
            rig.platform.answer(with: .plain(status: status, body: body))
            await #expect(throws: expected) { try await ask(rig) }
        }
    }

    @Test("requests carry what the platform asks for, and the id of the public key where one is held")
    func headers() async throws {
        for hasPublicKey in [false, true] {
            try await Rig.run(hasPublicKey: hasPublicKey) { (rig: Rig) async throws in
                rig.platform.answer(
                    with: .signed(
                        body: Self.open, by: hasPublicKey ? Fixture.publicKeyID : Fixture.certificateSerial))
                #expect(try await ask(rig) == .open(tradeState: "NOTPAY"))
                let headers = try #require(rig.platform.requests.first?.headers)
                #expect(headers["accept"] == "application/json" && headers["user-agent"]?.isEmpty == false)
                #expect(headers["wechatpay-serial"] == (hasPublicKey ? Fixture.publicKeyID : nil))
                #expect(headers["authorization"]?.contains("mchid=\"\(Fixture.provider)\"") == true)
            }
        }
    }

    @Test("the spare host is asked where the first is not reached, and first for a while then")
    func spareOfUnreachable() async throws {
        try await Rig.run(hasSpare: true, firstIsDown: true) { (rig: Rig) async throws in
            rig.spare.answer(with: .signed(body: Self.open))
            #expect(try await ask(rig) == .open(tradeState: "NOTPAY"))
            #expect(rig.client.figures.spareTries == 1)
            #expect(try await ask(rig) == .open(tradeState: "NOTPAY"))
            #expect(rig.client.figures.spareTries == 1, "the first host was asked again at once")
            rig.time.advance(milliseconds: 60_001)
            #expect(try await ask(rig) == .open(tradeState: "NOTPAY"))
            #expect(rig.client.figures.spareTries == 2)
            #expect(rig.spare.requests.count == 3)
        }
    }

    @Test("the spare host is asked where the first fails; where both do, the failure is told")
    func spareOfFault() async throws {
        try await Rig.run(hasSpare: true) { (rig: Rig) async throws in
            rig.platform.answer(with: .plain(status: 500, body: #"{"code":"SYSTEM_ERROR"}"#))
            rig.spare.answer(with: .signed(body: Self.open))
            #expect(try await ask(rig) == .open(tradeState: "NOTPAY"))
            rig.spare.answer(with: .plain(status: 503, body: ""))
            await #expect(throws: PlatformCallError.platformFault(status: 503, code: "")) { try await ask(rig) }
            // A refusal is an answer: it is not asked for twice.
            rig.platform.answer(with: .plain(status: 404, body: #"{"code":"NOT_FOUND"}"#))
            await #expect(throws: PlatformCallError.notFound(code: "NOT_FOUND")) { try await ask(rig) }
            #expect(rig.spare.requests.count == 2)
        }
    }

    @Test("nobody there is unreachable, which is worth another try")
    func unreachable() async throws {
        try await Rig.run(firstIsDown: true) { (rig: Rig) async throws in
            await #expect(throws: PlatformCallError.unreachable("refused")) { try await ask(rig) }
        }
    }

    @Test("one call more than allowed is not started")
    func inFlight() async throws {
        try await Rig.run(callsInFlightMax: 1) { (rig: Rig) async throws in
            rig.platform.answer(with: .held)
            async let first = ask(rig)
            #expect(try await eventually { rig.platform.heldCount == 1 })
            let error = await #expect(throws: PlatformCallError.self) { try await ask(rig) }
            #expect(error?.shortDescription == "not_started" && error?.isTransient == true)
            rig.platform.release(.signed(body: Self.open))
            #expect(try await first == .open(tradeState: "NOTPAY"))
            #expect(rig.platform.requests.count == 1)
        }
    }

    @Test("an answer longer than allowed is not read")
    func tooLong() async throws {
        try await Rig.run { (rig: Rig) async throws in
            let body = String(repeating: " ", count: WeChatPayLimits.answerByteCountMax + 1)
            rig.platform.answer(with: .exactly(status: 200, headers: [], body: Array(body.utf8)))
            let error = await #expect(throws: PlatformCallError.self) { try await ask(rig) }
            #expect(error?.shortDescription == "malformed_answer")
        }
    }

    @Test("restrictions are read with their cases")
    func limitations() async throws {
        try await Rig.run { (rig: Rig) async throws in
            let body = #"""
                {"mchid":"1630005678","limited_functions":["NO_TRANSACTION","NO_REFUND"],"other_limited_functions":"",
                 "recovery_specifications":[{"limitation_case_id":"A2025","limitation_reason":"商户号异常",
                   "limitation_reason_type":"RISK_ABNORMAL","limitation_reason_describe":"涉嫌欺诈","relate_limitations":["NO_TRANSACTION"],
                   "recover_way":"SUBMIT_INFORMATION_FOR_APPEAL","limitation_action_type":"LIMIT_ACTION_TYPE_IMMEDIATE_CONTROL",
                   "limitation_start_date":"2025-10-09T16:51:00+08:00"},{"limitation_case_id":"B1"}]}
                """#
            rig.platform.answer(with: .signed(body: body))
            let answer = try await rig.client.limitations(merchantID: Fixture.merchant)
            #expect(answer.limitedFunctions == ["NO_TRANSACTION", "NO_REFUND"])
            #expect(
                answer.cases == [
                    .init(
                        caseID: "A2025", reasonType: "RISK_ABNORMAL", reasonDescribe: "涉嫌欺诈",
                        startDate: "2025-10-09T16:51:00+08:00", relatedLimitations: ["NO_TRANSACTION"],
                        actionType: "LIMIT_ACTION_TYPE_IMMEDIATE_CONTROL"), .init(caseID: "B1"),
                ])
            #expect(
                rig.platform.targets == [
                    "/v3/mch-operation-manage/merchant-limitations/sub-mchid/\(Fixture.merchant)"
                ])
            rig.platform.answer(with: .signed(body: #"{"mchid":"1630005678"}"#))
            #expect(
                try await rig.client.limitations(merchantID: Fixture.merchant)
                    == LimitationAnswer(limitedFunctions: [], cases: []))
            rig.platform.answer(with: .signed(body: #"{"mchid":"1630005679"}"#))
            await #expect(throws: PlatformCallError.self) {
                try await rig.client.limitations(merchantID: Fixture.merchant)
            }
        }
    }

    @Test("certificates of the vectors are listed, and open; by an unknown key the answer is left to be checked")
    func certificates() async throws {
        let other = try PlatformKeySources(
            certificates: [.init(serial: Fixture.otherSerial, pem: try Fixture.text("keys/platform-b.cert.pem"))],
            apiV3Key: Fixture.apiV3Key
        ).keys()
        for keys in [try Fixture.keys(), other] {
            try await Rig.run(keys: keys) { (rig: Rig) async throws in
                rig.platform.answer(with: try Fixture.answer(named: "GET /v3/certificates"))
                let list = try await rig.client.certificates()
                #expect(list.certificates.contains { $0.serial == Fixture.certificateSerial })
                for sealed in list.certificates {
                    let opened = rig.keyring.open(
                        nonce: Array(sealed.nonce.utf8), associatedData: Array(sealed.associatedData.utf8),
                        ciphertext: sealed.ciphertext)
                    let pem = String(decoding: try #require(opened), as: UTF8.self)
                    #expect(
                        try PlatformCertificate(pem: pem, saidToBe: sealed.serial).serial == sealed.serial)
                }
                #expect(rig.keyring.unknownSerialCount == 0 && !rig.keyring.hasUnknownSerial)
                let isKnown = keys.names.contains(Fixture.certificateSerial)
                #expect((list.unchecked == nil) == isKnown)
                if let unchecked = list.unchecked {
                    #expect(unchecked.serial == Fixture.certificateSerial)
                    #expect(unchecked.check(by: try Fixture.keys()) == .ok)
                    #expect(unchecked.check(by: other) == .refused(.unknownSerial))
                }
                rig.platform.answer(with: .forged(body: #"{"data":[]}"#))
                await #expect(throws: PlatformCallError.self) {
                    let list = try await rig.client.certificates()
                    if list.unchecked?.check(by: try Fixture.keys()) == .refused(.signatureMismatch) {
                        throw PlatformCallError.untrustedAnswer(.signatureMismatch)
                    }
                }
            }
        }
    }

    @Test("addresses of the platform: https, or http to this machine, without a path")
    func hosts() throws {
        #expect(try PlatformHost("https://api.mch.weixin.qq.com").origin == "https://api.mch.weixin.qq.com")
        #expect(try PlatformHost("https://api.mch.weixin.qq.com/").origin == "https://api.mch.weixin.qq.com")
        #expect(try PlatformHost("https://10.0.0.7:8443").origin == "https://10.0.0.7:8443")
        for text in ["http://127.0.0.1:80", "http://[::1]:9000"] {
            #expect(try PlatformHost(text).isLoopback, "\(text)")
        }
        for text in [
            "", "api.mch.weixin.qq.com", "http://api.mch.weixin.qq.com", "https://api.mch.weixin.qq.com/v3",
            "https://u:p@api.mch.weixin.qq.com", "ftp://127.0.0.1", "https://169.254.169.254",
            "http://localhost:9000", "http://127.0.0.1.example",
        ] {
            #expect(throws: PlatformHostError.self, "\(text)") { try PlatformHost(text) }
        }
    }
}
