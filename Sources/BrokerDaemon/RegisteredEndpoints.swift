internal import HTTPDataPlane
internal import Logging
internal import MerchantPush
internal import Merchants
internal import PushSchedule
internal import Settings
internal import Synchronization
internal import Webhooks

/// The registry as merchant push sees it: an endpoint is made ready once per change of its merchant. Thread-safe.
final class RegisteredEndpoints: PushDirectory {
    private struct Ready: Sendable {
        let revision: UInt64
        let endpoint: PushEndpoint?
    }

    private let merchants: MerchantDirectory
    private let settings: PushSettings
    private let policy: EndpointPolicy
    private let logger: Logger
    /// Ready endpoints by merchant; bounded by the registry.
    private let ready = Mutex<[String: Ready]>([:])

    /// Endpoints of the merchants in `merchants`.
    init(merchants: MerchantDirectory, settings: PushSettings, policy: EndpointPolicy, logger: Logger) {
        self.merchants = merchants
        self.settings = settings
        self.policy = policy
        self.logger = logger
    }

    /// The merchant's endpoint; nil where it is not registered, paused, without endpoint, or its endpoint is no longer allowed.
    func endpoint(merchantID: String) -> PushEndpoint? {
        guard let merchant = merchants.merchant(merchantID), let registered = merchant.pushEndpoint else {
            ready.withLock { _ = $0.removeValue(forKey: merchantID) }
            return nil
        }
        let known = ready.withLock { $0[merchantID] }
        if let known, known.revision == merchant.revision { return known.endpoint }
        let made = make(merchantID, registered)
        ready.withLock { $0[merchantID] = Ready(revision: merchant.revision, endpoint: made) }
        return made
    }

    private func make(_ merchantID: String, _ registered: MerchantEndpoint) -> PushEndpoint? {
        do {
            let ladder = try registered.ladder?.ladder() ?? defaultLadder
            return PushEndpoint(
                merchantID: merchantID, endpointID: "ep_" + merchantID,
                url: try EndpointURL.parse(registered.url, policy: policy),
                signer: try WebhookSigner(keys: registered.secrets.map { try WebhookSigningKey($0) }),
                ackMode: registered.ackMode.mode, ladder: ladder.scaled(by: settings.ladderScale),
                attemptMillisMax: min(
                    registered.timeoutMillis ?? settings.attemptTimeoutMillis, settings.visibilityMillis - 10_000))
        } catch {
            // Its orders are held: visible, and delivered once the endpoint or the policy is put right.
            logger.error(
                "a registered endpoint cannot be used",
                metadata: ["merchant_id": "\(merchantID)", "reason": "\(error)"])
            return nil
        }
    }

    private var defaultLadder: RetryLadder {
        switch settings.ladder {
        case .standard: .standard
        case .wechat: .wechat
        case .alipay: .alipay
        }
    }
}
