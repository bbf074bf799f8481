import AccessControl
import BoundedJSON
import Deflate
import PaymentNotice
import TestSupport
import Testing
import TradeBill

@testable import WeChatPaySimulator

@Suite("The platform's trade bills")
struct PlatformBillTests {
    private static let day = "2026-01-05"

    /// Downloads a bill as a client does, and reads it.
    private static func bill(
        _ bench: PlatformBench, _ more: String = "&bill_type=ALL&tar_type=GZIP"
    ) async throws -> (lines: [TradeBillLine], summary: TradeBillSummary, text: String) {
        let answer = try await bench.v3("GET", "/v3/bill/tradebill?bill_date=\(day)\(more)")
        #expect(answer.status == 200 && bench.isAuthentic(answer), "\(answer.text)")
        #expect(try answer.json["hash_type"]?.string == "SHA1")
        let url = try #require(try answer.json["download_url"]?.string)
        let file = try await bench.v3("GET", String(url.dropFirst("http://127.0.0.1:1".count)))
        #expect(file.status == 200 && file.headers.signature == nil)
        #expect(Gzip.isGzip(file.body[...]) == more.contains("GZIP"))
        let text = more.contains("GZIP") ? try Gzip.unzipped(file.body, byteCountMax: 10_000_000) : file.body
        var hash = SHA1Stream()
        hash.add(text[...])
        #expect(try answer.json["hash_value"]?.string == hash.hex)
        var reader = TradeBillReader()
        let lines = try reader.read(text[...])
        return (lines, try reader.finish(), String(decoding: text, as: UTF8.self))
    }

