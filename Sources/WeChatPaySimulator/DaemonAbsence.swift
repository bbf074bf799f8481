internal import Synchronization

/// When the daemon was away between its kill and its next ready line. Thread-safe.
final class DaemonAbsence: Sendable {
    private let box = Mutex<(killedAtMillis: Int64?, servedAtMillis: Int64?)>((nil, nil))

    /// It is about to be killed. Unix milliseconds.
    func begin(atMillis: Int64) { box.withLock { $0.killedAtMillis = atMillis } }

    /// It serves again. Unix milliseconds.
    func end(atMillis: Int64) { box.withLock { $0.servedAtMillis = atMillis } }

    /// The time between, Unix milliseconds; nil when it never was away or did not come back.
    var range: Range<Int64>? {
        box.withLock { times in
            guard let killed = times.killedAtMillis, let served = times.servedAtMillis, killed <= served else {
                return nil
            }
            return killed..<served
        }
    }
}
