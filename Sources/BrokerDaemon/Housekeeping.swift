internal import Engine
internal import Logging
internal import Merchants
internal import ServiceLifecycle

/// Forgets restriction cases that were closed 100 days ago, once an hour. A stop in between loses nothing.
struct Housekeeping<E: Engine>: Service {
    let book: RestrictionBook<E>
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await sweep()
                try? await Task.sleep(for: .seconds(DaemonLimits.sweepSeconds))
            }
        }
    }

    private func sweep() async {
        do {
            while try await book.sweep() > 0, !Task.isCancelled {}
        } catch {
            logger.warning("closed restriction cases could not be forgotten", metadata: ["reason": "\(error)"])
        }
    }
}
