import Foundation
import TestSupport
import Testing

@Suite("Reconcile")
struct ReconcileTests {
    private static let header =
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
        + "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"

    /// Yesterday in Beijing.
    private static func yesterday() -> String {
        let format = DateFormatter()
        format.timeZone = TimeZone(secondsFromGMT: 28_800)
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "yyyy-MM-dd"
        return format.string(from: Date(timeIntervalSinceNow: -86_400))
    }

    private static func bill(_ date: String) -> String {
        let line =
            "`\(date) 16:52:58,`wx5f3a9c1d2b7e4a60,`1620001234,`1630005678,`,`4200002719202510091234567890,`CVS0301-1,`o1,`JSAPI,"
            + "`SUCCESS,`OTHERS,`CNY,`12.50,`0.00,`0,`0,`0.00,`0.00,`,`,`茶,`,`0.07500,`0.60%,`12.50,`0.00,`"
        let sums = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
        return [header, line, sums, "`1,`12.50,`0.00,`0.00,`0.07500,`12.50,`0.00"].map { $0 + "\r\n" }.joined()
    }

    @Test("the tool uploads a bill, waits, prints the report and says by its exit status whether anything is open")
    func tool() throws {
        let folder = TemporaryFolder()
        let world = folder.path + "/world"
        #expect(
            try Program.run(
                "wechatpay-simulator",
                ["keys", "--folder", world, "--notices-port", "0", "--admin-port", "0", "--queue-port", "0"]
            ).status == 0)
        let daemon = try Program.startDaemon(config: world + "/tillwired.json")
        defer {
            daemon.process.terminate()
            daemon.process.waitUntilExit()
        }
        let address = try #require(daemon.ready.split(separator: " ").first { $0.hasPrefix("admin=") }?.dropFirst(6))
        let admin = "http://\(address.filter { !$0.isNewline })"
        func reconcile(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
            try Program.run(
                "tillwire",
                ["reconcile"] + arguments + ["--admin", admin, "--token-file", world + "/operator.token"])
        }
        let date = Self.yesterday()
        let none = try reconcile([date])
        #expect(none.status == 1 && none.errors.contains("no bill of this day"))
        let path = folder.path + "/bill.csv"
        try Data(Self.bill(date).utf8).write(to: URL(filePath: path))
        let wrong = try reconcile([date, "--file", path, "--sha1", String(repeating: "0", count: 40), "--wait"])
        #expect(wrong.status == 1 && wrong.errors.contains("SHA-1"), "\(wrong)")
        let open = try reconcile([date, "--file", path, "--wait"])
        #expect(
            open.status == 1 && open.output.hasPrefix("reconciliation of \(date): open: missing, open 1"), "\(open)")
        #expect(open.output.contains("4200002719202510091234567890") && open.output.contains("12.50"))
        let shown = try reconcile([date, "--show", "--json"])
        #expect(shown.status == 1 && shown.output.contains(#""missing":{"count":1,"amount":1250}"#))
        let lost = try reconcile([date, "--file", folder.path + "/none", "--wait"])
        #expect(lost.status == 1 && lost.errors.contains("cannot be opened"))
        #expect(try reconcile([date, "--sha1", "00"]).status == 64)
    }
}
