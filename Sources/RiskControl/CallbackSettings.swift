public import HTTPDataPlane
public import Webhooks

/// Where blocks and unblocks are told.
public struct CallbackSettings: Sendable {
    /// The URL; checked against the policy of endpoints.
    public let url: EndpointURL
    /// Signs every callback (Standard Webhooks).
    public let signer: WebhookSigner
    /// The User-Agent.
    public let userAgent: String

    /// Joins the members.
    public init(url: EndpointURL, signer: WebhookSigner, userAgent: String = "Tillwire-Risk/1") {
        self.url = url
        self.signer = signer
        self.userAgent = userAgent
    }
}
