public import PushSchedule

/// Where and how a merchant's orders are pushed.
public struct MerchantEndpoint: Sendable, Hashable {
    /// The URL; it was checked against the endpoint policy when it was registered.
    public let url: String
    /// Signing keys (`whsec_…`, `whsk_…`), newest first, 1…``MerchantLimits/secretCountMax``. Never shown once stored.
    public let secrets: [String]
    /// Which answer counts as accepted.
    public let ackMode: EndpointAckMode
    /// When it is tried again; nil takes the daemon's.
    public let ladder: EndpointLadder?
    /// Milliseconds of one attempt; nil takes the daemon's.
    public let timeoutMillis: Int?

    /// Joins the members; ``MerchantRegistry`` checks them.
    public init(
        url: String, secrets: [String], ackMode: EndpointAckMode = .status, ladder: EndpointLadder? = nil,
        timeoutMillis: Int? = nil
    ) {
        self.url = url
        self.secrets = secrets
        self.ackMode = ackMode
        self.ladder = ladder
        self.timeoutMillis = timeoutMillis
    }
}

/// Which answer of an endpoint counts as accepted (`merchant-push.md` §2), as it is registered.
public enum EndpointAckMode: Sendable, Hashable {
    /// 200…299.
    case status
    /// 200…299 and the body is one of these texts.
    case body([String])
    /// The answer says SUCCESS in JSON or XML.
    case code

    /// The mode for the schedule.
    public var mode: AckMode {
        switch self {
        case .status: .status
        case .body(let texts): .body(texts)
        case .code: .code
        }
    }
}

/// A retry ladder (`merchant-push.md` §4), as it is registered.
public enum EndpointLadder: Sendable, Hashable {
    case standard, wechat, alipay
    /// Delays behind the first attempt in milliseconds, within the bounds of `RetryLadder.custom`.
    case custom(delaysMillis: [Int])

    /// The ladder for the schedule.
    ///
    /// - Throws: `RetryLadderError` where custom delays break their bounds.
    public func ladder() throws(RetryLadderError) -> RetryLadder {
        switch self {
        case .standard: .standard
        case .wechat: .wechat
        case .alipay: .alipay
        case .custom(let delays): try .custom(delaysMillis: delays)
        }
    }
}
