internal import HTTPDataPlane
internal import Hummingbird
internal import Logging
internal import ServiceLifecycle

/// A listener of the data plane as a service. A graceful stop accepts nothing more and answers what is under way, for at most
/// ``DaemonLimits/listenerGraceSeconds``.
struct DataPlaneListener: Service {
    let name: ReadyBoard.Listener
    let server: DataPlaneServer
    let board: ReadyBoard

    func run() async throws {
        do {
            board.serves(name, at: try await server.start().description)
        } catch {
            throw DaemonError.failed("\(name.rawValue): \(error)")
        }
        // Cancelled or asked to stop: either way the listener ends here.
        try? await gracefulShutdown()
        board.stops()
        await server.stop(graceSeconds: DaemonLimits.listenerGraceSeconds)
    }
}

/// The operator's API as a service: names its address where it cannot be bound.
struct AdminListener<App: ApplicationProtocol>: Service {
    let application: App
    let address: String

    func run() async throws {
        do {
            try await application.run()
        } catch is CancellationError {
            return
        } catch {
            throw DaemonError.failed("admin: cannot serve at \(address): \(error)")
        }
    }
}
