import BoundedJSON
import PaymentNotice
import Testing

@testable import WeChatPaySimulator

@Suite("The platform's API v2")
struct PlatformV2Tests {
    private static let sub = ("sub_mch_id", PlatformBench.merchantID)
    private static func order(_ outTradeNo: String) -> [(String, String)] {
        [
            sub, ("body", "tea"), ("out_trade_no", outTradeNo), ("total_fee", "1250"),
            ("spbill_create_ip", "127.0.0.1"),
            ("notify_url", "http://127.0.0.1:1/n"), ("trade_type", "NATIVE"),
        ]
    }

    @Test(
        "an order is placed, asked for, paid and asked for again, by both kinds of sign", arguments: V2SignType.allCases
    )
    func order(signType: V2SignType) async throws {
        try await PlatformBench.with { bench in
            let placed = try await bench.v2("/pay/unifiedorder", Self.order("Order-0001"), signType: signType)
            #expect(placed["result_code"] == "SUCCESS" && placed["trade_type"] == "NATIVE")
            #expect(placed["code_url"]?.hasPrefix("weixin://") == true && placed["prepay_id"]?.hasPrefix("wx") == true)
            let number = [Self.sub, ("out_trade_no", "Order-0001")]
            let open = try await bench.v2("/pay/orderquery", number, signType: signType)
            #expect(open["result_code"] == "SUCCESS" && open["trade_state"] == "NOTPAY")
            let id = try #require(
                try await bench.control("POST", "/orders/Order-0001/pay", "{}")["transaction_id"]?.string)
            for fields in [number, [Self.sub, ("transaction_id", id)]] {
                let paid = try await bench.v2("/pay/orderquery", fields, signType: signType)
                #expect(paid["trade_state"] == "SUCCESS" && paid["transaction_id"] == id)
                #expect(paid["total_fee"] == "1250" && paid["cash_fee"] == "1250")
                #expect(paid["time_end"] == "20260105160000" && paid["sub_mch_id"] == PlatformBench.merchantID)
                #expect(paid.list.count { $0.name == "return_code" } == 1)
            }
            let late = try await bench.v2("/pay/closeorder", number, signType: signType)
            #expect(late["result_code"] == "FAIL" && late["err_code"] == "ORDERPAID")
        }
    }

    @Test("closing, and an order nobody placed")
    func close() async throws {
        try await PlatformBench.with { bench in
            let number = [Self.sub, ("out_trade_no", "Order-0001")]
            let unknown = try await bench.v2("/pay/orderquery", number)
            #expect(unknown["return_code"] == "SUCCESS" && unknown["result_code"] == "FAIL")
            #expect(unknown["err_code"] == "ORDERNOTEXIST")
            _ = try await bench.v2("/pay/unifiedorder", Self.order("Order-0001"))
            #expect(try await bench.v2("/pay/closeorder", number)["result_code"] == "SUCCESS")
            #expect(try await bench.v2("/pay/orderquery", number)["trade_state"] == "CLOSED")
            #expect(try await bench.v2("/pay/unifiedorder", Self.order("Order-0001"))["err_code"] == "ORDERCLOSED")
        }
    }

    @Test("a payment by code, with and without a password")
    func micropay() async throws {
        try await PlatformBench.with { bench in
            func pay(_ outTradeNo: String) async throws -> NoticeFields {
                try await bench.v2("/pay/micropay", Self.order(outTradeNo) + [("auth_code", "130000000000000000")])
            }
            let paid = try await pay("Order-0001")
            #expect(paid["result_code"] == "SUCCESS" && paid["trade_type"] == "MICROPAY")
            try await bench.control("POST", "/misbehave", #"{"code_pay":"userpaying"}"#)
            #expect(try await pay("Order-0002")["err_code"] == "USERPAYING")
            try await bench.control("POST", "/orders/Order-0002/pay", "{}")
            let later = try await bench.v2("/pay/orderquery", [Self.sub, ("out_trade_no", "Order-0002")])
            #expect(later["trade_state"] == "SUCCESS")
            try await bench.control("POST", "/misbehave", #"{"code_pay":"payerror"}"#)
            #expect(try await pay("Order-0003")["err_code"] == "TRADE_ERROR")
            try await bench.control("POST", "/misbehave", #"{"fail_share":1}"#)
            #expect(try await pay("Order-0004")["err_code"] == "SYSTEMERROR")
        }
    }

    @Test("what is not XML, not signed or not ours fails at the transport level, without a sign")
    func refused() async throws {
        try await PlatformBench.with { bench in
            let forged = try await bench.v2(
                "/pay/orderquery", [("out_trade_no", "Order-0001")], sign: String(repeating: "A", count: 32))
            #expect(forged["return_code"] == "FAIL" && forged["return_msg"] == "签名错误" && forged["sign"] == nil)
            let missing = try await bench.v2("/pay/unifiedorder", [("body", "tea")])
            #expect(missing["return_code"] == "FAIL" && missing["return_msg"] == "缺少参数trade_type")
            for body in ["", "{}", "<!DOCTYPE x><xml></xml>", "<xml><mch_id>1</mch_id><sign>A</sign></xml>"] {
                let answer = await bench.send("POST", "/pay/orderquery", Array(body.utf8), [])
                #expect(answer.status == 200)
                #expect(try FlatXMLReader.read(answer.body)["return_code"] == "FAIL")
            }
            #expect(await bench.send("GET", "/pay/orderquery", [], []).status == 405)
            #expect(await bench.send("POST", "/pay/none", [], []).status == 404)
        }
    }
}
