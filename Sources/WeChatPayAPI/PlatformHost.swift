internal import HTTPDataPlane

/// Where the platform's API is: scheme, host and port.
///
/// https, or http where the host is this machine, named as 127.0.0.1 or [::1] (a simulated platform). The host is the operator's own choice, so a private address is
/// allowed; the certificate's name is checked all the same.
public struct PlatformHost: Sendable, Equatable, CustomStringConvertible {
    /// `https://host` or `https://host:port`, without a path.
    public let origin: String
    /// Whether it is on this machine.
    public let isLoopback: Bool
    let policy: EndpointPolicy

    /// Reads an address such as `https://api.mch.weixin.qq.com`.
    ///
    /// - Throws: ``PlatformHostError``, saying what is allowed.
    public init(_ text: String) throws(PlatformHostError) {
        let url: EndpointURL
        let policy: EndpointPolicy
        do {
            policy = try Self.openPolicy()
            url = try EndpointURL.parse(text, policy: policy)
        } catch {
            throw PlatformHostError(reason: "\(error)")
        }
        guard url.target == "/" else {
            throw PlatformHostError(
                reason: "it has the path \(url.target.prefix(80)); only scheme, host and port are allowed")
        }
        isLoopback = url.host == "::1" || url.host == "127.0.0.1"
        guard url.scheme == .https || isLoopback else {
            throw PlatformHostError(
                reason: "plain http is allowed to this machine only (127.0.0.1 or [::1]); use https")
        }
        origin = "\(url.scheme.rawValue)://\(url.hostHeader)"
        self.policy = policy
    }

    /// As ``origin``.
    public var description: String { origin }

    /// The address of a path with its query.
    func url(_ target: String) throws(EndpointURLError) -> EndpointURL {
        try EndpointURL.parse(origin + target, policy: policy)
    }

    /// Private networks, and this machine's own addresses.
    private static func openPolicy() throws(AddressAllowListError) -> EndpointPolicy {
        let allowed = try AddressAllowList(
            privateRanges: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"],
            singleAddresses: ["127.0.0.1", "::1"])
        return EndpointPolicy(
            allowsPlainHTTP: true, allowsIPLiterals: true, allowsAnyPort: true,
            addresses: AddressPolicy(allowList: allowed))
    }
}

/// Why an address of the platform cannot be used.
public struct PlatformHostError: Error, Sendable, Equatable, CustomStringConvertible {
    let reason: String

    /// What was wrong and what is allowed.
    public var description: String { reason }
}
