/// Why an address is not connected to: a bounded set, fit for a metric label.
public enum AddressBlockReason: String, Sendable, CaseIterable {
    /// 0.0.0.0/8 and `::`.
    case thisNetwork = "this_network"
    /// RFC 1918 and fc00::/7.
    case privateNetwork = "private"
    /// 100.64.0.0/10, where some clouds keep their metadata.
    case carrierNAT = "carrier_nat"
    /// 127.0.0.0/8 and ::1.
    case loopback
    /// 169.254.0.0/16 and fe80::/10, with the metadata services.
    case linkLocal = "link_local"
    /// 192.0.0.0/24 and 2001::/23.
    case protocolAssignment = "protocol_assignment"
    /// 192.88.99.0/24 and 2002::/16.
    case sixToFour = "6to4"
    /// 198.18.0.0/15.
    case benchmarking
    /// Ranges reserved for documentation.
    case documentation
    /// 224.0.0.0/4 and ff00::/8.
    case multicast
    /// 240.0.0.0/4 with the broadcast address.
    case reserved
    /// Anycast infrastructure in public space.
    case anycastInfrastructure = "anycast_infrastructure"
    /// 168.63.129.16, a cloud's host agent in public space.
    case cloudHostAgent = "cloud_host_agent"
    /// IPv6 outside 2000::/3.
    case notGlobalUnicast = "not_global_unicast"
    /// An address with a scope identifier.
    case scopeIdentifier = "scope_identifier"
    /// Text that is no address.
    case notAnAddress = "not_an_address"
    /// The peer of the open connection is not the address that was vetted.
    case peerDiffers = "peer_differs"
}
