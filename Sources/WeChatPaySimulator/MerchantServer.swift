internal import HTTPDataPlane
internal import MessageModel
internal import NIOCore
internal import Webhooks

/// One merchant's server on loopback: verifies every push, keeps account, answers as its role says.
///
/// Of the dead merchant there is only the address: nothing listens there. Thread-safe.
final class MerchantServer: Sendable {
    /// The port where nothing listens: 9 is `discard`, which systems do not serve any more.
    private static let deadPort = 9
    private static let path = "/pay/orders"

    let merchant: SimulatedMerchant
    let endpoint: MerchantRegistryFile.Endpoint
    private let server: DataPlaneServer?

    private init(merchant: SimulatedMerchant, endpoint: MerchantRegistryFile.Endpoint, server: DataPlaneServer?) {
        self.merchant = merchant
        self.endpoint = endpoint
        self.server = server
    }

    /// Starts a server on any free port.
    static func start(
        _ merchant: SimulatedMerchant, plan: WorldPlan, clock: WorldClock, time: any TimeSource, ledger: MerchantLedger,
        loops: DataPlaneLoops
    ) async throws(SimulatorError) -> MerchantServer {
        let secret = WebhookSecret.generate()
        func endpoint(port: Int) -> MerchantRegistryFile.Endpoint {
            MerchantRegistryFile.Endpoint(url: "http://\(Loopback.address):\(port)\(path)", secret: secret)
        }
        guard merchant.role != .dead else {
            return MerchantServer(merchant: merchant, endpoint: endpoint(port: deadPort), server: nil)
        }
        let handler = MerchantHandler(
            merchant: merchant, plan: plan, clock: clock, time: time, ledger: ledger,
            verifier: WebhookVerifier(secrets: [secret]))
        let server = DataPlaneServer(
            settings: DataPlaneServerSettings(host: Loopback.address, port: 0), loops: loops, handler: handler)
        do {
            let address = try await server.start()
            return MerchantServer(merchant: merchant, endpoint: endpoint(port: address.port), server: server)
        } catch {
            throw .network("the server of merchant \(merchant.merchantID): \(error)")
        }
    }

    func stop() async {
        await server?.stop(graceSeconds: 0)
    }
}

/// Answers the pushes to one merchant.
private struct MerchantHandler: DataPlaneHandler {
    let merchant: SimulatedMerchant
    let plan: WorldPlan
    let clock: WorldClock
    let time: any TimeSource
    let ledger: MerchantLedger
    let verifier: WebhookVerifier

    func handle(_ batch: [DataPlaneExchange]) {
        let answer = merchant.role.answer(
            atMillis: clock.millis, timeline: plan.timeline, answerLimitMillis: plan.answerLimitMillis)
        let statuses = batch.map { take($0.request, answer) }
        Task {
            try? await Task.sleep(for: .milliseconds(answer.delayMillis))
            for (exchange, status) in zip(batch, statuses) { exchange.respond(DataPlaneResponse(status: status)) }
        }
    }

    /// Accounts for one push and says how it will be answered. What the merchant takes counts as taken even if its
    /// answer comes too late for the sender: that is how orders are delivered twice.
    private func take(_ request: DataPlaneRequest, _ answer: MerchantAnswer) -> Int {
        let body = Array(request.body.readableBytesView)
        let verdict = verifier.verify(
            headers: request.headers.map { (name: $0.name, value: $0.value) }, payload: body,
            nowSeconds: time.unixSeconds)
        guard case .accepted = verdict else {
            ledger.countBadSignature()
            return 401
        }
        guard answer.isSuccess else {
            ledger.countRefused()
            return answer.status
        }
        ledger.take(body, merchantID: merchant.merchantID)
        return answer.status
    }
}
