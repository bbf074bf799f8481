import AccessControl
import BoundedJSON
import PaymentNotice
import Testing

@testable import WeChatPaySimulator

@Suite("The platform's orders by API v3")
struct PlatformOrderTests {
    private static let root = "/v3/pay/partner/transactions"
    private static func order(_ outTradeNo: String, amount: Int = 1_250, more: String = "") -> String {
        #"{\#(PlatformBench.partner),"description":"tea","out_trade_no":"\#(outTradeNo)","notify_url":"http://127.0.0.1:1/n","#
            + #""amount":{"total":\#(amount),"currency":"CNY"}\#(more)}"#
    }

    @Test("a query tells an order from its request to its refund, by both numbers, signed")
    func query() async throws {
        try await PlatformBench.with { bench in
            try await bench.place("Order-0001", #","device_id":"D1","attach":"store=1""#)
            let open = try await bench.query("Order-0001")
            #expect(open.status == 200 && bench.isAuthentic(open))
            #expect(open.contentType == "application/json; charset=utf-8")
            #expect(open.headers.signatureType == "WECHATPAY2-SHA256-RSA2048")
            #expect(try open.json["trade_state"]?.string == "NOTPAY")
            let paid = try await bench.control(
                "POST", "/orders/Order-0001/pay", #"{"paid_at":"2026-01-05T15:59:58+08:00"}"#)
            let id = try #require(paid["transaction_id"]?.string)
            #expect(id.count == 28 && id.hasPrefix("4200") && id.dropFirst(10).hasPrefix("20260105"))
            #expect(paid["success_time"]?.string == "2026-01-05T15:59:58+08:00")
            let byID =
                "\(Self.root)/id/\(id)?sp_mchid=\(SimulatedMerchant.providerMerchantID)&sub_mchid=\(PlatformBench.merchantID)"
            for answer in [try await bench.query("Order-0001"), try await bench.v3("GET", byID)] {
                #expect(answer.status == 200 && bench.isAuthentic(answer))
                let transaction = try PaidTransaction.decode(answer.body)
                #expect(transaction.mode == .partner && transaction.merchantID == PlatformBench.merchantID)
                #expect(transaction.outTradeNo == "Order-0001" && transaction.transactionID == id)
                #expect(transaction.amount == 1_250 && transaction.payerAmount == 1_250)
                #expect(transaction.deviceID == "D1" && transaction.attach == "store=1")
                #expect(transaction.isConsistentSuccess)
            }
            try await bench.control("POST", "/orders/Order-0001/refund", #"{"amount":50}"#, expecting: 201)
            #expect(try PaidTransaction.decode(try await bench.query("Order-0001").body).tradeState == "REFUND")
        }
    }

    @Test("direct orders are the merchant's own: asked for under its number, signed for it")
    func direct() async throws {
        try await PlatformBench.with { bench in
            try await bench.control(
                "POST", "/orders",
                #"{"merchant_id":"1900000109","out_trade_no":"Direct-01","amount":5,"mode":"direct"}"#, expecting: 201)
            try await bench.control("POST", "/orders/Direct-01/pay", "{}")
            let target = "/v3/pay/transactions/out-trade-no/Direct-01?mchid=1900000109"
            let answer = try await bench.v3("GET", target, as: "1900000109")
            #expect(answer.status == 200 && bench.isAuthentic(answer))
            let transaction = try PaidTransaction.decode(answer.body)
            #expect(transaction.mode == .direct && transaction.merchantID == "1900000109")
            #expect(try await bench.v3("GET", target).code == "NO_AUTH")
            #expect(try await bench.v3("GET", target, as: "1900000110").status == 401)
        }
    }

    @Test("what is not signed by the provider, or not now, is refused in the documented form")
    func refused() async throws {
        try await PlatformBench.with { bench in
            try await bench.place("Order-0001")
            let target = "\(Self.root)/out-trade-no/Order-0001/close"
            let body = "{\(PlatformBench.partner)}"
            let forged = try await bench.v3("POST", target, body, signedBody: "")
            #expect(forged.status == 401 && forged.code == "SIGN_ERROR")
            let detail = try #require(try forged.json["detail"])
            #expect(detail["field"]?.string == "signature" && detail["location"]?.string == "authorization")
            #expect(detail["detail"]?["issue"]?.string == "sign not match")
            let information = try #require(detail["sign_information"])
            #expect(information["method"]?.string == "POST" && information["url"]?.string == target)
            #expect(
                information["truncated_sign_message"]?.string?.hasPrefix("POST\n\(target)\n1767600000\nnonce\n{")
                    == true)
            let length = "POST\n\(target)\n1767600000\nnonce\n\(body)\n".utf8.count
            #expect(information["sign_message_length"]?.int64 == Int64(length))
            #expect(forged.headers.signature == nil)
            let other = try RSAKeyPair.generate()
            #expect(try await bench.v3("POST", target, body, key: other).status == 401)
            #expect(try await bench.v3("POST", target, body, skewSeconds: 300).status == 401)
            #expect(try await bench.v3("POST", target, body, skewSeconds: -299).status == 204)
            #expect(await bench.send("GET", target, [], []).status == 401)
            #expect(await bench.send("GET", target, [], [("Authorization", "none")]).status == 401)
            let figures = try await bench.control("GET", "/figures")
            #expect(figures["refused_calls"]?.int64 == 5)
        }
    }

    @Test("unknown orders, paths, methods and bodies have their own errors")
    func unknown() async throws {
        try await PlatformBench.with { bench in
            let none = try await bench.query("Order-none")
            #expect(none.status == 404 && none.code == "ORDER_NOT_EXIST")
            #expect(try await bench.v3("GET", "/v3/none").status == 404)
            #expect(try await bench.v3("GET", Self.root + "/native").status == 405)
            #expect(try await bench.v3("POST", Self.root + "/native", "[]").code == "PARAM_ERROR")
            #expect(try await bench.v3("POST", Self.root + "/native", "{}").code == "PARAM_ERROR")
            #expect(try await bench.v3("POST", Self.root + "/native", Self.order("short")).code == "PARAM_ERROR")
            #expect(try await bench.v3("POST", Self.root + "/jsapi", Self.order("Order-0001")).code == "PARAM_ERROR")
            let wrong = Self.order("Order-0001").replacing(SimulatedMerchant.providerMerchantID, with: "1620009999")
            #expect(try await bench.v3("POST", Self.root + "/native", wrong).code == "NO_AUTH")
            #expect(await bench.send("GET", "/other", [], []).status == 404)
        }
    }

    @Test("an order is placed once, closed once, and a paid one is not closed")
    func placeAndClose() async throws {
        try await PlatformBench.with { bench in
            let first = try await bench.v3("POST", Self.root + "/native", Self.order("Order-0001"))
            #expect(first.status == 200 && bench.isAuthentic(first))
            #expect(try first.json["code_url"]?.string?.hasPrefix("weixin://wxpay/bizpayurl/up?pr=") == true)
            #expect(try await bench.v3("POST", Self.root + "/native", Self.order("Order-0001")).body == first.body)
            let other = try await bench.v3("POST", Self.root + "/native", Self.order("Order-0001", amount: 3))
            #expect(other.status == 403 && other.code == "OUT_TRADE_NO_USED")
            let page = try await bench.v3(
                "POST", Self.root + "/jsapi", Self.order("Order-0002", more: #","payer":{"sub_openid":"oX"}"#))
            #expect(try page.json["prepay_id"]?.string?.hasPrefix("wx") == true)
            let close = "\(Self.root)/out-trade-no/Order-0001/close"
            for _ in 0..<2 {
                let closed = try await bench.v3("POST", close, "{\(PlatformBench.partner)}")
                #expect(closed.status == 204 && closed.body.isEmpty && bench.isAuthentic(closed))
            }
            #expect(try await bench.query("Order-0001").json["trade_state"]?.string == "CLOSED")
            #expect(try await bench.v3("POST", Self.root + "/native", Self.order("Order-0001")).code == "ORDER_CLOSED")
            try await bench.control("POST", "/orders/Order-0001/pay", "{}", expecting: 400)
            try await bench.control("POST", "/orders/Order-0002/pay", "{}")
            let late = try await bench.v3(
                "POST", "\(Self.root)/out-trade-no/Order-0002/close", "{\(PlatformBench.partner)}")
            #expect(late.status == 400 && late.code == "ORDERPAID")
        }
    }

    @Test("a payment by code is paid at once, waits for a password, fails or is revoked; it has no notice")
    func byCode() async throws {
        try await PlatformBench.with { bench in
            let code = #","payer":{"auth_code":"130000000000000000"}"#
            let paid = try await bench.v3("POST", Self.root + "/codepay", Self.order("Order-0001", more: code))
            #expect(try PaidTransaction.decode(paid.body).tradeType == "MICROPAY")
            try await bench.control("POST", "/misbehave", #"{"code_pay":"userpaying"}"#)
            let waiting = try await bench.v3("POST", Self.root + "/codepay", Self.order("Order-0002", more: code))
            #expect(waiting.status == 200)
            #expect(try waiting.json["trade_state"]?.string == "USERPAYING")
            let reverse = "\(Self.root)/out-trade-no/Order-0002/reverse"
            #expect(try await bench.v3("POST", reverse, "{\(PlatformBench.partner)}").status == 200)
            #expect(try await bench.query("Order-0002").json["trade_state"]?.string == "REVOKED")
            try await bench.control("POST", "/misbehave", #"{"code_pay":"payerror"}"#)
            let failed = try await bench.v3("POST", Self.root + "/codepay", Self.order("Order-0003", more: code))
            #expect(try failed.json["trade_state"]?.string == "PAYERROR")
            #expect(try await bench.v3("POST", Self.root + "/codepay", Self.order("Order-0004")).code == "PARAM_ERROR")
            #expect(try await bench.control("GET", "/figures")["notices"]?.int64 == 0)
        }
    }

    @Test("a refund is processed, ends, can be asked for, and cannot exceed the order")
    func refunds() async throws {
        try await PlatformBench.with { bench in
            try await bench.place("Order-0001")
            let path = "/v3/refund/domestic/refunds"
            func request(_ number: String, _ refund: Int) -> String {
                #"{"sub_mchid":"\#(PlatformBench.merchantID)","out_trade_no":"Order-0001","out_refund_no":"\#(number)","#
                    + #""amount":{"refund":\#(refund),"total":1250,"currency":"CNY"}}"#
            }
            #expect(try await bench.v3("POST", path, request("R1", 1)).code == "TRADE_ERROR")
            try await bench.control("POST", "/orders/Order-0001/pay", "{}")
            let begun = try await bench.v3("POST", path, request("R1", 1_000))
            #expect(begun.status == 200 && bench.isAuthentic(begun))
            #expect(try begun.json["status"]?.string == "PROCESSING")
            let query = try await bench.v3("GET", "\(path)/R1?sub_mchid=\(PlatformBench.merchantID)")
            #expect(try query.json["status"]?.string == "SUCCESS")
            #expect(try query.json["amount"]?["payer_refund"]?.int64 == 1_000)
            #expect(try query.json["refund_id"]?.string == begun.json["refund_id"]?.string)
            #expect(try await bench.v3("POST", path, request("R1", 1_000)).status == 200)
            #expect(try await bench.v3("POST", path, request("R2", 251)).code == "INVALID_REQUEST")
            #expect(try await bench.v3("GET", "\(path)/R9?sub_mchid=\(PlatformBench.merchantID)").status == 404)
            try await bench.control("POST", "/misbehave", #"{"refund_end":"PROCESSING"}"#)
            _ = try await bench.v3("POST", path, request("R3", 250))
            let end = #"{"merchant_id":"\#(PlatformBench.merchantID)","status":"ABNORMAL"}"#
            try await bench.control("POST", "/refunds/R3/end", end)
            let open = try await bench.v3("GET", "\(path)/R3?sub_mchid=\(PlatformBench.merchantID)")
            #expect(try open.json["status"]?.string == "ABNORMAL")
        }
    }
}
