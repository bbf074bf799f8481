public import HTTPDataPlane
public import PushSchedule
public import Webhooks

/// Where and how one merchant takes its orders, ready to use: parsed once per change of the registry, not once per attempt.
public struct PushEndpoint: Sendable {
    /// The merchant.
    public let merchantID: String
    /// The endpoint's id; enters the jitter of its retries.
    public let endpointID: String
    /// Where it listens; checked against the policy.
    public let url: EndpointURL
    /// Signs with all keys that are active.
    public let signer: WebhookSigner
    /// Which answer counts.
    public let ackMode: AckMode
    /// When a failed order is tried again.
    public let ladder: RetryLadder
    /// Time limit of one attempt, milliseconds, 100…30,000.
    public let attemptMillisMax: Int
    /// Additional header fields.
    public let headers: CustomHeaders?

    /// Joins the members; a time limit outside its range is held at the nearer end.
    public init(
        merchantID: String, endpointID: String, url: EndpointURL, signer: WebhookSigner, ackMode: AckMode = .status,
        ladder: RetryLadder = .standard, attemptMillisMax: Int = 15_000, headers: CustomHeaders? = nil
    ) {
        self.merchantID = merchantID
        self.endpointID = endpointID
        self.url = url
        self.signer = signer
        self.ackMode = ackMode
        self.ladder = ladder
        self.attemptMillisMax = min(
            max(attemptMillisMax, MerchantPushLimits.attemptMillisMin), MerchantPushLimits.attemptMillisMax)
        self.headers = headers
    }
}

/// Tells where a merchant takes its orders: what push needs of the merchant registry.
///
/// Asked once per order: an answer comes from memory and never blocks. Thread-safe.
public protocol PushDirectory: Sendable {
    /// The merchant's endpoint. Nil where nobody registered the merchant, it is paused, or has no endpoint: its orders are then held,
    /// until ``MerchantPush/merchantChanged(_:)`` tells of a change.
    func endpoint(merchantID: String) -> PushEndpoint?
}
