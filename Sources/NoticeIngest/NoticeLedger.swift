internal import PaymentNotice
internal import Synchronization

/// The counters of the door, shared by the event loops and the recorder. Thread-safe; taken once per batch.
final class NoticeLedger: Sendable {
    private struct Contents {
        var figures = NoticeFigures()
        /// When a line about this kind of alarm was last logged, milliseconds.
        var loggedAtMillis: [String: UInt64] = [:]
    }

    private let contents = Mutex(Contents())

    /// Changes the counters.
    func update(_ change: (inout NoticeFigures) -> Void) {
        contents.withLock { change(&$0.figures) }
    }

    /// The counters at this moment.
    var figures: NoticeFigures { contents.withLock { $0.figures } }

    /// Whether a line about this kind of alarm may be logged now. Kinds come from a bounded set.
    func mayLog(_ kind: String, nowMillis: UInt64) -> Bool {
        contents.withLock { contents in
            if let last = contents.loggedAtMillis[kind], nowMillis < last + NoticeIngestLimits.alarmLogMillisMin {
                return false
            }
            contents.loggedAtMillis[kind] = nowMillis
            return true
        }
    }
}