    private static func pay(_ bench: PlatformBench, _ outTradeNo: String, _ amount: Int, at time: String) async throws {
        try await bench.place(outTradeNo, amount: amount, #","attach":"a,b""#)
        try await bench.control("POST", "/orders/\(outTradeNo)/pay", #"{"paid_at":"\#(time)"}"#)
    }

    @Test("a bill holds the payments of its Beijing day in fen and sums them up")
    func lines() async throws {
        try await PlatformBench.with { bench in
            try await Self.pay(bench, "Order-before", 1, at: "2026-01-04T23:59:59+08:00")
            try await Self.pay(bench, "Order-first", 5, at: "2026-01-05T00:00:00+08:00")
            try await Self.pay(bench, "Order-last", 1_234_567, at: "2026-01-05T23:59:59+08:00")
            try await Self.pay(bench, "Order-after", 1, at: "2026-01-06T00:00:00+08:00")
            try await bench.place("Order-open")
            let (lines, summary, text) = try await Self.bill(bench)
            #expect(lines.map(\.outTradeNo) == ["Order-first", "Order-last"])
            #expect(lines.map(\.amount) == [5, 1_234_567] && lines.map(\.settlementAmount) == [5, 1_234_567])
            #expect(lines.allSatisfy { $0.kind == .payment && $0.merchantID == PlatformBench.merchantID })
            #expect(lines.map(\.timeMillis) == [1_767_542_400_000, 1_767_628_799_000])
            #expect(summary.lineCount == 2 && summary.mismatches.isEmpty && summary.layout == .all)
            let rows = text.split(separator: "\r\n")
            #expect(rows[0].split(separator: ",").count == 27 && rows[0].hasPrefix("\u{FEFF}交易时间,"))
            #expect(rows[1].split(separator: ",`", omittingEmptySubsequences: false).count == 27)
            #expect(rows[1].contains(",`0.05,`") && rows[1].contains(",`0.00030,`0.60%,`"))
            #expect(rows.last == "`2,`12345.72,`0.00,`0.00,`74.07432,`12345.72,`0.00")
            let other = try await bench.v3("GET", "/v3/bill/tradebill?bill_date=\(Self.day)&sub_mchid=1630000099")
            #expect(other.code == "NO_STATEMENT_EXIST")
        }
    }

    @Test("a refund has a line of its own; SUCCESS leaves it out, REFUND has nothing else")
    func kinds() async throws {
        try await PlatformBench.with { bench in
            try await Self.pay(bench, "Order-0001", 1_250, at: "2026-01-05T10:00:00+08:00")
            try await bench.control(
                "POST", "/orders/Order-0001/refund", #"{"amount":50,"out_refund_no":"R1"}"#, expecting: 201)
            let all = try await Self.bill(bench)
            #expect(all.lines.map(\.kind) == [.payment, .refund])
            #expect(all.lines[1].refundAmount == 50 && all.lines[1].refundState == "SUCCESS")
            #expect(all.summary.mismatches.isEmpty)
            #expect(all.text.contains("`-0.00300,`0.60%"))
            let success = try await Self.bill(bench, "&bill_type=SUCCESS")
            #expect(success.lines.map(\.kind) == [.payment] && success.summary.layout == .success)
            #expect(success.text.split(separator: "\r\n")[0].split(separator: ",").count == 20)
            #expect(success.summary.mismatches.isEmpty)
            let refunds = try await Self.bill(bench, "&bill_type=REFUND&tar_type=GZIP")
            #expect(refunds.lines.map(\.kind) == [.refund] && refunds.summary.layout == .refund)
            #expect(refunds.text.split(separator: "\r\n")[0].split(separator: ",").count == 29)
        }
    }

    @Test("what is planted stands in the bill and nowhere else")
    func differences() async throws {
        try await PlatformBench.with { bench in
            for number in 1...5 {
                try await Self.pay(bench, "Order-000\(number)", 100 * number, at: "2026-01-05T10:00:0\(number)+08:00")
            }
            let planted = try await bench.control(
                "POST", "/bill",
                #"{"date":"\#(Self.day)","differences":[{"kind":"missing_local"},{"kind":"amount","out_trade_no":"Order-0002"},"#
                    + #"{"kind":"unknown_local"},{"kind":"status","out_trade_no":"Order-0004","state":"REVOKED"}]}"#)
            let list = try #require(planted["differences"]?.array)
            #expect(list.map { $0["kind"]?.string } == ["missing_local", "amount", "unknown_local", "status"])
            #expect(list[1]["bill_amount"]?.int64 == 201)
            #expect(list[2]["out_trade_no"]?.string == "Order-0001")
            let missing = try #require(list[0]["out_trade_no"]?.string)
            let (lines, summary, _) = try await Self.bill(bench)
            let byNumber = Dictionary(uniqueKeysWithValues: lines.map { ($0.outTradeNo, $0) })
            #expect(byNumber["Order-0001"] == nil)
            #expect(byNumber["Order-0002"]?.amount == 201)
            #expect(byNumber["Order-0003"]?.amount == 300 && byNumber["Order-0003"]?.kind == .payment)
            #expect(byNumber["Order-0004"]?.kind == .revocation)
            #expect(byNumber[missing]?.transactionID == list[0]["transaction_id"]?.string)
            #expect(summary.lineCount == 5 && summary.mismatches.isEmpty)
            #expect(try PaidTransaction.decode(try await bench.query("Order-0002").body).amount == 200)
            #expect(try PaidTransaction.decode(try await bench.query(missing).body).amount == 990)
        }
    }

    @Test("an open order named as missing is paid in silence; what cannot be planted is refused whole")
    func planting() async throws {
        try await PlatformBench.with { bench in
            try await bench.place("Order-0001")
            try await bench.control(
                "POST", "/bill",
                #"{"date":"2026-01-04","differences":[{"kind":"missing_local","out_trade_no":"Order-0001"}]}"#)
            #expect(
                try PaidTransaction.decode(try await bench.query("Order-0001").body).successTime
                    == "2026-01-04T12:00:00+08:00")
            for wrong in [
                #"{"date":"2026-01","differences":[]}"#, #"{"date":"2026-01-04"}"#,
                #"{"date":"2026-01-04","differences":[{"kind":"smoke"}]}"#,
                #"{"date":"2026-01-05","differences":[{"kind":"amount"}]}"#,
            ] { try await bench.control("POST", "/bill", wrong, expecting: 400) }
        }
    }

    @Test("a link lives five minutes; wrong days, kinds and packings are refused")
    func links() async throws {
        try await PlatformBench.with { bench in
            try await Self.pay(bench, "Order-0001", 5, at: "2026-01-05T10:00:00+08:00")
            let answer = try await bench.v3("GET", "/v3/bill/tradebill?bill_date=\(Self.day)")
            let url = try #require(try answer.json["download_url"]?.string)
            let target = String(url.dropFirst("http://127.0.0.1:1".count))
            bench.time.advance(milliseconds: 299_999)
            #expect(try await bench.v3("GET", target).status == 200)
            bench.time.advance(milliseconds: 1)
            #expect(try await bench.v3("GET", target).status == 400)
            #expect(try await bench.v3("GET", target + "x").status == 400)
            for query in [
                "bill_date=2026-1-5", "bill_date=2026-02-30", "bill_date=\(Self.day)&bill_type=SOME",
                "bill_date=\(Self.day)&tar_type=ZIP",
            ] {
                #expect(try await bench.v3("GET", "/v3/bill/tradebill?\(query)").code == "PARAM_ERROR")
            }
            #expect(try await bench.v3("GET", "/v3/bill/tradebill?bill_date=2026-01-07").code == "NO_STATEMENT_EXIST")
        }
    }
}
