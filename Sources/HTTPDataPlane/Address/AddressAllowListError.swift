/// Why an entry of the operator's allow-list is refused.
public enum AddressAllowListError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No CIDR, or bits set behind its prefix.
    case notARange(String)
    /// A CIDR outside the private networks.
    case notPrivate(String)
    /// No address.
    case notAnAddress(String)
    /// An address that is public anyway, or that no switch opens (multicast, reserved).
    case neverOpened(String)
    /// More entries than the bound.
    case tooManyEntries(count: Int)

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .notARange(let text):
            "\"\(text)\" is not a CIDR range; write it like 10.1.0.0/16, with no bits set behind the prefix"
        case .notPrivate(let text):
            "\"\(text)\" cannot be opened as a range; only private networks can (10.0.0.0/8, 172.16.0.0/12, "
                + "192.168.0.0/16, 100.64.0.0/10, fc00::/7), loopback and link-local addresses singly"
        case .notAnAddress(let text):
            "\"\(text)\" is not an IP address"
        case .neverOpened(let text):
            "\"\(text)\" is no private, loopback or link-local address; it needs no opening or cannot have one"
        case .tooManyEntries(let count):
            "\(count) allow-list entries; at most \(AddressLimits.allowListEntryCountMax) are allowed"
        }
    }
}
