import ArgumentParser
import Dispatch
import Glibc

/// Runs work that Ctrl-C and SIGTERM cancel, so that child processes are stopped with it.
enum Interruptible {
    /// Returns what the work returns.
    /// - Throws: what the work throws; ``interrupted`` where a signal ended it.
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
        do {
            return try await task.value
        } catch  where task.isCancelled {
            throw interrupted
        }
    }

    /// The exit status of a program that Ctrl-C ended, as shells count it.
    static let interrupted = ExitCode(130)
}
