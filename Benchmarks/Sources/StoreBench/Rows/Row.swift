/// One row of the Speed table: what the store does, what that is compared with, and how much is needed.
struct Row: Sendable {
    /// What is compared.
    enum Quantity: Sendable, Equatable {
        /// More is better: ours over the other's must be at least what is needed.
        case rate
        /// Less is better: ours over the other's must be at most what is needed.
        case latency(percent: Double)
    }

    /// What the store is compared with.
    struct Bar: Sendable {
        enum Kind: Sendable { case peer, limit }

        let kind: Kind
        /// Short, for the table.
        let name: String
        /// Nil for a peer that this program has no client for.
        let contestant: Contestant?
        let needed: Double

        static func peer(_ name: String, _ contestant: Contestant?, _ needed: Double) -> Bar {
            Bar(kind: .peer, name: name, contestant: contestant, needed: needed)
        }

        static func limit(_ name: String, _ contestant: Contestant, _ needed: Double) -> Bar {
            Bar(kind: .limit, name: name, contestant: contestant, needed: needed)
        }
    }

    /// For `--only`.
    let name: String
    let title: String
    let work: Contestant.Work
    let quantity: Quantity
    let bars: [Bar]
    /// What a quiet machine shows: messages a second, or milliseconds; nil where the issue states none.
    let quiet: Double?

    /// All that runs for it, the store first.
    var contestants: [Contestant] { [.store(work)] + bars.compactMap(\.contestant) }
}

extension Row.Quantity {
    /// The middle of all passes; nil where there is none.
    func figure(_ passes: [Measurement]) -> Double? {
        switch self {
        case .rate: passes.median(\.messagesPerSecond)
        case .latency(let percent): passes.median { $0.latencyMillis(percent: percent) }
        }
    }

    /// Whether `ratio`, ours over the other's, is what is needed.
    func holds(_ ratio: Double, needed: Double) -> Bool {
        switch self {
        case .rate: ratio >= needed
        case .latency: ratio <= needed
        }
    }
}
