/// The table of addresses that are never connected to (merchant-push §9).
///
/// IPv4 is open except for what stands here; IPv6 is closed except for 2000::/3 without what stands here.
enum BlockedRanges {
    typealias Entry = (range: AddressRange, reason: AddressBlockReason)

    static let v4: [Entry] = entries([
        ("0.0.0.0/8", .thisNetwork), ("10.0.0.0/8", .privateNetwork), ("172.16.0.0/12", .privateNetwork),
        ("192.168.0.0/16", .privateNetwork), ("100.64.0.0/10", .carrierNAT), ("127.0.0.0/8", .loopback),
        ("169.254.0.0/16", .linkLocal), ("192.0.0.0/24", .protocolAssignment), ("192.88.99.0/24", .sixToFour),
        ("198.18.0.0/15", .benchmarking), ("192.0.2.0/24", .documentation), ("198.51.100.0/24", .documentation),
        ("203.0.113.0/24", .documentation), ("224.0.0.0/4", .multicast), ("240.0.0.0/4", .reserved),
        ("192.31.196.0/24", .anycastInfrastructure), ("192.52.193.0/24", .anycastInfrastructure),
        ("192.175.48.0/24", .anycastInfrastructure), ("168.63.129.16/32", .cloudHostAgent),
    ])

    /// Looked at before ``globalUnicast``, so that the reason is the nearest one.
    static let v6: [Entry] = entries([
        ("::/128", .thisNetwork), ("::1/128", .loopback), ("fc00::/7", .privateNetwork), ("fe80::/10", .linkLocal),
        ("ff00::/8", .multicast), ("2001::/23", .protocolAssignment), ("2001:db8::/32", .documentation),
        ("2002::/16", .sixToFour), ("3fff::/20", .documentation), ("2620:4f:8000::/48", .anycastInfrastructure),
    ])

    /// The only IPv6 space that is allowed at all.
    static let globalUnicast = ranges(["2000::/3"])

    /// What an operator may open by CIDR: private networks.
    static let openableByRange = ranges([
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7",
    ])

    /// What an operator may open only address by address: loopback, link-local and with them the metadata services.
    static let openableSingly = ranges([
        "127.0.0.0/8", "::1/128", "169.254.0.0/16", "fe80::/10", "168.63.129.16/32",
    ])

    /// Metadata services inside private ranges: opening the range does not open them.
    static let metadataAddresses = ranges(["100.100.100.200/32", "fd00:ec2::254/128"])

    private static func entries(_ table: [(String, AddressBlockReason)]) -> [Entry] {
        table.compactMap { text, reason in AddressRange(text).map { ($0, reason) } }
    }

    private static func ranges(_ table: [String]) -> [AddressRange] {
        table.compactMap { AddressRange($0) }
    }
}
