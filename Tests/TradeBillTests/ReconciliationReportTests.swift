import Testing
import TradeBill

@Suite struct ReconciliationReportTests {
    private func report() throws -> ReconciliationReport {
        var report = ReconciliationReport(day: try #require(BeijingDay("2025-10-09")))
        report.layout = .all
        report.lineCount = 3
        report.sha1 = String(repeating: "a", count: 40)
        report.hashCheck = .platform
        report.payments.add(1250)
        report.refunds.add(250)
        report.received.add(1251)
        report.classes[.differs].add(1250)
        report.refundStates = [.init(state: "REFUND SUCCESS", tally: Tally(count: 1, amount: 250))]
        report.summaryMismatches = [.init(column: "总交易单数", stated: 2, found: 3)]
        var merchant = ReconciliationReport.Merchant(merchantID: "1630005678")
        merchant.payments.add(1250)
        merchant.classes[.differs].add(1250)
        report.merchants = [merchant]
        report.findings = [
            ReconciliationFinding(
                kind: .differs, line: 2, merchantID: "1630005678", transactionID: "4200<b>", outTradeNo: "A&1",
                billAmount: 1250, billPayerAmount: 1250, localAmount: 1251, localPayerAmount: nil,
                remark: "amount \"x\"")
        ]
        return report
    }

    @Test func jsonIsReadBackWhole() throws {
        let report = try report()
        #expect(ReconciliationReport.decode(report.encode()) == report)
        #expect(ReconciliationReport.decode(Array("{}".utf8)) == nil)
    }

    @Test func textNamesWhatIsOpenInYuan() throws {
        let text = try report().text
        #expect(text.hasPrefix("reconciliation of 2025-10-09: open: differs 1, summary 1\n"))
        #expect(text.contains("12.50") && text.contains("12.51"))
        let clean = ReconciliationReport(day: BeijingDay(number: 1))
        #expect(clean.isClean && clean.text.contains("everything is right"))
        var early = clean
        early.isUnconfirmed = true
        #expect(!early.isClean && early.openClasses.isEmpty && early.headline.contains("there is no bill so far"))
        #expect(ReconciliationReport.decode(early.encode()) == early)
    }

    @Test func pageEscapesEveryText() throws {
        let page = String(decoding: try report().page, as: UTF8.self)
        #expect(page.contains("4200&lt;b&gt;") && page.contains("A&amp;1") && page.contains("amount &quot;x&quot;"))
        #expect(!page.contains("<b>") && !page.contains("<script"))
    }
}
