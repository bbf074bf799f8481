internal import HTTPDataPlane
internal import MessageModel
internal import NIOCore
internal import Synchronization
internal import Webhooks

/// The server on loopback that takes the risk control's block and unblock callbacks: verifies, keeps its book, answers.
/// Thread-safe.
final class CallbackServer: Sendable {
    private static let path = "/risk/callbacks"

    /// Where callbacks go, and the key that signs them.
    let endpoint: MerchantRegistryFile.Endpoint
    private let handler: CallbackHandler
    private let server: DataPlaneServer

    private init(endpoint: MerchantRegistryFile.Endpoint, handler: CallbackHandler, server: DataPlaneServer) {
        self.endpoint = endpoint
        self.handler = handler
        self.server = server
    }

    /// Starts it on any free port.
    static func start(network: SimulatorNetwork, time: any TimeSource) async throws(SimulatorError) -> CallbackServer {
        let secret = WebhookSecret.generate()
        let handler = CallbackHandler(verifier: WebhookVerifier(secrets: [secret]), time: time)
        let (server, root) = try await network.startServer(handler, what: "the receiver of risk callbacks")
        return CallbackServer(
            endpoint: MerchantRegistryFile.Endpoint(url: root + path, secret: secret), handler: handler, server: server)
    }

    /// What it received so far.
    var book: CallbackBook { handler.book }

    func stop() async {
        await server.stop(graceSeconds: 0)
    }
}

/// Answers every callback at once.
private final class CallbackHandler: DataPlaneHandler {
    private let verifier: WebhookVerifier
    private let time: any TimeSource
    private let box = Mutex(CallbackBook(refusalCount: RiskScenario.callbackRefusalCount))

    init(verifier: WebhookVerifier, time: any TimeSource) {
        self.verifier = verifier
        self.time = time
    }

    var book: CallbackBook { box.withLock { $0 } }

    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch { exchange.respond(DataPlaneResponse(status: status(of: exchange.request))) }
    }

    private func status(of request: DataPlaneRequest) -> Int {
        let body = Array(request.body.readableBytesView)
        let verdict = verifier.verify(
            headers: request.headers.map { (name: $0.name, value: $0.value) }, payload: body,
            nowSeconds: time.unixSeconds)
        return box.withLock { book in
            switch verdict {
            case .accepted(let id, _): book.take(id: id, body: body)
            case .rejected: book.takeUnsigned()
            }
        }
    }
}
