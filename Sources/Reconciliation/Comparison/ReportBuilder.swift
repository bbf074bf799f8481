internal import TradeBill

/// Collects what a comparison finds into a report, within the report's bounds. One owner at a time.
struct ReportBuilder {
    private(set) var report: ReconciliationReport
    private var merchantPlaces: [String: Int] = [:]
    private var merchants: [ReconciliationReport.Merchant] = []
    private var others = ReconciliationReport.Merchant(merchantID: "")
    private var hasOthers = false
    private var refundPlaces: [String: Int] = [:]
    private var findingCounts: [ReconciliationClass: Int] = [:]

    init(day: BeijingDay) { report = ReconciliationReport(day: day) }

    /// What was learned of the bill as a whole.
    mutating func set(_ bill: CheckedBill) {
        report.layout = bill.summary.layout
        report.lineCount = bill.summary.lineCount
        report.sha1 = bill.sha1
        report.hashCheck = bill.hashCheck
        report.summaryMismatches = bill.summary.mismatches
        // Nothing is known of such a line but where it stands: it has no amount and no merchant.
        for line in bill.summary.unreadable {
            report.classes[.unreadable].add(0)
            add(
                ReconciliationFinding(
                    kind: .unreadable, line: line.number, merchantID: "", transactionID: "", outTradeNo: "",
                    remark: line.error.description))
        }
    }

    /// A payment line, with what it turned out to be.
    mutating func addPayment(_ line: TradeBillLine, _ kind: ReconciliationClass) {
        report.payments.add(line.amount)
        report.classes[kind].add(line.amount)
        update(line.merchantID) { merchant in
            merchant.payments.add(line.amount)
            merchant.classes[kind].add(line.amount)
        }
    }

    /// A line of a refund or a revocation.
    mutating func addRefund(_ line: TradeBillLine) {
        report.refunds.add(line.refundAmount)
        update(line.merchantID) { $0.refunds.add(line.refundAmount) }
        var state = line.refundState.isEmpty ? line.state : line.state + " " + line.refundState
        if refundPlaces[state] == nil, refundPlaces.count >= TradeBillLimits.refundStateCountMax { state = "others" }
        if let place = refundPlaces[state] {
            report.refundStates[place].tally.add(line.refundAmount)
        } else {
            refundPlaces[state] = report.refundStates.count
            report.refundStates.append(.init(state: state, tally: Tally(count: 1, amount: line.refundAmount)))
        }
    }

    /// A line that is neither payment nor refund.
    mutating func addOther(_ line: TradeBillLine) {
        report.classes[.otherState].add(line.amount)
        update(line.merchantID) { $0.classes[.otherState].add(line.amount) }
        add(
            ReconciliationFinding(
                kind: .otherState, line: line.number, merchantID: line.merchantID, transactionID: line.transactionID,
                outTradeNo: line.outTradeNo, billAmount: line.amount, billPayerAmount: line.payerAmount,
                remark: line.state))
    }

    /// An order that was received as paid that day.
    mutating func addReceived(_ amount: Int64) { report.received.add(amount) }

    /// An order that the bill lacks.
    mutating func addUnknown(_ finding: ReconciliationFinding) {
        let amount = finding.localAmount ?? 0
        report.classes[finding.kind].add(amount)
        update(finding.merchantID) { $0.classes[finding.kind].add(amount) }
        add(finding)
    }

    /// Lists a finding where there is room; its class counts it elsewhere.
    mutating func add(_ finding: ReconciliationFinding) {
        let count = findingCounts[finding.kind, default: 0]
        guard count < TradeBillLimits.findingCountMax else { return }
        findingCounts[finding.kind] = count + 1
        report.findings.append(finding)
    }

    /// The report, merchants by number, findings by class.
    mutating func finish() -> ReconciliationReport {
        merchants.sort { $0.merchantID < $1.merchantID }
        report.merchants = merchants + (hasOthers ? [others] : [])
        report.refundStates.sort { $0.state < $1.state }
        // Findings came in order within their class.
        let groups = Dictionary(grouping: report.findings, by: \.kind)
        report.findings = ReconciliationClass.allCases.flatMap { groups[$0] ?? [] }
        return report
    }

    private mutating func update(_ merchantID: String, _ body: (inout ReconciliationReport.Merchant) -> Void) {
        if let place = merchantPlaces[merchantID] {
            body(&merchants[place])
        } else if merchants.count < TradeBillLimits.merchantCountMax {
            merchantPlaces[merchantID] = merchants.count
            merchants.append(ReconciliationReport.Merchant(merchantID: merchantID))
            body(&merchants[merchants.count - 1])
        } else {
            hasOthers = true
            body(&others)
        }
    }
}
