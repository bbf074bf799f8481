public import Engine
internal import Hummingbird
public import Logging
public import ServiceLifecycle

/// Why the operator's API does not serve.
public struct OperatorListenerError: Error, Sendable, CustomStringConvertible {
    /// The address and the system's reason.
    public let description: String
}

/// The operator's API as a service. A graceful stop answers what is under way and closes.
public struct OperatorListener<E: Engine>: Service {
    private let services: ConsoleServices<E>
    private let host: String
    private let port: Int
    private let logger: Logger
    private let onReady: @Sendable (_ address: String) async -> Void

    /// A listener that does not listen yet.
    ///
    /// - Parameters:
    ///   - port: 0 takes any free one.
    ///   - onReady: called once with the address it listens at, `host:port`.
    public init(
        _ services: ConsoleServices<E>, host: String, port: Int, logger: Logger,
        onReady: @escaping @Sendable (_ address: String) async -> Void
    ) {
        self.services = services
        self.host = host
        self.port = port
        self.logger = logger
        self.onReady = onReady
    }

    /// Serves until the graceful shutdown.
    ///
    /// - Throws: ``OperatorListenerError`` where the address cannot be bound.
    public func run() async throws {
        let shown = host.contains(":") ? "[\(host)]" : host
        let onReady = onReady
        let application = OperatorAPI.application(services, host: host, port: port, logger: logger) { port in
            await onReady("\(shown):\(port)")
        }
        do {
            try await application.run()
        } catch is CancellationError {
            return
        } catch {
            throw OperatorListenerError(description: "the operator's API cannot serve at \(shown):\(port): \(error)")
        }
    }
}
