/// The bounds of everything about targets: URLs, names, addresses, allow-lists.
enum AddressLimits {
    /// The longest URL of an endpoint (merchant-push §9).
    static let urlByteCountMax = 2_048
    /// The longest host name (RFC 1035).
    static let hostByteCountMax = 253
    /// The longest label of a host name (RFC 1035).
    static let labelByteCountMax = 63
    /// The longest text of an address that is looked at; INET6_ADDRSTRLEN is 46.
    static let addressTextByteCountMax = 64
    /// The most ranges and single addresses an allow-list may name.
    static let allowListEntryCountMax = 256
    /// The most extra ports an operator may name.
    static let extraPortCountMax = 64
}
