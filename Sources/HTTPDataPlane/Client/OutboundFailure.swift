/// Why an attempt brought no answer: the outcome classes of merchant-push §2 that are not about the answer's status.
public enum OutboundFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name was not resolved in time.
    case timeoutDNS
    /// No connection in time.
    case timeoutConnect
    /// No TLS handshake in time.
    case timeoutTLS
    /// No complete answer in time.
    case timeoutTotal
    /// The name does not resolve.
    case dnsError
    /// An address of the name is never connected to.
    case addressBlocked(AddressBlockReason)
    /// Nobody listens there.
    case refused
    /// The connection broke before the answer was complete.
    case reset
    /// No route.
    case unreachable
    /// The certificate is out of its time.
    case tlsExpired
    /// The certificate is for another name.
    case tlsName
    /// The certificate does not lead to a trusted root.
    case tlsUntrusted
    /// The handshake failed otherwise.
    case tlsProtocol
    /// The answer is no HTTP/1.1, or breaks a bound of its head.
    case protocolError(ProtocolFault)
    /// The body of the answer is longer than is read.
    case responseTooLarge
    /// The fault is ours; never counted against the endpoint.
    case senderError(SenderFault)

    /// What is wrong with an answer.
    public enum ProtocolFault: String, Sendable, CaseIterable {
        /// Not HTTP/1.1.
        case malformedAnswer = "malformed_answer"
        /// Status line and fields too long or too many.
        case headTooLarge = "head_too_large"
        /// Too many 1xx answers.
        case tooManyInterimAnswers = "too_many_interim_answers"
        /// Content-Length and Transfer-Encoding, or several lengths.
        case framingConflict = "framing_conflict"
        /// 101 without being asked.
        case switchedProtocols = "switched_protocols"
        /// The connection ended inside the answer.
        case truncated
    }

    /// What is wrong on our side.
    public enum SenderFault: String, Sendable, CaseIterable {
        /// The task was cancelled.
        case cancelled
        /// The client is shut down.
        case shutDown = "shut_down"
        /// Too many requests wait for a connection.
        case tooManyWaiting = "too_many_waiting"
        /// Too many names are being resolved.
        case resolverBusy = "resolver_busy"
        /// The method is no token, or CONNECT.
        case invalidMethod = "invalid_method"
        /// A field name or value could break the head.
        case malformedHeader = "malformed_header"
        /// Host or Transfer-Encoding was given.
        case reservedHeader = "reserved_header"
        /// Content-Length is not the body's.
        case lengthMismatch = "length_mismatch"
        /// Body or fields are larger than the bound.
        case requestTooLarge = "request_too_large"
        /// The URL breaks this client's policy.
        case urlNotAllowed = "url_not_allowed"
        /// No socket, port or memory left.
        case noResources = "no_resources"
        /// The trusted roots cannot be read.
        case tlsSetup = "tls_setup"
    }

    /// The outcome class, from a bounded set: fit for a metric label.
    public var shortDescription: String {
        switch self {
        case .timeoutDNS: "timeout_dns"
        case .timeoutConnect: "timeout_connect"
        case .timeoutTLS: "timeout_tls"
        case .timeoutTotal: "timeout_total"
        case .dnsError: "dns_error"
        case .addressBlocked: "address_blocked"
        case .refused: "refused"
        case .reset: "reset"
        case .unreachable: "unreachable"
        case .tlsExpired: "tls_expired"
        case .tlsName: "tls_name"
        case .tlsUntrusted: "tls_untrusted"
        case .tlsProtocol: "tls_protocol"
        case .protocolError: "protocol_error"
        case .responseTooLarge: "response_too_large"
        case .senderError: "sender_error"
        }
    }

    /// The class with its detail, `address_blocked (loopback)`.
    public var description: String {
        switch self {
        case .addressBlocked(let reason): "\(shortDescription) (\(reason.rawValue))"
        case .protocolError(let fault): "\(shortDescription) (\(fault.rawValue))"
        case .senderError(let fault): "\(shortDescription) (\(fault.rawValue))"
        default: shortDescription
        }
    }
}
