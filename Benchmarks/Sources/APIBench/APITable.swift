/// The table: each work with its rate, its latencies and what share it is of its limits.
struct APITable {
    private static let widths = [46, 12, 12, 9, 9, 11, 11, 24]
    private let results: [APIWork: [LoadRun.Result]]

    init(_ results: [APIWork: [LoadRun.Result]]) { self.results = results }

    func text() -> String {
        var lines = [
            line(["work", "requests/s", "messages/s", "p50 ms", "p99 ms", "of HTTP", "predicted", ""]),
            String(repeating: "-", count: Self.widths.reduce(0, +)),
        ]
        lines += APIWork.allCases.filter { results[$0] != nil }.map(line)
        lines.append("")
        lines.append(Self.legend)
        return lines.joined(separator: "\n")
    }

    private static let legend = """
        of HTTP: requests a second over those of the bare data plane. predicted: over what the two limits let expect together where they share the cores:
        1 / (1 / HTTP + 1 / store), a batch's requests as the store alone takes single bodies. signed: over the same work unsigned; the aim is 0.80,
        a request that costs at most 25 % more.
        """

    private func line(_ work: APIWork) -> String {
        let messages = median(work) { $0.rate }
        let requests = messages / work.messagesPerRequest
        let bare = median(.bareDataPlane) { $0.rate }
        let store = median(.store) { $0.rate }
        let isLimit = work == .bareDataPlane || work == .store
        var note = ""
        let unsigned = median(.nativeUnsigned) { $0.rate }
        if unsigned > 0, work == .nativeSigned || work == .sendSHA256 || work == .sendSHA1 {
            note = "signed \(fixed(messages / unsigned)) " + (messages / unsigned >= 0.8 ? "holds" : "short")
        }
        return line([
            work.title, grouped(requests), grouped(messages), fixed(median(work) { $0.millis(percent: 50) }),
            fixed(median(work) { $0.millis(percent: 99) }), isLimit ? "-" : fixed(requests / bare),
            isLimit || work == .batchSend || work == .receiveDelete
                ? "-" : fixed(messages / (1 / (1 / bare + 1 / store))), note,
        ])
    }

    private func median(_ work: APIWork, _ figure: (LoadRun.Result) -> Double) -> Double {
        let sorted = (results[work] ?? []).map(figure).sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    private func line(_ cells: [String]) -> String {
        zip(cells, Self.widths).enumerated().map { index, pair in
            let blanks = String(repeating: " ", count: max(index == 0 ? 0 : 1, pair.1 - pair.0.count))
            return index == 0 ? pair.0 + blanks : blanks + pair.0
        }.joined()
    }

    private func fixed(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    private func grouped(_ value: Double) -> String {
        let text = String(Int(value.rounded()))
        return text.enumerated().map { index, digit in
            index > 0 && (text.utf8.count - index) % 3 == 0 ? ",\(digit)" : String(digit)
        }.joined()
    }
}
