internal import HTTPDataPlane
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
