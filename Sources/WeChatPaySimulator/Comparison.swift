/// The same payments without and with the queue, side by side, as the platform saw them. Pure.
public struct Comparison: Sendable {
    /// One world.
    public struct Side: Sendable {
        let notices: NoticeFigures
        /// Orders that reached their merchants.
        let delivered: Int
        /// Deliveries beyond the first of an order.
        let deliveredTwice: Int
        /// Fake payments that went through.
        let fakeCount: Int
        /// Their money, fen.
        let fakeFen: Int64

        /// A world as it ended.
        /// - Parameter fakes: the fake payments that went through.
        public init(notices: NoticeFigures, delivered: Int, deliveredTwice: Int, fakes: [Payment] = []) {
            self.notices = notices
            fakeCount = fakes.count
            fakeFen = fakes.reduce(0) { $0 + $1.amount }
            self.delivered = delivered
            self.deliveredTwice = deliveredTwice
        }
    }

    let without: Side
    let with: Side

    /// Two worlds of the same seed.
    public init(without: Side, with: Side) {
        self.without = without
        self.with = with
    }

    /// The table as lines of text.
    public var lines: [String] {
        let rows = zip(Self.column(without), Self.column(with)).map { left, right in (left.0, left.1, right.1) }
        return [Self.row("as WeChat Pay saw it", "without queue", "with queue")] + rows.map(Self.row)
    }

    private static func column(_ side: Side) -> [(String, String)] {
        let notices = side.notices
        let times = notices.answerTimes.quantilesMicros([0.5, 0.95, 0.99]).map(Format.millis)
        let failures = NoticeFigures.FailureKind.allCases.map { kind in
            ("  first try \(kind.rawValue)", String(notices.firstTryFailures[kind] ?? 0))
        }
        return [
            ("payment notices", String(notices.notices)),
            ("success at first try", Format.share(notices.firstTrySuccesses, of: notices.notices)),
        ] + failures + [
            ("success in the end", Format.share(notices.successes, of: notices.notices)),
            ("repeats needed", String(notices.repeats)),
            ("still being repeated", String(notices.pending)),
            ("answer p50 / p95 / p99, ms", times.joined(separator: " / ")),
            ("orders at their merchants", String(side.delivered)),
            ("delivered twice", String(side.deliveredTwice)),
            ("fake payments let through", String(side.fakeCount)),
            ("  their money, yuan", Format.yuan(side.fakeFen)),
        ]
    }

    private static func row(_ name: String, _ left: String, _ right: String) -> String {
        Format.padded(name, 28) + Format.leftPadded(left, 22) + Format.leftPadded(right, 22)
    }
}
