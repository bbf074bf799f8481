internal import MessageModel
internal import Synchronization

/// One backup on its way, as others see it: they can have it stop. Thread-safe.
final class BackupRun: Sendable {
    private let reason = Mutex<BrokerError?>(nil)

    /// Has it stop at its next step; the first reason counts.
    func stop(_ why: BrokerError) { reason.withLock { $0 = $0 ?? why } }

    /// - Throws: why it is to stop.
    func check() throws(BrokerError) {
        if let why = reason.withLock({ $0 }) { throw why }
    }
}

/// Lets one backup run at a time, and stops it when the store is closed or opened anew: it must not hold the environment then. Thread-safe.
final class BackupGate: Sendable {
    private let running = Mutex<BackupRun?>(nil)

    /// A run of one's own; nil where there is one already.
    func begin() -> BackupRun? {
        running.withLock { running in
            guard running == nil else { return nil }
            let run = BackupRun()
            running = run
            return run
        }
    }

    /// Lets the next one begin.
    func end() { running.withLock { $0 = nil } }

    /// Stops the one that runs.
    func stop(_ why: BrokerError) { running.withLock { $0 }?.stop(why) }
}
