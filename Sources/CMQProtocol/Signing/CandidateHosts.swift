/// The authorities a client may have signed (`cmq-protocol.md` §1.4).
public enum CandidateHosts {
    /// In the order to try: the `Host` field as received, the same with each default port where it has none (clients drop it from the field, not
    /// from what they sign), then the names the operator configured for proxies. At most ``CMQLimits/publicHostCountMax`` of the last.
    ///
    /// A field that is no authority gives no candidate: see ``isAuthority(_:)``.
    public static func all(host: String?, publicNames: [String] = []) -> [String] {
        var hosts: [String] = []
        if let host, isAuthority(host) {
            hosts.append(host)
            if !hasPort(host) {
                hosts.append(host + ":80")
                hosts.append(host + ":443")
            }
        }
        for name in publicNames.prefix(CMQLimits.publicHostCountMax) where !hosts.contains(name) { hosts.append(name) }
        return hosts
    }

    /// Whether a text is made of nothing but what a host and a port have, in at most ``CMQLimits/authorityByteCountMax`` bytes.
    ///
    /// The signed text of API 2.0 joins method, host and path without a mark between them. A `Host` field with `/`, `?` or `&` in it could take in
    /// the path and the first parameters of a captured request, and leave its signature to others (`reliability.md` rule 29).
    public static func isAuthority(_ host: String) -> Bool {
        let bytes = host.utf8
        return 1...CMQLimits.authorityByteCountMax ~= bytes.count
            && bytes.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "["),
                    UInt8(ascii: "]"):
                    true
                default: false
                }
            }
    }

    /// Whether an authority ends in a port. The colons of a bracketed IPv6 address are none.
    private static func hasPort(_ host: String) -> Bool {
        guard let colon = host.utf8.lastIndex(of: UInt8(ascii: ":")) else { return false }
        return !host.utf8[colon...].contains(UInt8(ascii: "]"))
    }
}
