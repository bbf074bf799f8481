/// The authorities a client may have signed (`cmq-protocol.md` §1.4).
public enum CandidateHosts {
    /// In the order to try: the `Host` field as received, the same with each default port where it has none (clients drop it from the field, not
    /// from what they sign), then the names the operator configured for proxies. At most ``CMQLimits/publicHostCountMax`` of the last.
    public static func all(host: String?, publicNames: [String] = []) -> [String] {
        var hosts: [String] = []
        if let host, !host.isEmpty {
            hosts.append(host)
            if !hasPort(host) {
                hosts.append(host + ":80")
                hosts.append(host + ":443")
            }
        }
        for name in publicNames.prefix(CMQLimits.publicHostCountMax) where !hosts.contains(name) { hosts.append(name) }
        return hosts
    }

    /// Whether an authority ends in a port. The colons of a bracketed IPv6 address are none.
    private static func hasPort(_ host: String) -> Bool {
        guard let colon = host.utf8.lastIndex(of: UInt8(ascii: ":")) else { return false }
        return !host.utf8[colon...].contains(UInt8(ascii: "]"))
    }
}
