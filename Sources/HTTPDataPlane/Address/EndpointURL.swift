/// The parsed and vetted URL of an endpoint: scheme, host, port and request target.
///
/// Holding one means the rules of merchant-push §9 about URLs hold under the policy it was parsed with. The rules about
/// addresses are asked again at every connect.
public struct EndpointURL: Sendable, Hashable, CustomStringConvertible {
    /// How the connection is made.
    public enum Scheme: String, Sendable {
        /// TLS; the default port is 443.
        case https
        /// Plain; the default port is 80.
        case http

        var defaultPort: Int { self == .https ? 443 : 80 }
    }

    /// The scheme.
    public let scheme: Scheme
    /// The host in lower case; an IPv6 literal without brackets.
    public let host: String
    /// The port, 1...65535.
    public let port: Int
    /// Path and query as sent in the request line; at least `/`.
    public let target: String
    /// The address when the host is an IP literal.
    let literalAddress: IPAddress?

    init(scheme: Scheme, host: String, port: Int, target: String, literalAddress: IPAddress?) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target
        self.literalAddress = literalAddress
    }

    /// The value of the Host header: the port is left out when it is the scheme's own.
    public var hostHeader: String {
        let name = literalAddress?.family == .v6 ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    /// The URL in canonical form.
    public var description: String { "\(scheme.rawValue)://\(hostHeader)\(target)" }

    /// The first rule of a policy this URL breaks, if any; parsing asks this, and sending asks it again.
    func violation(of policy: EndpointPolicy) -> EndpointURLError? {
        if scheme == .http, !policy.allowsPlainHTTP { return .plainHTTP }
        guard policy.allows(port: port, scheme: scheme) else { return .portNotAllowed(port) }
        guard let literalAddress else { return nil }
        guard policy.allowsIPLiterals else { return .host(.ipLiteral) }
        if case .blocked(let reason) = policy.addresses.verdict(for: literalAddress) { return .addressBlocked(reason) }
        return nil
    }
}
