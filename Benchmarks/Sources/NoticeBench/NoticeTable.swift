/// The tables: rates, parts of one notice, and the verdict.
struct NoticeTable {
    /// At least this share of the predicted rate.
    private static let aim = 0.7
    private static let widths = [58, 12, 9, 9, 13, 11, 10, 13]
    private let passes: [NoticePass]
    private let connectionCount: Int

    init(_ passes: [NoticePass], connectionCount: Int) {
        self.passes = passes
        self.connectionCount = connectionCount
    }

    func text() -> String {
        var lines = [
            line([
                "over HTTP, \(connectionCount) connections", "a second", "p50 ms", "p99 ms", "server us", "generator",
                "others", "a commit",
            ]),
            String(repeating: "-", count: Self.widths.reduce(0, +)),
        ]
        lines += NoticePass.Row.allCases.compactMap(line)
        if passes.contains(where: { $0.predicted != nil }) { lines += ["", parts, "", verdict] }
        lines += ["", Self.legend]
        return lines.joined(separator: "\n")
    }

    private static let legend = """
        server us: processor time for each, all threads of this process but the load generator's. generator, others: cores that it, and everything else on
        the machine, used meanwhile. a commit: notices for each commit of the store.
        """

    private func line(_ row: NoticePass.Row) -> String? {
        guard let rate = median({ $0.rows[row]?.rate }) else { return nil }
        func cell(_ value: (LoadResult) -> Double, _ digits: Int = 2) -> String {
            FigureText.fixed(median { $0.rows[row].map(value) } ?? 0, digits)
        }
        return line([
            row.title, FigureText.grouped(rate), cell { $0.millis(percent: 50) }, cell { $0.millis(percent: 99) },
            cell({ $0.serverMicros }, 1), cell { $0.use.generatorCores }, cell { $0.use.othersCores },
            row == .bare ? "-" : cell({ $0.noticesPerCommit }, 1),
        ])
    }

    private var parts: String {
        let bare = median { $0.rows[.bare]?.serverMicros } ?? 0
        let crypto = median { $0.cryptoMicros } ?? 0
        let put = median { $0.putMicros } ?? 0
        let whole = median { $0.rows[.v3]?.serverMicros } ?? 0
        let verdict = median { $0.verdictMicros } ?? 0
        let group = FigureText.fixed(median { $0.rows[.v3]?.noticesPerCommit } ?? 0, 1)
        let rows = [
            ("bare answer of the data plane", bare), ("RSA verification and AES-GCM", crypto),
            ("put with key and row, \(group) callers", put), ("predicted: their sum", bare + crypto + put),
            ("all else: reading the notice, making the message, hops", whole - bare - crypto - put),
            ("measured", whole), ("to compare: the whole verdict, cryptography included", verdict),
            ("to compare: the put where one caller brings the whole group", median { $0.batchedPutMicros } ?? 0),
        ]
        let head = line(["one notice of API v3, processor time of the server", "us", "share"])
        return ([head] + rows.map { line([$0.0, FigureText.fixed($0.1, 1), FigureText.fixed($0.1 / whole)]) })
            .joined(separator: "\n")
    }

    private var verdict: String {
        let ratio =
            median { pass in pass.predicted.flatMap { predicted in pass.rows[.v3].map { $0.rate / predicted } } } ?? 0
        let beside =
            median { pass in
                pass.predictedBesideOthers.flatMap { predicted in pass.rows[.v3].map { $0.rate / predicted } }
            } ?? 0
        let batched =
            median { pass in
                pass.predictedOfBatches.flatMap { predicted in pass.rows[.v3].map { $0.rate / predicted } }
            } ?? 0
        let cores = Double(Processor.coreCount) - (median { $0.rows[.v3]?.use.generatorCores } ?? 0)
        return """
            predicted on the \(FigureText.fixed(cores)) cores that the load generator leaves: \(FigureText.grouped(median { $0.predicted } ?? 0)) a second; \
            measured \(FigureText.grouped(median { $0.rows[.v3]?.rate } ?? 0)): \(FigureText.fixed(ratio)) of it, aim \(FigureText.fixed(Self.aim)): \
            \(ratio >= Self.aim ? "holds" : "short")
            against the put of whole groups: \(FigureText.fixed(batched)); on the cores that everything else on the machine leaves too: \(FigureText.fixed(beside))
            """
    }

    private func median(_ figure: (NoticePass) -> Double?) -> Double? {
        let sorted = passes.compactMap(figure).sorted()
        return sorted.isEmpty ? nil : sorted[sorted.count / 2]
    }

    private func line(_ cells: [String]) -> String {
        zip(cells, Self.widths).enumerated().map { index, pair in
            let blanks = String(repeating: " ", count: max(index == 0 ? 0 : 1, pair.1 - pair.0.count))
            return index == 0 ? pair.0 + blanks : blanks + pair.0
        }.joined()
    }
}

/// Numbers as people read them.
enum FigureText {
    /// With `digits` decimals, 1 or more.
    static func fixed(_ value: Double, _ digits: Int = 2) -> String {
        guard value.isFinite else { return "-" }
        let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int((value.magnitude * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        return (value < 0 ? "-" : "") + "\(grouped(Double(scaled / scale)))."
            + String(repeating: "0", count: digits - fraction.utf8.count) + fraction
    }

    /// A whole number, thousands apart.
    static func grouped(_ value: Double) -> String {
        let text = String(Int(value.rounded()))
        return text.enumerated().map { index, digit in
            index > 0 && (text.utf8.count - index) % 3 == 0 ? ",\(digit)" : String(digit)
        }.joined()
    }
}
