internal import HTTPDataPlane
public import MessageModel
internal import Synchronization

/// A simulated WeChat Pay on loopback: API v3 under `/v3`, API v2 under `/pay`, the control interface under `/control`, and the
/// deliveries of notices with the platform's table of repeats. Thread-safe; one `run`.
public final class PlatformServer: Sendable {
    /// How a platform is set up.
    public struct Settings: Sendable, Equatable {
        /// The port; 0 takes any free one.
        public var port: UInt16 = 0
        /// Where notices of API v3 go; nil: where each order says.
        public var notifyURL: String?
        /// Where notices of API v2 go; nil: where each order says.
        public var notifyURLv2: String?
        /// The table of repeats and the platform's patience.
        public var ladder = NoticeLadder()
        /// Everything random but keys and nonces comes from it.
        public var seed: UInt64 = 1

        /// A platform in real time on any port.
        public init() {}
    }

    private let settings: Settings
    let network: SimulatorNetwork
    let core: PlatformCore

    /// A platform that does not listen yet.
    /// - Parameter certificatePEM: the first certificate, as ``KeyFolder/readCertificatePEM()`` gives it.
    /// - Throws: ``SimulatorError``.
    public init(
        settings: Settings, keys: SimulatorKeys, certificatePEM: String, time: any TimeSource
    ) throws(SimulatorError) {
        self.settings = settings
        network = try SimulatorNetwork()
        for url in [settings.notifyURL, settings.notifyURLv2].compactMap(\.self) { _ = try network.url(url) }
        core = try PlatformCore(
            keys: keys, certificatePEM: certificatePEM, seed: settings.seed, network: network,
            addresses: NoticeAddresses(v3: settings.notifyURL, v2: settings.notifyURLv2), ladder: settings.ladder,
            time: time)
    }

    /// Listens and delivers until its task is cancelled; then answers under way are finished and what is not confirmed stays so.
    /// - Parameter serving: told once where it listens: `http://127.0.0.1:PORT`.
    public func run(serving: @Sendable (String) throws -> Void) async throws {
        do {
            let server = try await listen()
            do {
                try serving(core.root)
                await core.deliveries.run()
            } catch {
                await server.stop(graceSeconds: 0)
                throw error
            }
            await server.stop(graceSeconds: 1)
        } catch {
            await network.shutdown()
            throw error
        }
        await network.shutdown()
    }

    private func listen() async throws(SimulatorError) -> DataPlaneServer {
        let server = DataPlaneServer(
            settings: DataPlaneServerSettings(host: Loopback.address, port: Int(settings.port)), loops: network.loops,
            handler: PlatformHandler(core: core))
        do {
            let address = try await server.start()
            core.root = "http://\(Loopback.address):\(address.port)"
            return server
        } catch {
            throw .network("the platform: \(error)")
        }
    }
}

/// Tells the interfaces apart. Signing takes a millisecond: answers are made outside the event loop.
struct PlatformHandler: DataPlaneHandler {
    let core: PlatformCore

    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch {
            Task { exchange.respond(await answer(exchange.request)) }
        }
    }

    @concurrent
    func answer(_ request: DataPlaneRequest) async -> DataPlaneResponse {
        if request.path.hasPrefix("/control/") { return ControlAPI(core: core).answer(request) }
        let delay = core.misbehaviour.answerDelayMillis
        if delay > 0 { try? await Task.sleep(for: .milliseconds(delay)) }
        if request.path.hasPrefix("/v3/") { return PlatformAPIv3(core: core).answer(request) }
        if request.path.hasPrefix("/pay/") { return PlatformAPIv2(core: core).answer(request) }
        return PlatformAPIv3.failure(APIFault(404, "NOT_FOUND", "there is no such interface"))
    }
}
