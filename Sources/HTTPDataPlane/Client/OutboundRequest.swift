/// One request to an endpoint.
///
/// Written as: request line, Host, the fields exactly in the order given, Content-Length if it was not among them.
public struct OutboundRequest: Sendable {
    /// The method, `POST` by default.
    public var method: String
    /// Where it goes.
    public var url: EndpointURL
    /// The fields behind Host. Host and Transfer-Encoding are refused; Content-Length must be the body's.
    public var headers: HTTPFields
    /// The body, sent as it is.
    public var body: [UInt8]
    /// Time limits of this attempt instead of the client's.
    public var timeLimits: OutboundTimeLimits?

    /// A request; nothing is checked before it is sent.
    public init(
        method: String = "POST", url: EndpointURL, headers: HTTPFields = [:], body: [UInt8] = [],
        timeLimits: OutboundTimeLimits? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeLimits = timeLimits
    }

    /// What keeps this request from being sent, if anything.
    func fault(_ settings: OutboundSettings) -> OutboundFailure? {
        switch url.violation(of: settings.policy) {
        case .addressBlocked(let reason): return .addressBlocked(reason)
        case .some: return .senderError(.urlNotAllowed)
        case nil: break
        }
        guard FieldText.isToken(method), method != "CONNECT" else { return .senderError(.invalidMethod) }
        guard headers.allSatisfy({ FieldText.isToken($0.name) && FieldText.isValue($0.value) }) else {
            return .senderError(.malformedHeader)
        }
        let isReserved = headers.occurrences(of: "host") + headers.occurrences(of: "transfer-encoding") > 0
        if isReserved { return .senderError(.reservedHeader) }
        let lengths = headers.values(of: "content-length")
        guard lengths.isEmpty || lengths == [String(body.count)] else { return .senderError(.lengthMismatch) }
        let isTooLarge =
            body.count > settings.limits.requestBodyByteCountMax
            || headers.byteCount > settings.limits.requestHeaderByteCountMax
        return isTooLarge ? .senderError(.requestTooLarge) : nil
    }
}
