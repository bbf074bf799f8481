internal import HTTPDataPlane

/// The network side of a simulation: one set of event loops, one client that may go to loopback addresses only.
struct SimulatorNetwork: Sendable {
    let loops: DataPlaneLoops
    let policy: EndpointPolicy
    let client: OutboundClient

    init() throws(SimulatorError) {
        do {
            policy = try EndpointPolicy.demo()
        } catch {
            throw .network("loopback addresses: \(error)")
        }
        loops = DataPlaneLoops()
        client = Self.client(policy: policy, loops: loops)
    }

    /// Another client with connections of its own.
    func anotherClient() -> OutboundClient {
        Self.client(policy: policy, loops: loops)
    }

    /// Ends the loops; servers must have stopped.
    func shutdown() async {
        await client.shutdown()
        await loops.shutdown()
    }

    func url(_ text: String) throws(SimulatorError) -> EndpointURL {
        do {
            return try EndpointURL.parse(text, policy: policy)
        } catch {
            throw .network("\(text): \(error)")
        }
    }

    func startServer(
        _ handler: any DataPlaneHandler, what: String
    ) async throws(SimulatorError) -> (DataPlaneServer, root: String) {
        let settings = DataPlaneServerSettings(host: Loopback.address, port: 0)
        let server = DataPlaneServer(settings: settings, loops: loops, handler: handler)
        do {
            let address = try await server.start()
            return (server, "http://\(Loopback.address):\(address.port)")
        } catch {
            throw .network("\(what): \(error)")
        }
    }

    private static func client(policy: EndpointPolicy, loops: DataPlaneLoops) -> OutboundClient {
        var settings = OutboundSettings(policy: policy)
        settings.limits.connectionsPerEndpointMax = SimulatorLimits.connectionsPerEndpointMax
        return OutboundClient(settings: settings, loops: loops)
    }
}
