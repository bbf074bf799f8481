import PaymentNotice
import Testing

@Suite struct PaidTransactionTests {
    private func decode(_ text: String) -> Result<PaidTransaction, PaidTransactionError> {
        Result { () throws(PaidTransactionError) in try PaidTransaction.decode(Array(text.utf8)) }
    }

    private var text: String { String(decoding: PaymentSamples.partner.encode(), as: UTF8.self) }

    @Test("the encoded form is the platform's, and is read back")
    func roundTrip() throws {
        #expect(
            text == #"{"sp_appid":"wx5f3a9c1d2b7e4a60","sp_mchid":"1620001234","sub_mchid":"1630005678","#
                + #""out_trade_no":"CVS0301-20251009-000417","transaction_id":"4200002719202510091234567890","#
                + #""trade_type":"JSAPI","trade_state":"SUCCESS","trade_state_desc":"支付成功","bank_type":"OTHERS","#
                + #""attach":"store=0301;pos=02","success_time":"2025-10-09T16:52:58+08:00","#
                + #""payer":{"sp_openid":"oA1b2C3d4E5f6G7h8I9j0K1l2M3n"},"#
                + #""amount":{"total":1250,"payer_total":1000,"currency":"CNY","payer_currency":"CNY"},"#
                + #""scene_info":{"device_id":"013467007045764"}}"#)
        var both = PaymentSamples.partner
        both.subAppID = "wx1"
        both.subPayer = "o2"
        for transaction in [PaymentSamples.partner, PaymentSamples.direct, both] {
            #expect(try PaidTransaction.decode(transaction.encode()) == transaction)
        }
        #expect(PaymentSamples.partner.discount == 250)
        #expect(PaymentSamples.partner.paidAtMillis == 1_760_000_000_000 - 22_000)
    }

    @Test(
        "a required member that is missing or of another type is named",
        arguments: [
            "sub_mchid", "out_trade_no", "transaction_id", "trade_type", "trade_state", "bank_type", "success_time",
            "payer.sp_openid", "amount.total", "amount.payer_total", "amount.currency",
        ])
    func requiredMembers(path: String) {
        let name = path.split(separator: ".").last.map(String.init) ?? path
        #expect(decode(text.replacing("\"\(name)\":", with: "\"x\":")) == .failure(.member(path)))
        #expect(decode(text.replacing("\"\(name)\":", with: "\"\(name)\":[],\"x\":")) == .failure(.member(path)))
    }

    @Test("without sp_mchid the direct members are asked for")
    func directMode() {
        #expect(decode(text.replacing("\"sp_mchid\":", with: "\"x\":")) == .failure(.member("mchid")))
    }

    @Test(
        "an amount is an integer within its bounds and nothing else",
        arguments: ["1250.0", "1.25e3", "-1", "\"1250\"", "null", "9223372036854775808", "1000000000001"])
    func amounts(written: String) {
        #expect(decode(text.replacing(":1250", with: ":" + written)) == .failure(.member("amount.total")))
    }

    @Test("ids that could not become keys or queue names are refused")
    func identifiers() {
        #expect(decode(text.replacing("\"1630005678\"", with: "\"16-3\"")) == .failure(.member("sub_mchid")))
        let long = String(repeating: "9", count: 65)
        #expect(
            decode(text.replacing("4200002719202510091234567890", with: long)) == .failure(.member("transaction_id")))
        #expect(
            decode(text.replacing("4200002719202510091234567890", with: "42 1")) == .failure(.member("transaction_id")))
        #expect(decode(text.replacing("+08:00", with: "")) == .failure(.member("success_time")))
    }

    @Test("optional members may be missing or null, but not of another type")
    func optionalMembers() throws {
        let absent = try decode(text.replacing("\"attach\":\"store=0301;pos=02\",", with: "")).get()
        #expect(absent.attach.isEmpty)
        let null = try decode(text.replacing("\"store=0301;pos=02\"", with: "null")).get()
        #expect(null.attach.isEmpty)
        #expect(decode(text.replacing("\"store=0301;pos=02\"", with: "3")) == .failure(.member("attach")))
        #expect(try decode(text.replacing("\"scene_info\":{", with: "\"x\":{")).get().deviceID.isEmpty)
        #expect(
            decode(text.replacing("\"scene_info\":{\"device_id\":\"013467007045764\"}", with: "\"scene_info\":1"))
                == .failure(.member("scene_info")))
    }
}
