/// Why a text is not an address that may be used.
public enum IPAddressError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Neither four decimal parts nor IPv6 text.
    case notAnAddress
    /// A scope identifier (`%eth0`) is present.
    case scopeIdentifier

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .notAnAddress: "not an IP address: give four decimal parts (192.0.2.1) or IPv6 text (2001:db8::1)"
        case .scopeIdentifier: "an address with a scope identifier (%) is never used"
        }
    }
}
