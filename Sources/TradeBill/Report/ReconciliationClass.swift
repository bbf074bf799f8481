/// What a payment of the day turned out to be. Every payment line of the bill is in exactly one class but ``unknown``, which holds local orders.
public enum ReconciliationClass: String, Sendable, CaseIterable {
    /// Received, equal, acknowledged by the merchant.
    case matched
    /// Received and equal, but the merchant has not acknowledged it; also one that a reconciliation entered and that is dead or held since.
    case notAcknowledged = "not_acknowledged"
    /// No notice brought it; it was asked for and entered by a reconciliation, and is acknowledged or on its way.
    case missingInjected = "missing_injected"
    /// No notice brought it, and it was not entered either: not asked yet, or the platform's answer did not allow it.
    case missing
    /// Received, but amount, merchant or order number differ; the first one stands.
    case differs
    /// Received as paid that day, but the bill does not have it.
    case unknown
    /// A second payment line with a transaction id that the bill had before.
    case duplicateLine = "duplicate_line"
    /// A line in a state that is none of SUCCESS, REFUND, REVOKED.
    case otherState = "other_state"
    /// A line of the bill that cannot be read, or an order whose row is damaged, so that nothing could be compared.
    case unreadable

    /// Whether somebody has to look at it or it has to be tried again.
    public var isOpen: Bool { self != .matched && self != .missingInjected }

    /// For people.
    public var title: String {
        switch self {
        case .matched: "matched"
        case .notAcknowledged: "not acknowledged"
        case .missingInjected: "missing, injected"
        case .missing: "missing, open"
        case .differs: "differs"
        case .unknown: "unknown to the bill"
        case .duplicateLine: "duplicate lines"
        case .otherState: "other states"
        case .unreadable: "unreadable"
        }
    }
}

/// One tally for each class.
public struct ClassTallies: Sendable, Hashable {
    private var tallies = [Tally](repeating: Tally(), count: ReconciliationClass.allCases.count)
    private static let positions = Dictionary(
        uniqueKeysWithValues: ReconciliationClass.allCases.enumerated().map { ($1, $0) })

    /// Nothing.
    public init() {}

    /// The tally of a class.
    public subscript(_ kind: ReconciliationClass) -> Tally {
        get { tallies[Self.positions[kind] ?? 0] }
        set { tallies[Self.positions[kind] ?? 0] = newValue }
    }

    /// Adds those of another day. A sum that would leave 64 bits stays at the largest.
    public mutating func add(_ other: ClassTallies) {
        for place in tallies.indices { tallies[place].add(other.tallies[place]) }
    }
}
