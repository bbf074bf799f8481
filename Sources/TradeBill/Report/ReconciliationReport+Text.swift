/// The report for a terminal: aligned, amounts in yuan, at most ``TradeBillLimits/shownCountMax`` merchants and findings of a class.
extension ReconciliationReport {
    /// The text, with a line end behind every line.
    public var text: String {
        var lines = [headline, billLine, ""]
        var totals = TextTable(["all merchants", "count", "yuan"], numbers: [1, 2])
        for (name, tally) in totalRows { totals.add([name, "\(tally.count)", FenText.yuan(tally.amount)]) }
        lines += totals.lines()
        for mismatch in summaryMismatches {
            lines.append(
                "the bill's summary says \(mismatch.column) \(mismatch.stated), its lines come to \(mismatch.found)")
        }
        lines += merchantLines + findingLines
        return lines.joined(separator: "\n") + "\n"
    }

    /// One sentence: how it stands.
    public var headline: String {
        guard !isClean else { return "reconciliation of \(day): everything is right" }
        guard !isUnconfirmed else {
            return "reconciliation of \(day): nothing was received, and there is no bill so far; it is asked for again"
        }
        var open = openClasses.map { "\($0.title) \(classes[$0].count)" }
        if !summaryMismatches.isEmpty { open.append("summary \(summaryMismatches.count)") }
        return "reconciliation of \(day): open: \(open.joined(separator: ", "))"
    }

    /// One sentence on the bill.
    var billLine: String {
        guard let layout else { return "the platform has no bill of this day, and nothing was received" }
        let check =
            switch hashCheck {
            case .platform: "equal to the platform's hash"
            case .given: "equal to the hash given"
            case .none: "no hash given"
            }
        return "bill \(layout.rawValue), \(lineCount) lines, SHA-1 \(sha1) (\(check))"
    }

    /// The totals with their names.
    var totalRows: [(name: String, tally: Tally)] {
        var rows = [("payments in the bill", payments), ("received as paid that day", received)]
        for kind in ReconciliationClass.allCases where classes[kind].count > 0 || kind == .matched {
            rows.append((kind.title, classes[kind]))
        }
        rows.append(("refund lines", refunds))
        for state in refundStates { rows.append(("  " + state.state, state.tally)) }
        return rows
    }

    private var merchantLines: [String] {
        guard !merchants.isEmpty else { return [] }
        var table = TextTable(
            ["merchant", "payments", "yuan", "matched", "not acked", "injected", "missing", "differs", "unknown"],
            numbers: [1, 2, 3, 4, 5, 6, 7, 8])
        for merchant in merchants.prefix(TradeBillLimits.shownCountMax) { table.add(merchant.cells) }
        return [""] + table.lines() + Self.left(merchants.count, "merchants")
    }

    private var findingLines: [String] {
        var lines: [String] = []
        for (kind, list) in findingsByClass {
            var table = TextTable(Self.findingColumns, numbers: [0, 4, 5, 6, 7])
            for finding in list.prefix(TradeBillLimits.shownCountMax) { table.add(finding.cells) }
            lines += ["", "\(kind.title): \(classes[kind].count)"] + table.lines()
            lines += Self.left(Int(clamping: classes[kind].count), "of them")
        }
        return lines
    }

    static func left(_ count: Int, _ what: String) -> [String] {
        count > TradeBillLimits.shownCountMax
            ? ["… and \(count - TradeBillLimits.shownCountMax) more \(what); the JSON form lists more"] : []
    }

    /// Findings in the order of classes.
    var findingsByClass: [(kind: ReconciliationClass, list: [ReconciliationFinding])] {
        let groups = Dictionary(grouping: findings, by: \.kind)
        return ReconciliationClass.allCases.compactMap { kind in groups[kind].map { (kind, $0) } }
    }

    static let findingColumns = [
        "line", "merchant", "transaction", "order", "bill", "paid", "received", "paid", "remark",
    ]
}

extension ReconciliationReport.Merchant {
    /// What a table shows of it.
    var cells: [String] {
        let shown: [ReconciliationClass] = [
            .matched, .notAcknowledged, .missingInjected, .missing, .differs, .unknown,
        ]
        return [merchantID.isEmpty ? "(all others)" : merchantID, "\(payments.count)", FenText.yuan(payments.amount)]
            + shown.map { "\(classes[$0].count)" }
    }
}

extension ReconciliationFinding {
    /// What a table shows of it, by ``ReconciliationReport/findingColumns``.
    var cells: [String] {
        [
            line.map { "\($0)" } ?? "-", merchantID, transactionID, outTradeNo, FenText.yuan(billAmount),
            FenText.yuan(billPayerAmount), FenText.yuan(localAmount), FenText.yuan(localPayerAmount), remark,
        ]
    }
}
