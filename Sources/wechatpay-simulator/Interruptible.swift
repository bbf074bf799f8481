import Dispatch
import Glibc

/// Runs work that Ctrl-C and SIGTERM cancel, so that child processes are stopped with it.
enum Interruptible {
    /// Returns what the work returns.
    /// - Throws: what the work throws; after a signal usually `CancellationError`.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let task = Task { try await work() }
        let sources = [SIGINT, SIGTERM].map { number in
            // The default action would end the process before the source is told.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { task.cancel() }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try await task.value
    }
}
