/// What became of one attempt: the closed set of merchant-push §2, fit for metric labels.
public enum OutcomeClass: String, Sendable, CaseIterable {
    /// Accepted.
    case acked
    /// 2xx whose body says no.
    case nacked
    /// 3xx; never followed.
    case redirect
    /// 4xx.
    case clientError = "client_error"
    /// 410.
    case gone
    /// 429, or 503 with Retry-After.
    case throttled
    /// 5xx.
    case serverError = "server_error"
    /// The name was not resolved in time.
    case timeoutDNS = "timeout_dns"
    /// No connection in time.
    case timeoutConnect = "timeout_connect"
    /// No TLS handshake in time.
    case timeoutTLS = "timeout_tls"
    /// No complete answer in time.
    case timeoutTotal = "timeout_total"
    /// The name does not resolve.
    case dnsError = "dns_error"
    /// An address that is never connected to.
    case addressBlocked = "address_blocked"
    /// Nobody listens.
    case refused
    /// The connection broke.
    case reset
    /// No route.
    case unreachable
    /// The certificate is out of its time.
    case tlsExpired = "tls_expired"
    /// The certificate is for another name.
    case tlsName = "tls_name"
    /// The certificate leads to no trusted root.
    case tlsUntrusted = "tls_untrusted"
    /// The handshake failed otherwise.
    case tlsProtocol = "tls_protocol"
    /// The answer is no HTTP.
    case protocolError = "protocol_error"
    /// The answer is longer than is read.
    case responseTooLarge = "response_too_large"
    /// The fault is ours.
    case senderError = "sender_error"

    /// Who has to act.
    public enum Owner: String, Sendable, CaseIterable {
        /// The endpoint's operator.
        case merchant
        /// What lies between.
        case network
        /// The provider.
        case us
    }

    /// Who has to act on this class.
    public var owner: Owner {
        switch self {
        case .senderError: .us
        case .timeoutDNS, .timeoutConnect, .reset, .unreachable: .network
        default: .merchant
        }
    }

    /// False for faults of ours: they use up no attempt and never count against the endpoint.
    public var countsAsAttempt: Bool { self != .senderError }

    /// True when the window is halved (merchant-push §5).
    var shrinksWindow: Bool {
        switch self {
        case .throttled, .serverError, .timeoutDNS, .timeoutConnect, .timeoutTLS, .timeoutTotal, .reset, .refused: true
        default: false
        }
    }

    /// True when the failure cannot be the message's doing, because none of it was sent.
    var isBeforeRequest: Bool {
        switch self {
        case .timeoutDNS, .timeoutConnect, .timeoutTLS, .dnsError, .addressBlocked, .refused, .unreachable: true
        case .tlsExpired, .tlsName, .tlsUntrusted, .tlsProtocol: true
        default: false
        }
    }

    /// True when another message might fare better at the same endpoint.
    var isClientFault: Bool {
        switch self {
        case .clientError, .gone, .nacked: true
        default: false
        }
    }
}
