internal import Synchronization

/// Counts the notices between arrival and answer, keeps their number and bytes under a bound, and tells when none is left. Thread-safe.
final class NoticeGate: Sendable {
    private struct Contents {
        /// Notices under way.
        var count = 0
        /// Their body bytes.
        var byteCount = 0
        /// After the end of the service began, nothing more is let in.
        var isClosed = false
        /// Nobody is to wait any more for those under way.
        var isOver = false
        /// Whoever waits for the last one to leave.
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let settings: NoticeIngestSettings
    private let contents = Mutex(Contents())

    init(settings: NoticeIngestSettings) { self.settings = settings }

    /// Notices under way.
    var count: Int { contents.withLock { $0.count } }

    /// Lets one notice in, unless the bounds are reached or the door is closed.
    func enter(byteCount: Int) -> Bool {
        contents.withLock { contents in
            guard !contents.isClosed, contents.count < settings.noticesInFlightMax,
                contents.byteCount + byteCount <= settings.noticeBytesInFlightMax
            else { return false }
            contents.count += 1
            contents.byteCount += byteCount
            return true
        }
    }

    /// Counts work that is to be waited for as a notice is, whatever the bounds; ended by ``leave(count:byteCount:)``.
    func hold() { contents.withLock { $0.count += 1 } }

    /// Takes notices out again after their answer.
    func leave(count: Int, byteCount: Int) {
        let waiter = contents.withLock { contents -> CheckedContinuation<Void, Never>? in
            contents.count -= count
            contents.byteCount -= byteCount
            return contents.count == 0 ? contents.waiter.take() : nil
        }
        waiter?.resume()
    }

    /// Lets nothing more in.
    func close() { contents.withLock { $0.isClosed = true } }

    /// Returns when no notice is under way, or when ``stopWaiting()`` is called. One caller at a time.
    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = contents.withLock { contents in
                guard contents.count > 0, !contents.isOver else { return true }
                contents.waiter = continuation
                return false
            }
            if isEmpty { continuation.resume() }
        }
    }

    /// Ends the wait though notices are still under way; also one that begins later.
    func stopWaiting() {
        let waiter = contents.withLock { contents -> CheckedContinuation<Void, Never>? in
            contents.isOver = true
            return contents.waiter.take()
        }
        waiter?.resume()
    }
}
