/// One line of progress, once a second. Pure.
struct ProgressLine: Sendable, Equatable {
    var seconds = 0
    var payments = 0
    var gateRefusals = 0
    var notices = 0
    var repeats = 0
    /// nil while the daemon does not answer.
    var status: DaemonStatus?
    /// Unique orders that arrived at merchants.
    var delivered = 0

    /// Whether it says anything new: where nothing moves, one line in ten seconds shows that the demo lives.
    func isWorthShowing(after last: ProgressLine?) -> Bool {
        guard var last, seconds % SimulatorLimits.quietProgressSeconds != 0 else { return true }
        last.seconds = seconds
        return last != self
    }

    /// The line.
    var text: String {
        let parts = [
            ("payments", String(payments)), ("refused", String(gateRefusals)), ("notices", String(notices)),
            ("repeats", String(repeats)), ("stored", status.map { String($0.stored) } ?? "-"),
            ("delivered", String(delivered)),
            (
                "waiting",
                status.map { $0.held > 0 ? "\($0.waiting)+\($0.held) held" : String($0.waiting) } ?? "daemon away"
            ),
        ]
        return Format.leftPadded(String(seconds), 3) + " s  "
            + parts.map { "\($0.0) \(Format.padded($0.1, 5))" }.joined(separator: "  ")
    }
}
