import Testing
import TradeBill

@Suite struct TradeBillReaderTests {
    private let good = Bills.whole([Bills.payment, Bills.refund], sums: "`2,`12.50,`2.50,`0.00,`0.06000,`12.50,`2.50")

    @Test func readsPaymentAndRefund() throws {
        let (lines, summary) = try Bills.read(good)
        #expect(summary == TradeBillSummary(layout: .all, lineCount: 2, mismatches: []))
        #expect(lines.map(\.kind) == [.payment, .refund])
        let payment = lines[0]
        #expect(payment.number == 2)
        #expect(payment.transactionID == "4200002719202510091234567890")
        #expect(payment.outTradeNo == "CVS0301-20251009-000417")
        #expect(payment.merchantID == "1630005678")
        #expect(payment.amount == 1250)
        #expect(payment.allows(payerAmount: 1250) && !payment.allows(payerAmount: 1249))
        #expect(payment.timeMillis == 1_759_999_978_000)
        #expect(lines[1].refundAmount == 250 && lines[1].refundState == "SUCCESS")
    }

    @Test func byteOrderMarkAndPlainLineEndsAndNoLastEndAreTaken() throws {
        var bytes = Bills.whole(
            [Bills.payment], sums: "`1,`12.50,`0.00,`0.00,`0.07500,`12.50,`0.00", end: "\n")
        bytes.removeLast()
        let (lines, summary) = try Bills.read([0xEF, 0xBB, 0xBF] + bytes)
        #expect(lines.count == 1)
        #expect(summary.mismatches.isEmpty)
    }

