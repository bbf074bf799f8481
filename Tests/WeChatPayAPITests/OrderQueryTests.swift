import AccessControl
import PaymentNotice
import Testing
import WeChatPayAPI

@Suite("Order query")
struct OrderQueryTests {
    private static let partner = "/v3/pay/partner/transactions/"
    private static let parties = "?sp_mchid=\(Fixture.provider)&sub_mchid=\(Fixture.merchant)"

    @Test("a paid order is read from the answer of the vectors, by the path of the vectors")
    func vector() async throws {
        try await Rig.run { (rig: Rig) async throws in
            rig.platform.answer(with: try Fixture.answer(named: "order query answer"))
            let answer = try await rig.client.order(
                merchantID: Fixture.merchant, transactionID: "4200002719202510095871269320")
            guard case .paid(let payment) = answer else {
                Issue.record("not paid: \(answer)")
                return
            }
            #expect(payment.outTradeNo == "CVS0301-20251009-000417" && payment.merchantID == Fixture.merchant)
            #expect(rig.platform.targets == [Self.partner + "id/4200002719202510095871269320" + Self.parties])
            let again = try await rig.client.order(
                merchantID: Fixture.merchant, outTradeNo: "CVS0301-20251009-000417")
            #expect(again == answer)
            #expect(rig.platform.targets.last == Self.partner + "out-trade-no/CVS0301-20251009-000417" + Self.parties)
            #expect(rig.client.figures.answered == 2 && rig.client.figures.inFlight == 0)
            #expect(rig.keyring.uses[Fixture.certificateSerial]?.answerCount == 2)
        }
    }

