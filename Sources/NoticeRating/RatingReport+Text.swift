extension RatingReport {
    /// The report as plain text, a line per period.
    ///
    /// - Parameter beijing: a moment as Beijing time, such as `2026-01-02T15:00:00+08:00`.
    public func text(beijing: (Int64) -> String) -> String {
        var lines = ["rating: " + alarm.level.name + (alarm.sinceMillis.map { " since " + beijing($0) } ?? "")]
        lines += alarm.reasons.map { "  " + $0 }
        let percent = Self.percent(alarm.thresholds.successRate)
        lines.append(
            "limits over 5 minutes: success \(percent), p99 \(alarm.thresholds.p99Millis) ms; a warning at half of the room"
        )
        lines += ["", Self.heading("period"), Self.line("last 5 minutes", window), "", Self.heading("day (Beijing)")]
        lines += days.map { Self.line(String(beijing($0.startMillis).prefix(10)), $0.tally) }
        lines += ["", Self.heading("hour (Beijing)")]
        lines += hours.map {
            let start = beijing($0.startMillis)
            return Self.line(start.prefix(10) + " " + start.dropFirst(11).prefix(5), $0.tally)
        }
        lines += ["", Self.note, ""]
        return lines.joined(separator: "\n")
    }

    private static let columns = [
        "deliveries", "success", "first try", "failed", "repeats", "p50 ms", "p95 ms", "p99 ms", "probes", "unverified",
    ]

    private static func heading(_ name: String) -> String { row(name, columns) }

    private static func line(_ name: String, _ tally: RatingTally) -> String {
        let failures = DeliveryFailure.allCases.filter { tally.failures($0) > 0 }
            .map { "\($0.rawValue) \(tally.failures($0))" }
        let cells = row(
            name,
            [
                "\(tally.deliveries)", tally.successRate.map(percent) ?? "-", tally.firstTryRate.map(percent) ?? "-",
                "\(tally.failures)", "\(tally.repeats + tally.afterFailure)", millis(tally, 0.5), millis(tally, 0.95),
                millis(tally, 0.99), "\(tally.probes)", "\(tally.unverified)",
            ])
        return failures.isEmpty ? cells : cells + "  " + failures.joined(separator: ", ")
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        let first = name + String(repeating: " ", count: max(17 - name.utf8.count, 0))
        return first + cells.map { String(repeating: " ", count: max(12 - $0.utf8.count, 1)) + $0 }.joined()
    }

    private static func millis(_ tally: RatingTally, _ quantile: Double) -> String {
        guard tally.deliveries > 0 else { return "-" }
        return decimal(tally.answerMicros(quantile), places: 3)
    }

    /// Four places, cut, so that less than all is never shown as all.
    private static func percent(_ share: Double) -> String {
        decimal(UInt64(share * 1_000_000 + 0.001), places: 4) + " %"
    }

    /// The number with a point before its last places.
    private static func decimal(_ value: UInt64, places: Int) -> String {
        let digits = String(value)
        let padded = String(repeating: "0", count: max(places + 1 - digits.utf8.count, 0)) + digits
        return padded.dropLast(places) + "." + padded.suffix(places)
    }
}
