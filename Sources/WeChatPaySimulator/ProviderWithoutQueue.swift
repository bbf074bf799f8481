internal import AccessControl
internal import HTTPDataPlane
internal import MessageModel
internal import NIOCore
internal import PaymentNotice
internal import Synchronization
internal import Webhooks

/// The world before there was a queue: a provider that notifies the merchant inside the notice's request and answers
/// the platform only then. It remembers nothing; where the merchant fails or is late, the platform delivers the same
/// message again.
///
/// Verifies notices and signs pushes by the same rules as the provider with the queue. Thread-safe.
final class ProviderWithoutQueue: DataPlaneHandler {
    static let path = "/notify/wechat/v3"

    private struct Route {
        let url: EndpointURL
        let signer: WebhookSigner
    }

    private let verifier: NoticeVerifier<PlatformKeys>
    private let client: OutboundClient
    private let policy: EndpointPolicy
    private let time: any TimeSource
    private let routes = Mutex<[String: Route]>([:])
    private let storeIDs: [String: String]

    init(
        schedule: PaymentSchedule, keys: PlatformKeys, client: OutboundClient, policy: EndpointPolicy,
        time: any TimeSource
    ) {
        let settings = NoticeVerifierSettings(providerMerchantIDs: [SimulatedMerchant.providerMerchantID])
        verifier = NoticeVerifier(settings: settings, crypto: keys)
        let shops = schedule.merchants.flatMap(\.shops)
        storeIDs = Dictionary(shops.flatMap { shop in shop.deviceIDs.map { ($0, shop.storeID) } }) { first, _ in first }
        self.client = client
        self.policy = policy
        self.time = time
    }

    /// From now on orders of this merchant are pushed there.
    func register(_ merchant: SimulatedMerchant, _ endpoint: MerchantRegistryFile.Endpoint) throws(SimulatorError) {
        do {
            let url = try EndpointURL.parse(endpoint.url, policy: policy)
            let route = Route(url: url, signer: try WebhookSigner(keys: [.secret(endpoint.secret)]))
            routes.withLock { $0[merchant.merchantID] = route }
        } catch {
            throw .network("the endpoint of merchant \(merchant.merchantID): \(error)")
        }
    }

    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch {
            Task { exchange.respond(DataPlaneResponse(status: await status(of: exchange.request))) }
        }
    }

    private func status(of request: DataPlaneRequest) async -> Int {
        let headers = NoticeHeaders(list: request.headers.map { (name: $0.name, value: $0.value) })
        let verdict = verifier.verdict(
            headers: headers, body: Array(request.body.readableBytesView), nowSeconds: time.unixSeconds)
        switch verdict {
        case .refused(let refusal, _): return refusal.status
        case .other: return 200
        case .payment(let transaction, _): return await push(transaction) ? 200 : 500
        }
    }

    /// True when the merchant took the order.
    private func push(_ transaction: PaidTransaction) async -> Bool {
        guard let route = routes.withLock({ $0[transaction.merchantID] }) else { return false }
        let message = OrderPaymentMessage(
            transaction, storeID: storeIDs[transaction.deviceID] ?? "", source: .notice)
        let body = message.encode()
        let id = message.messageID(sha256: Hashes.sha256)
        let nowSeconds = time.unixSeconds
        guard let signature = try? route.signer.signature(id: id, timestampSeconds: nowSeconds, payload: body) else {
            return false
        }
        let headers = HTTPFields([
            ("Content-Type", "application/json; charset=utf-8"), (WebhookHeaderName.id, id),
            (WebhookHeaderName.timestamp, String(nowSeconds)), (WebhookHeaderName.signature, signature),
        ])
        let limits = OutboundTimeLimits(totalMillis: SimulatorLimits.synchronousPushMillisMax)
        let answer = try? await client.send(
            OutboundRequest(url: route.url, headers: headers, body: body, timeLimits: limits))
        return answer.map { 200..<300 ~= $0.status } ?? false
    }
}
