/// The report as a page that needs nothing else: one HTML document with its style, every text escaped, no script.
extension ReconciliationReport {
    /// The document's bytes, UTF-8.
    public var page: [UInt8] {
        var page = HTMLText()
        page.raw("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        page.text("Reconciliation of \(day)")
        page.raw("</title><style>\(Self.style)</style></head><body><h1>")
        page.text("Reconciliation of \(day)")
        page.raw("</h1><p class=\"\(isClean ? "right" : "open")\">")
        page.text(headline)
        page.raw("</p><p>")
        page.text(billLine)
        page.raw("</p>")
        page.table(
            ["all merchants", "count", "yuan"], numbers: [1, 2],
            totalRows.map { [$0.name, "\($0.tally.count)", FenText.yuan($0.tally.amount)] })
        for mismatch in summaryMismatches {
            page.raw("<p class=\"open\">")
            page.text(
                "The bill's summary says \(mismatch.column) \(mismatch.stated), its lines come to \(mismatch.found).")
            page.raw("</p>")
        }
        if !merchants.isEmpty {
            page.raw("<h2>Merchants</h2>")
            page.table(
                ["merchant", "payments", "yuan", "matched", "not acked", "injected", "missing", "differs", "unknown"],
                numbers: [1, 2, 3, 4, 5, 6, 7, 8], merchants.prefix(TradeBillLimits.shownCountMax).map(\.cells))
            page.left(Self.left(merchants.count, "merchants"))
        }
        for (kind, list) in findingsByClass {
            page.raw("<h2>")
            page.text("\(kind.title): \(classes[kind].count)")
            page.raw("</h2>")
            page.table(
                Self.findingColumns, numbers: [0, 4, 5, 6, 7],
                list.prefix(TradeBillLimits.shownCountMax).map(\.cells))
            page.left(Self.left(Int(clamping: classes[kind].count), "of them"))
        }
        page.raw("</body></html>\n")
        return page.bytes
    }

    private static let style =
        "body{font:14px/1.4 system-ui,sans-serif;margin:2em;color:#222}table{border-collapse:collapse;margin:1em 0}"
        + "th,td{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:left}.n{text-align:right;"
        + "font-variant-numeric:tabular-nums}.right{color:#060}.open{color:#a00;font-weight:600}"
}

/// Builds HTML; what is not markup of ours is escaped.
private struct HTMLText {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ markup: String) { bytes.append(contentsOf: markup.utf8) }

    mutating func text(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): raw("&lt;")
            case UInt8(ascii: ">"): raw("&gt;")
            case UInt8(ascii: "&"): raw("&amp;")
            case UInt8(ascii: "\""): raw("&quot;")
            case UInt8(ascii: "'"): raw("&#39;")
            default: bytes.append(byte)
            }
        }
    }

    mutating func left(_ lines: [String]) {
        for line in lines {
            raw("<p>")
            text(line)
            raw("</p>")
        }
    }

    mutating func table(_ header: [String], numbers: Set<Int>, _ rows: [[String]]) {
        raw("<table><thead>")
        row("th", header, numbers)
        raw("</thead><tbody>")
        for cells in rows { row("td", cells, numbers) }
        raw("</tbody></table>")
    }

    private mutating func row(_ tag: String, _ cells: [String], _ numbers: Set<Int>) {
        raw("<tr>")
        for (index, cell) in cells.enumerated() {
            raw(numbers.contains(index) ? "<\(tag) class=\"n\">" : "<\(tag)>")
            text(cell)
            raw("</\(tag)>")
        }
        raw("</tr>")
    }
}
