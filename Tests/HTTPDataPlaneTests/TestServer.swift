import HTTPDataPlane
import NIOCore
import Synchronization

/// Answers from a closure and keeps what it was handed.
final class ClosureHandler: DataPlaneHandler {
    private let answer: @Sendable ([DataPlaneExchange]) -> Void
    private let sizes = Mutex<[Int]>([])

    init(_ answer: @escaping @Sendable ([DataPlaneExchange]) -> Void) {
        self.answer = answer
    }

    /// Answers every request with its path and body.
    static var echo: ClosureHandler {
        ClosureHandler { batch in
            for exchange in batch {
                let body = String(buffer: exchange.request.body)
                exchange.respond(
                    DataPlaneResponse(status: 200, body: ByteBuffer(string: exchange.request.path + " " + body)))
            }
        }
    }

    var batchSizes: [Int] { sizes.withLock { $0 } }

    func handle(_ batch: [DataPlaneExchange]) {
        sizes.withLock { $0.append(batch.count) }
        answer(batch)
    }
}

/// Runs a server on a free loopback port for the time of a test.
func withServer<Result>(
    _ handler: any DataPlaneHandler, limits: HTTPLimits = HTTPLimits(), tls: DataPlaneServerSettings.TLSFiles? = nil,
    counters: DataPlaneCounters = DataPlaneCounters(),
    _ body: (DataPlaneAddress, DataPlaneLoops) async throws -> Result
) async throws -> Result {
    let loops = DataPlaneLoops(count: 2)
    let settings = DataPlaneServerSettings(tls: tls, limits: limits)
    let server = DataPlaneServer(settings: settings, loops: loops, handler: handler, counters: counters)
    do {
        let result = try await body(try await server.start(), loops)
        await server.stop(graceSeconds: 0)
        await loops.shutdown()
        return result
    } catch {
        await server.stop(graceSeconds: 0)
        await loops.shutdown()
        throw error
    }
}

/// Runs a client that may reach the loopback addresses for the time of a test.
func withClient<Result>(
    _ loops: DataPlaneLoops, limits: OutboundLimits = OutboundLimits(), trustedRootsPath: String? = nil,
    resolver: any NameResolver = SystemResolver(), policy: EndpointPolicy? = nil,
    _ body: (OutboundClient) async throws -> Result
) async throws -> Result {
    let allowed = try policy ?? EndpointPolicy.demo()
    let settings = OutboundSettings(policy: allowed, limits: limits, trustedRootsPath: trustedRootsPath)
    let client = OutboundClient(settings: settings, loops: loops, resolver: resolver)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

func demoURL(
    _ port: Int, _ path: String = "/", scheme: String = "http", host: String = "127.0.0.1"
) throws -> EndpointURL {
    try EndpointURL.parse("\(scheme)://\(host):\(port)\(path)", policy: EndpointPolicy.demo())
}
