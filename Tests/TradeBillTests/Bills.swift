import TradeBill

/// Builds bills line by line.
enum Bills {
    static let all =
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
        + "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
    static let allSums = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"

    /// The made-up payment of wechat-pay §4.1.
    static let payment =
        "`2025-10-09 16:52:58,`wx5f3a9c1d2b7e4a60,`1620001234,`1630005678,`013467007045764,`4200002719202510091234567890,"
        + "`CVS0301-20251009-000417,`oA1b2C3d4E5f6G7h8I9j0K1l2M3n,`JSAPI,`SUCCESS,`OTHERS,`CNY,`12.50,`0.00,`0,`0,`0.00,`0.00,"
        + "`,`,`乌龙茶,`store=0301;pos=02,`0.07500,`0.60%,`12.50,`0.00,`"
    static let refund =
        "`2025-10-09 18:00:00,`wx5f3a9c1d2b7e4a60,`1620001234,`1630005678,`,`4200002719202510091234567890,"
        + "`CVS0301-20251009-000417,`oA1b2C3d4E5f6G7h8I9j0K1l2M3n,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50000,`R-1,`2.50,`0.00,"
        + "`ORIGINAL,`SUCCESS,`乌龙茶,`,`-0.01500,`0.60%,`0.00,`2.50,`"

    static func whole(_ lines: [String], sums: String, header: String = all, end: String = "\r\n") -> [UInt8] {
        Array(([header] + lines + [allSums, sums]).map { $0 + end }.joined().utf8)
    }

    static func read(_ bytes: [UInt8]) throws -> (lines: [TradeBillLine], summary: TradeBillSummary) {
        var reader = TradeBillReader()
        let lines = try reader.read(bytes[...])
        return (lines, try reader.finish())
    }

    static func error(_ bytes: [UInt8]) -> TradeBillError? {
        do { _ = try read(bytes) } catch { return error as? TradeBillError }
        return nil
    }
}
