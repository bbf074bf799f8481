/// Why the room itself turned a request or a connection away: a bounded set, fit for a metric label.
public enum RequestRefusal: String, Sendable, CaseIterable {
    /// Bytes that are no HTTP/1.1 request.
    case malformed
    /// Content-Length with Transfer-Encoding, or several lengths.
    case framingConflict = "framing_conflict"
    /// CONNECT, which this server does not do.
    case methodNotServed = "method_not_served"
    /// The request line is too long.
    case requestLineTooLong = "request_line_too_long"
    /// The header fields are too long or too many.
    case headersTooLarge = "headers_too_large"
    /// The body is longer than allowed.
    case bodyTooLarge = "body_too_large"
    /// Other connections hold as many bytes of unfinished bodies as the listener may.
    case tooManyBodyBytes = "too_many_body_bytes"
    /// The head did not arrive in time.
    case headerTimeout = "header_timeout"
    /// The body did not arrive in time.
    case bodyTimeout = "body_timeout"
    /// The body arrives more slowly than allowed.
    case bodyTooSlow = "body_too_slow"
    /// A body that is taken in parts brought nothing for too long.
    case streamPaused = "stream_paused"
    /// The listener has as many connections as it may.
    case tooManyConnections = "too_many_connections"
    /// The peer has as many connections as it may.
    case tooManyConnectionsFromAddress = "too_many_connections_from_address"
    /// Nothing came for too long: closed without an answer.
    case idle
    /// The peer takes no bytes: closed without an answer.
    case stalledWrite = "stalled_write"

    /// The status of the answer; nil where the connection is closed without one.
    public var status: Int? {
        switch self {
        case .malformed, .framingConflict: 400
        case .methodNotServed: 405
        case .requestLineTooLong: 414
        case .headersTooLarge: 431
        case .bodyTooLarge: 413
        case .headerTimeout, .bodyTimeout, .bodyTooSlow, .streamPaused: 408
        case .tooManyConnections, .tooManyConnectionsFromAddress, .tooManyBodyBytes: 503
        case .idle, .stalledWrite: nil
        }
    }

    /// What was wrong and what is allowed, for the answer.
    func message(_ limits: HTTPLimits) -> String {
        switch self {
        case .malformed: "malformed HTTP/1.1 request"
        case .framingConflict: "give either one Content-Length or Transfer-Encoding: chunked, not both"
        case .methodNotServed: "this method is not served here"
        case .requestLineTooLong: "request line longer than \(limits.requestLineByteCountMax) bytes"
        case .headersTooLarge:
            "headers larger than \(limits.headerByteCountMax) bytes or more than \(limits.headerFieldCountMax) fields"
        case .bodyTooLarge: "body larger than \(limits.bodyByteCountMax) bytes"
        case .tooManyBodyBytes: "too many bodies are under way; try again later"
        case .headerTimeout: "headers not complete within \(limits.headerSecondsMax) seconds"
        case .bodyTimeout: "body not complete within \(limits.bodySecondsMax) seconds"
        case .bodyTooSlow: "body slower than \(limits.bodyBytesPerSecondMin) bytes per second"
        case .streamPaused: "no byte of the body for \(limits.streamPauseSecondsMax) seconds"
        case .tooManyConnections: "too many connections; try again later"
        case .tooManyConnectionsFromAddress:
            "more than \(limits.connectionsPerAddressMax) connections from one address"
        case .idle: "idle for \(limits.idleSecondsMax) seconds"
        case .stalledWrite: "no bytes taken for \(limits.stalledWriteSecondsMax) seconds"
        }
    }
}