    @Test func anyCutIntoPartsGivesTheSameLines() throws {
        let expected = try Bills.read(good)
        var state: UInt64 = 42
        for _ in 0..<300 {
            var reader = TradeBillReader()
            var lines: [TradeBillLine] = []
            var start = 0
            while start < good.count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let end = min(good.count, start + Int(state >> 33) % 97)
                lines += try reader.read(good[start..<end])
                start = end
            }
            #expect(lines == expected.lines)
            #expect(try reader.finish() == expected.summary)
        }
    }

    @Test func everyCutOffBillIsAnError() {
        for count in 0..<(good.count - 4) where Bills.error(Array(good[..<count])) == nil {
            // Only a cut inside the last amount of the summary can still look whole.
            #expect(count > good.count - 7, "cut at \(count) was taken")
        }
    }

    @Test func aCommaInAGoodsNameSeparatesNothing() throws {
        let line = Bills.payment.replacing("`乌龙茶", with: "`乌龙茶,\"大杯\",冰")
        let (lines, _) = try Bills.read(Bills.whole([line], sums: "`1,`12.50,`0.00,`0.00,`0.07500,`12.50,`0.00"))
        #expect(lines[0].amount == 1250)
    }

    @Test(arguments: [
        ("`乌龙茶", "`乌龙茶,`大杯,`冰"), ("`store=0301;pos=02", "`store,`pos"),
        ("`乌龙茶,`store=0301;pos=02", "`,`,`,`0.01,`9.99,`"),
    ])
    func whatSeparatesFieldsInsideATextMovesNoColumn(good: String, bad: String) throws {
        let line = Bills.payment.replacing(good, with: bad)
        #expect(line != Bills.payment)
        let sums = "`2,`25.00,`0.00,`0.00,`0.15000,`25.00,`0.00"
        let (lines, summary) = try Bills.read(Bills.whole([Bills.payment, line], sums: sums))
        #expect(summary == TradeBillSummary(layout: .all, lineCount: 2, mismatches: []))
        var expected = lines[0]
        expected.number = 3
        #expect(lines[1] == expected)
    }

    @Test func aLineBreakInATextSpoilsItsLineOnly() throws {
        let line = Bills.payment.replacing("`乌龙茶", with: "`乌龙茶\n\n大杯,冰\n`热")
        let (lines, summary) = try Bills.read(
            Bills.whole([line, Bills.payment], sums: "`2,`25.00,`0.00,`0.00,`0.15000,`25.00,`0.00"))
        #expect(lines.map(\.number) == [6])
        #expect(summary.unreadable.map(\.number) == [2, 3, 4, 5])
        #expect(summary.unreadable[0].error == .fieldCount(line: 2, found: 21, expected: 27))
        #expect(summary.mismatches.map(\.column) == ["总交易单数", "应结订单总金额", "订单总金额"])
    }

    @Test func tooManyUnreadableLinesAreNoBill() {
        let sums = "`1,`12.50,`0.00,`0.00,`0.07500,`12.50,`0.00"
        let bad = [String](repeating: "`1,`2", count: TradeBillLimits.unreadableLineCountMax)
        #expect(Bills.error(Bills.whole([Bills.payment] + bad, sums: sums)) == nil)
        #expect(
            Bills.error(Bills.whole([Bills.payment] + bad + ["rest"], sums: sums)) == .tooManyUnreadable(line: 1_003))
    }

    @Test func summaryThatDiffersIsToldByColumn() throws {
        let (_, summary) = try Bills.read(
            Bills.whole([Bills.payment], sums: "`2,`12.51,`0.00,`0.00,`0.07500,`12.50,`0.00"))
        #expect(
            summary.mismatches == [
                .init(column: "总交易单数", stated: 2, found: 1), .init(column: "应结订单总金额", stated: 1251, found: 1250),
            ])
    }

    @Test func successAndRefundLayouts() throws {
        let header =
            "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
            + "商品名称,商户数据包,手续费,费率,订单金额,费率备注"
        let line =
            "`2025-10-09 16:52:58,`wx1,`1620001234,`0,`,`42001,`A-1,`o1,`JSAPI,`SUCCESS,`OTHERS,`CNY,`10.00,`1.00,`茶,`,`0.1,`0.60%,`11.00,`"
        let bytes = Array("\(header)\n\(line)\n总交易单数,应结订单总金额,手续费总金额,订单总金额\n`1,`10.00,`0.1,`11.00\n".utf8)
        let (lines, summary) = try Bills.read(bytes)
        #expect(summary.layout == .success && summary.mismatches.isEmpty)
        #expect(lines[0].merchantID == "1620001234")
        #expect(lines[0].allows(payerAmount: 900) && lines[0].allows(payerAmount: 1000))
        let refunds = try Bills.read(
            Bills.whole(
                [
                    Bills.refund.replacing(
                        "`CNY,`0.00,`0.00,", with: "`CNY,`0.00,`0.00,`2025-10-09 18:00:00,`2025-10-09 18:00:09,")
                ],
                sums: "`1,`0.00,`2.50,`0.00,`0.0,`0.00,`2.50",
                header: Bills.all.replacing("代金券金额,微信", with: "代金券金额,退款申请时间,退款成功时间,微信")))
        #expect(refunds.summary.layout == .refund && refunds.summary.mismatches.isEmpty)
    }

    @Test func oldLayoutIsReadByItsNames() throws {
        let header =
            "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,企业红包金额,"
            + "微信退款单号,商户退款单号,退款金额,企业红包退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率"
        let line =
            "`2014-11-10 16:33:45,`wx2,`10000100,`0,`1000,`1001690740201411100005734289,`1415640626,`o2,`MICROPAY,`SUCCESS,`OTHERS,"
            + "`CNY,`0.01,`0.0,`0,`0,`0,`0,`,`,`被扫支付测试,`订单额外描述,`0,`0.60%"
        let bytes = Array("\(header)\n\(line)\n总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额\n`1,`0.01,`0.0,`0.0,`0\n".utf8)
        let (lines, summary) = try Bills.read(bytes)
        #expect(lines[0].amount == 1 && lines[0].settlementAmount == 1)
        #expect(summary.mismatches.isEmpty)
    }

    @Test(arguments: [
        ("`12.50,`0.00,`0,`0", "`-12.50,`0.00,`0,`0", "应结订单金额"),
        ("`12.50,`0.00,`0,`0", "`12.505,`0.00,`0,`0", "应结订单金额"),
        ("`12.50,`0.00,`0,`0", "`1e3,`0.00,`0,`0", "应结订单金额"), ("`12.50,`0.00,`0,`0", "`,`0.00,`0,`0", "应结订单金额"),
        ("`12.50,`0.00,`0,`0", "`12.,`0.00,`0,`0", "应结订单金额"), ("`12.50,`0.00,`0,`0", "`.5,`0.00,`0,`0", "应结订单金额"),
        ("`12.50,`0.00,`0,`0", "`99999999999999999.00,`0.00,`0,`0", "应结订单金额"),
        ("`2025-10-09 16:52:58", "`2025-13-09 16:52:58", "交易时间"),
        ("`2025-10-09 16:52:58", "`2025-10-09T16:52:58", "交易时间"),
        ("`4200002719202510091234567890", "`420000271920251009 234567890", "微信订单号"),
        ("`4200002719202510091234567890", "`42000027192025100912345678901234567890", "微信订单号"),
        ("`SUCCESS", "`", "交易状态"),
    ])
    func badFieldIsSetAsideWithLineAndColumn(good: String, bad: String, column: String) throws {
        let line = Bills.payment.replacing(good, with: bad)
        #expect(line != Bills.payment)
        let (lines, summary) = try Bills.read(
            Bills.whole([Bills.payment, line], sums: "`2,`1,`1,`1,`1,`1,`1"))
        #expect(lines.count == 1 && summary.unreadable.map(\.number) == [3])
        let error = try #require(summary.unreadable.first?.error)
        guard case .malformed(3, column, _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func otherFilesAreNoBills() {
        #expect(Bills.error([]) == .truncated(line: 0))
        guard case .notABill(1, _) = Bills.error(Array("{\"code\":\"NO_AUTH\"}\n".utf8)) else {
            return #expect(Bool(false))
        }
        guard case .notABill(1, _) = Bills.error([0xFF, 0xFE, 0x0A]) else { return #expect(Bool(false)) }
        #expect(
            Bills.error([UInt8](repeating: 0x41, count: TradeBillLimits.lineByteCountMax + 1)) == .lineTooLong(line: 1))
        let two = Bills.whole([Bills.payment], sums: "`1,`12.50,`0.00,`0.00,`0.07500,`12.50,`0.00")
        #expect(Bills.error(two + two) == .trailing(line: 5))
        #expect(
            Bills.error(Bills.whole(["`1,`2"], sums: "`1")) == .fieldCount(line: 2, found: 2, expected: 27))
        let twice = Bills.whole([], sums: "`0,`0,`0,`0,`0,`0,`0", header: Bills.all + ",交易时间")
        guard case .notABill(1, _) = Bills.error(twice) else { return #expect(Bool(false)) }
    }

    @Test func emptyDay() throws {
        let (lines, summary) = try Bills.read(Bills.whole([], sums: "`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00"))
        #expect(lines.isEmpty && summary.mismatches.isEmpty)
    }

    @Test func mutatedBillsNeverTrapAndNeverGrow() {
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<3_000 {
            var bytes = good
            for _ in 0...next(4) { bytes[next(bytes.count)] = UInt8(next(256)) }
            if next(3) == 0 { bytes.removeLast(next(bytes.count)) }
            var reader = TradeBillReader()
            if let lines = try? reader.read(bytes[...]) { #expect(lines.count <= 3) }
        }
    }
}

@Suite struct BeijingDayTests {
    @Test func textAndNumberAgree() {
        for number in stride(from: Int64(0), through: 2_932_896, by: 37) {
            let day = BeijingDay(number: number)
            #expect(BeijingDay(day.description) == day)
        }
        #expect(BeijingDay(number: 20_370).description == "2025-10-09")
        for text in ["2025-02-29", "2025-1-01", "1969-12-31", "2025-10-09 ", "2025-00-10", "2025/10/09", ""] {
            #expect(BeijingDay(text) == nil)
        }
    }

    @Test func dayBeginsAtBeijingsMidnight() throws {
        let day = try #require(BeijingDay("2025-10-09"))
        #expect(day.startMillis == 1_759_939_200_000)
        #expect(day.contains(day.startMillis) && !day.contains(day.startMillis - 1))
        #expect(BeijingDay(containingMillis: day.endMillis - 1) == day)
        #expect(BeijingDay(containingMillis: day.endMillis) == day.adding(days: 1))
    }
}