    @Test("a merchant that pays directly is asked for by the direct path")
    func direct() async throws {
        try await Rig.run { (rig: Rig) async throws in
            let paid = PaidTransaction(
                mode: .direct, merchantID: Fixture.directMerchant, appID: "wx1", outTradeNo: "D-1",
                transactionID: "42001", successTime: "2025-10-09T16:52:58+08:00", payer: "o1", amount: 100,
                payerAmount: 90)
            rig.platform.answer(with: .signed(body: String(decoding: paid.encode(), as: UTF8.self)))
            let answer = try await rig.client.order(merchantID: Fixture.directMerchant, outTradeNo: "D-1")
            #expect(answer == .paid(paid))
            #expect(
                rig.platform.targets == ["/v3/pay/transactions/out-trade-no/D-1?mchid=\(Fixture.directMerchant)"])
            // The same answer for another question is none.
            await #expect(throws: PlatformCallError.self) {
                try await rig.client.order(merchantID: Fixture.directMerchant, outTradeNo: "D-2")
            }
            await #expect(throws: PlatformCallError.self) {
                try await rig.client.order(merchantID: Fixture.merchant, outTradeNo: "D-1")
            }
        }
    }

    @Test(
        "orders that are not paid say why",
        arguments: [
            ("NOTPAY", OrderAnswer.open(tradeState: "NOTPAY")), ("USERPAYING", .open(tradeState: "USERPAYING")),
            ("ACCEPT", .open(tradeState: "ACCEPT")), ("CLOSED", .ended(tradeState: "CLOSED")),
            ("REVOKED", .ended(tradeState: "REVOKED")), ("PAYERROR", .ended(tradeState: "PAYERROR")),
        ])
    func unpaid(state: String, expected: OrderAnswer) async throws {
        try await Rig.run { (rig: Rig) async throws in
            rig.platform.answer(with: .signed(body: #"{"out_trade_no":"A1","trade_state":"\#(state)"}"#))
            #expect(try await rig.client.order(merchantID: Fixture.merchant, outTradeNo: "A1") == expected)
        }
    }

    @Test("answers that are not authentic are not read")
    func untrusted() async throws {
        let body = #"{"out_trade_no":"A1","trade_state":"NOTPAY"}"#
        try await Rig.run { (rig: Rig) async throws in
            for (answer, reason) in [
                (FakePlatform.Answer.plain(status: 200, body: body), NoticeRefusal.missingHeader),
                (.forged(body: body), .signatureMismatch),
                (.signed(body: body, ageSeconds: 300), .timestampOutOfWindow),
                (.signed(body: body, ageSeconds: -300), .timestampOutOfWindow),
                (.signed(body: body, by: Fixture.otherSerial), .unknownSerial),
            ] {
                rig.platform.answer(with: answer)
                await #expect(throws: PlatformCallError.untrustedAnswer(reason)) {
                    try await rig.client.order(merchantID: Fixture.merchant, outTradeNo: "A1")
                }
            }
            rig.platform.answer(with: .signed(body: body, ageSeconds: 299))
            #expect(
                try await rig.client.order(merchantID: Fixture.merchant, outTradeNo: "A1")
                    == .open(tradeState: "NOTPAY"))
            #expect(rig.client.figures.failed == ["untrusted_answer": 5])
            #expect(rig.keyring.unknownSerialCount == 1)
        }
    }

    @Test("an answer signed by an added key holds as soon as the keyring has it")
    func keyChange() async throws {
        let body = #"{"out_trade_no":"A1","trade_state":"NOTPAY"}"#
        try await Rig.run { (rig: Rig) async throws in
            rig.platform.answer(with: .signed(body: body, by: Fixture.otherSerial))
            await #expect(throws: PlatformCallError.untrustedAnswer(.unknownSerial)) {
                try await rig.client.order(merchantID: Fixture.merchant, outTradeNo: "A1")
            }
            let sources = PlatformKeySources(
                certificates: [
                    .init(serial: Fixture.certificateSerial, pem: try Fixture.text("keys/platform-a.cert.pem")),
                    .init(serial: Fixture.otherSerial, pem: try Fixture.text("keys/platform-b.cert.pem")),
                ], apiV3Key: Fixture.apiV3Key)
            rig.keyring.replace(with: try sources.keys())
            for serial in [Fixture.otherSerial, Fixture.certificateSerial] {
                rig.platform.answer(with: .signed(body: body, by: serial))
                #expect(
                    try await rig.client.order(merchantID: Fixture.merchant, outTradeNo: "A1")
                        == .open(tradeState: "NOTPAY"))
            }
        }
    }

    @Test("authentic answers that are not what the protocol says are told from others")
    func malformed() async throws {
        try await Rig.run { (rig: Rig) async throws in
            for body in [
                "", "[]", "{", #"{"trade_state":"HALFPAID"}"#, #"{"trade_state":1}"#, #"{"trade_state":"SUCCESS"}"#,
            ] {
                rig.platform.answer(with: .signed(body: body))
                let error = await #expect(throws: PlatformCallError.self) {
                    try await rig.client.order(merchantID: Fixture.merchant, outTradeNo: "A1")
                }
                #expect(error?.shortDescription == "malformed_answer" && error?.isTransient == false, "\(body)")
            }
        }
    }

    @Test("what stands in a number cannot change what is asked")
    func encoding() async throws {
        try await Rig.run { (rig: Rig) async throws in
            let number = "a|b*c/../?x=1&sub_mchid=9#%2E 乌"
            await #expect(throws: PlatformCallError.notFound(code: "ORDER_NOT_EXIST")) {
                try await rig.client.order(merchantID: Fixture.merchant, outTradeNo: number)
            }
            #expect(
                rig.platform.targets == [
                    Self.partner + "out-trade-no/a%7Cb%2Ac%2F..%2F%3Fx%3D1%26sub_mchid%3D9%23%252E%20%E4%B9%8C"
                        + Self.parties
                ])
            for number in ["", ".", "..", String(repeating: "9", count: 65)] {
                let error = await #expect(throws: PlatformCallError.self) {
                    try await rig.client.order(merchantID: Fixture.merchant, outTradeNo: number)
                }
                #expect(error?.shortDescription == "not_started")
            }
            #expect(rig.platform.requests.count == 1)
        }
    }

    @Test("a refund is read member by member; one of a direct merchant that does not sign is not asked for")
    func refund() async throws {
        try await Rig.run { (rig: Rig) async throws in
            let body = #"""
                {"refund_id":"50300","out_refund_no":"R-1","transaction_id":"42000","out_trade_no":"A1","channel":"ORIGINAL",
                 "user_received_account":"招商银行信用卡0403","success_time":"2025-10-10T09:00:00+08:00","status":"SUCCESS",
                 "amount":{"total":100,"refund":40,"payer_total":90,"payer_refund":36,"currency":"CNY"}}
                """#
            rig.platform.answer(with: .signed(body: body))
            let refund = try await rig.client.refund(merchantID: Fixture.merchant, outRefundNo: "R-1")
            #expect(
                refund
                    == RefundAnswer(
                        outRefundNo: "R-1", refundID: "50300", transactionID: "42000", outTradeNo: "A1",
                        status: "SUCCESS", successTime: "2025-10-10T09:00:00+08:00",
                        userReceivedAccount: "招商银行信用卡0403", total: 100, refund: 40, payerTotal: 90, payerRefund: 36))
            // The platform would answer with the signer's own refund of that number.
            let error = await #expect(throws: PlatformCallError.self) {
                try await rig.client.refund(merchantID: Fixture.directMerchant, outRefundNo: "R-1")
            }
            #expect(error?.shortDescription == "not_ours" && error?.isTransient == false)
            #expect(rig.platform.targets == ["/v3/refund/domestic/refunds/R-1?sub_mchid=\(Fixture.merchant)"])
            await #expect(throws: PlatformCallError.self) {
                try await rig.client.refund(merchantID: Fixture.merchant, outRefundNo: "R-2")
            }
        }
    }
}
