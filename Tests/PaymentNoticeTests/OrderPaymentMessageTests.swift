import PaymentNotice
import Testing

@Suite struct OrderPaymentMessageTests {
    let message = OrderPaymentMessage(PaymentSamples.partner, storeID: "0301", source: .notice)

    @Test("the message has the one shape: these members in this order")
    func shape() {
        #expect(
            String(decoding: message.encode(), as: UTF8.self)
                == #"{"type":"order.paid","timestamp":"2025-10-09T08:52:58.000Z","data":{"#
                + #""transaction_id":"4200002719202510091234567890","out_trade_no":"CVS0301-20251009-000417","#
                + #""merchant_id":"1630005678","store_id":"0301","device_id":"013467007045764","#
                + #""payer":"oA1b2C3d4E5f6G7h8I9j0K1l2M3n","amount":1250,"payer_amount":1000,"discount":250,"#
                + #""currency":"CNY","trade_type":"JSAPI","bank_type":"OTHERS","attach":"store=0301;pos=02","#
                + #""paid_at":"2025-10-09T16:52:58+08:00","source":"notice"}}"#)
    }

    @Test("a message is read back as it was, whatever its texts hold")
    func roundTrip() throws {
        var odd = OrderPaymentMessage(PaymentSamples.direct, storeID: "", source: .reconcile)
        odd.attach = "\"\\\n\u{1}支付😀"
        for expected in [message, odd] {
            #expect(try OrderPaymentMessage.decode(expected.encode()) == expected)
        }
    }

    @Test(
        "a message with a member missing or wrong is refused by name",
        arguments: [
            ("\"order.paid\"", "\"order.refunded\"", "type"), ("2025-10-09T08:52:58.000Z", "yesterday", "timestamp"),
            ("\"data\":", "\"x\":", "data"), (":1250", ":12.5", "amount"),
            ("\"payer_amount\":1000", "\"payer_amount\":-1", "payer_amount"),
            ("\"source\":\"notice\"", "\"source\":\"rumour\"", "source"),
            ("\"merchant_id\":\"1630005678\"", "\"merchant_id\":\"\"", "merchant_id"),
            ("\"store_id\":\"0301\"", "\"store_id\":301", "store_id"),
        ])
    func refusals(old: String, new: String, member: String) {
        let text = String(decoding: message.encode(), as: UTF8.self).replacing(old, with: new)
        #expect(throws: OrderPaymentMessageError.member(member)) {
            try OrderPaymentMessage.decode(Array(text.utf8))
        }
    }

    @Test("the largest payment that is taken makes a message merchants were promised to be able to take")
    func largest() throws {
        var transaction = PaymentSamples.partner
        transaction.attach = String(repeating: "\u{1}", count: 1_024)
        for path in [\PaidTransaction.payer, \.bankType, \.tradeType, \.currency, \.deviceID] {
            transaction[keyPath: path] = String(repeating: "\u{1}", count: 256)
        }
        transaction = try PaidTransaction.decode(transaction.encode())
        let message = OrderPaymentMessage(transaction, storeID: String(repeating: "s", count: 64), source: .notice)
        #expect(try OrderPaymentMessage.decode(message.encode()) == message)
        #expect(message.encode().count <= 20_480)
    }

    @Test("an id is made of the first 160 bits, five at a time, over the parts joined by line feeds")
    func identity() {
        var hashed: [UInt8] = []
        let id = OrderPaymentMessage.messageID(
            eventType: "order.paid", merchantID: "1", transactionID: "2", refundID: "3",
            sha256: { bytes in
                hashed = bytes
                return [0x00, 0x44, 0x32, 0x14, 0xC7] + [UInt8](repeating: 0xFF, count: 27)
            })
        #expect(hashed == Array("order.paid\n1\n2\n3".utf8))
        #expect(id == "msg_01234567" + String(repeating: "z", count: 24))
        #expect(message.messageID(sha256: PaymentSamples.fakeHash).utf8.count == 36)
    }

    @Test("names along the road")
    func roadNames() {
        #expect(RoadNames.orderPaymentsTopic == "order-payments")
        #expect(RoadNames.platformNoticesTopic == "platform-notices")
        #expect(RoadNames.merchantOrdersQueue == "merchant-orders")
        #expect(RoadNames.heldOrdersQueue(merchantID: "1630005678") == "held-orders-1630005678")
        #expect(RoadNames.paymentKey(transactionID: "42") == "pay:42")
    }

    @Test(
        "a notice's key tells states of one case apart and falls back to the envelope's id",
        arguments: [
            ("REFUND.SUCCESS", #"{"refund_id":"50"}"#, "notice:REFUND.SUCCESS:50"),
            ("REFUND.ABNORMAL", #"{"refund_id":"50"}"#, "notice:REFUND.ABNORMAL:50"),
            ("VIOLATION.PUNISH", #"{"record_id":"2002"}"#, "notice:VIOLATION.PUNISH:2002"),
            ("VIOLATION.APPEAL", #"{"record_id":"2002"}"#, "notice:VIOLATION.APPEAL:id:n-1"),
            (
                "MERCHANT_NOTIFY.NOTIFY", #"{"message_content":{"business_code":"A1","business_state":"RECOVERY"}}"#,
                "notice:MERCHANT_NOTIFY.NOTIFY:A1:RECOVERY"
            ),
            (
                "MERCHANT_NOTIFY.NOTIFY",
                #"{"message_content":{"business_code":"A1","business_state":"PUNISHMENT","business_time":"2025-10-09T16:51:00+08:00"}}"#,
                "notice:MERCHANT_NOTIFY.NOTIFY:A1:PUNISHMENT:2025-10-09T16:51:00+08:00"
            ),
            (
                "MERCHANT_NOTIFY.NOTIFY",
                #"{"message_content":{"business_code":"A1","business_state":"PUNISHMENT","business_time":"this morning"}}"#,
                "notice:MERCHANT_NOTIFY.NOTIFY:A1:PUNISHMENT"
            ),
            ("REFUND.SUCCESS", "{}", "notice:REFUND.SUCCESS:id:n-1"), ("NEW", "{}", "notice:NEW:id:n-1"),
        ])
    func noticeKeys(eventType: String, plaintext: String, key: String) {
        let envelope = NoticeEnvelope(id: "n-1", createTime: "", eventType: eventType, summary: "", originalType: "")
        #expect(RoadNames.noticeKey(envelope, plaintext: Array(plaintext.utf8)) == key)
    }
}
