/// Whether an address may be connected to.
public enum AddressVerdict: Sendable, Equatable {
    /// Public space.
    case allowed
    /// Blocked by default, opened by the operator's allow-list.
    case allowedByOperator
    /// Never connected to, with the reason.
    case blocked(AddressBlockReason)

    /// True unless blocked.
    public var isAllowed: Bool {
        if case .blocked = self { return false }
        return true
    }
}
