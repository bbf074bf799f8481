internal import BoundedJSON
internal import HTTPDataPlane

/// Calls the daemon's operator API: what a provider's operator does in the middle of a day, and what the account is
/// drawn from. Thread-safe.
struct OperatorClient: Sendable {
    private let client: OutboundClient
    private let policy: EndpointPolicy
    private let root: String
    private let headers: HTTPFields

    init(client: OutboundClient, policy: EndpointPolicy, root: String, token: String) {
        self.client = client
        self.policy = policy
        self.root = root
        headers = ["Authorization": "Bearer \(token)", "Content-Type": "application/json"]
    }

    /// Registers a merchant; tries again while the daemon is away.
    func register(
        _ merchant: SimulatedMerchant, _ endpoint: MerchantRegistryFile.Endpoint
    ) async throws(SimulatorError) {
        let body = MerchantRegistryFile.registration(merchant, endpoint)
        try await change("PUT", "/merchants/\(merchant.merchantID)", body)
    }

    /// Prohibits a merchant's payments.
    func restrict(merchantID: String, caseID: String) async throws(SimulatorError) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("merchant_id", merchantID)
        writer.member("reason_code", "OPERATOR_REVIEW")
        writer.member("reason", "restricted by the demo's operator for a while")
        writer.endObject()
        try await change("PUT", "/restrictions/\(caseID)", writer.bytes)
    }

    /// Lifts a restriction.
    func lift(caseID: String) async throws(SimulatorError) {
        try await change("POST", "/restrictions/\(caseID)/lift", Array("{\"reason\":\"review done\"}".utf8))
    }

    /// What the daemon reports of its queues; nil while it does not answer.
    func status() async -> DaemonStatus? {
        guard let answer = await call("GET", "/status", []), answer.status == 200 else { return nil }
        return DaemonStatus(answer.body)
    }

    /// What became of an order.
    /// - Throws: ``SimulatorError/operatorAPI(_:)`` when the daemon does not answer or not understandably.
    func order(transactionID: String) async throws(SimulatorError) -> StoredOrder? {
        let path = "/orders/\(transactionID)"
        guard let answer = await call("GET", path, []) else { throw .operatorAPI("GET \(path): no answer") }
        if answer.status == 404 { return nil }
        guard answer.status == 200, let order = StoredOrder(answer.body) else {
            throw .operatorAPI("GET \(path): status \(answer.status), \(Self.excerpt(answer.body))")
        }
        return order
    }

    /// A change that must happen: tried for a bounded time while there is no answer, and an error where the answer is
    /// no success.
    func change(_ method: String, _ path: String, _ body: [UInt8]) async throws(SimulatorError) {
        let clock = WorldClock.running()
        while clock.millis < SimulatorLimits.operatorPatienceMillis, !Task.isCancelled {
            if let answer = await call(method, path, body), answer.status < 500 {
                guard 200..<300 ~= answer.status else {
                    throw .operatorAPI("\(method) \(path): status \(answer.status), \(Self.excerpt(answer.body))")
                }
                return
            }
            try? await Task.sleep(for: .milliseconds(SimulatorLimits.operatorPauseMillis))
        }
        throw .operatorAPI("\(method) \(path): no answer")
    }

    func call(_ method: String, _ path: String, _ body: [UInt8]) async -> OutboundResponse? {
        guard let url = try? EndpointURL.parse("\(root)/admin/v1\(path)", policy: policy) else { return nil }
        let limits = OutboundTimeLimits(totalMillis: SimulatorLimits.callMillisMax)
        return try? await client.send(
            OutboundRequest(method: method, url: url, headers: headers, body: body, timeLimits: limits))
    }

    static func excerpt(_ body: [UInt8]) -> String {
        String(decoding: body.prefix(200), as: UTF8.self)
    }
}
