/// Why a URL is not taken as an endpoint.
public enum EndpointURLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Empty, or longer than 2,048 bytes.
    case length(byteCount: Int)
    /// A space, control character, backslash, character outside ASCII or broken percent-encoding.
    case forbiddenCharacter
    /// Neither `https://` nor, where the operator allows it, `http://`.
    case scheme
    /// Plain http without the operator's switch.
    case plainHTTP
    /// User name or password in the URL.
    case userInfo
    /// A `#` part.
    case fragment
    /// No host, or one that is no host name.
    case host(HostFault)
    /// A port that is no number from 1 to 65535.
    case portNumber
    /// A port outside the allowed ones.
    case portNotAllowed(Int)
    /// The IP literal leads where nothing may be sent.
    case addressBlocked(AddressBlockReason)

    /// What is wrong with a host.
    public enum HostFault: String, Sendable, CaseIterable {
        /// Nothing between `//` and the path.
        case empty = "the host is empty"
        /// Longer than 253 bytes.
        case tooLong = "the host name is longer than 253 bytes"
        /// A label that is not letters, digits and inner hyphens, 1 to 63 bytes.
        case label = "a host label must be 1 to 63 letters, digits and inner hyphens (write other scripts as xn--)"
        /// A name without a dot.
        case singleLabel = "the host name needs at least one dot"
        /// A dot at the end.
        case trailingDot = "the host name must not end with a dot"
        /// Text that a resolver would read as a number.
        case numeric =
            "the host looks like a number; IP addresses are allowed only by operator switch, as four decimal parts"
        /// An IP literal without the switch.
        case ipLiteral = "an IP address as host is allowed only by operator switch"
        /// Brackets around something that is no IPv6 address.
        case brackets = "the brackets do not hold an IPv6 address without scope"
        /// A name that never leads to a merchant.
        case refusedName = "this name is local or reserved and is never called"
    }

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .length(let count): "the URL has \(count) bytes; 1 to \(AddressLimits.urlByteCountMax) are allowed"
        case .forbiddenCharacter:
            "the URL holds a character that must be percent-encoded, or a broken percent-encoding"
        case .scheme: "the URL must begin with https://"
        case .plainHTTP: "plain http is allowed only by operator switch; use https"
        case .userInfo: "the URL must not carry a user name or password"
        case .fragment: "the URL must not carry a fragment (#)"
        case .host(let fault): fault.rawValue
        case .portNumber: "the port must be a number from 1 to 65535"
        case .portNotAllowed(let port): "port \(port) is not allowed; use 443 or 8443, or ask the operator"
        case .addressBlocked(let reason): "the address is never connected to (\(reason.rawValue))"
        }
    }
}
