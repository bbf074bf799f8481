/// What an endpoint URL may look like and where it may lead: strict by default, each loosening an explicit value.
public struct EndpointPolicy: Sendable, Equatable {
    /// Plain `http` may be used (operator switch).
    public var allowsPlainHTTP: Bool
    /// The host may be an IP literal (operator switch); the address rules still hold.
    public var allowsIPLiterals: Bool
    /// Any port may be used; otherwise 443, 8443 and ``extraPorts``, and 80 for plain http.
    public var allowsAnyPort: Bool
    /// Ports the operator allows besides; at most 64 are looked at.
    public var extraPorts: [Int]
    /// Which addresses may be connected to.
    public var addresses: AddressPolicy

    /// The strict policy with the given loosenings.
    public init(
        allowsPlainHTTP: Bool = false, allowsIPLiterals: Bool = false, allowsAnyPort: Bool = false,
        extraPorts: [Int] = [], addresses: AddressPolicy = AddressPolicy()
    ) {
        self.allowsPlainHTTP = allowsPlainHTTP
        self.allowsIPLiterals = allowsIPLiterals
        self.allowsAnyPort = allowsAnyPort
        self.extraPorts = extraPorts
        self.addresses = addresses
    }

    /// Public https endpoints by name on 443 or 8443, nothing else.
    public static let production = EndpointPolicy()

    /// For demonstrations on one machine: plain http, IP literals, any port, and the named loopback addresses.
    /// - Throws: ``AddressAllowListError`` when a name is no address that can be opened.
    public static func demo(
        loopback: [String] = ["127.0.0.1", "::1"]
    ) throws(AddressAllowListError) -> EndpointPolicy {
        let allowList = try AddressAllowList(privateRanges: [], singleAddresses: loopback)
        return EndpointPolicy(
            allowsPlainHTTP: true, allowsIPLiterals: true, allowsAnyPort: true,
            addresses: AddressPolicy(allowList: allowList))
    }

    func allows(port: Int, scheme: EndpointURL.Scheme) -> Bool {
        if allowsAnyPort || port == 443 || port == 8_443 { return true }
        if scheme == .http, port == 80 { return true }
        return extraPorts.prefix(AddressLimits.extraPortCountMax).contains(port)
    }
}
