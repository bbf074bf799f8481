internal import Synchronization

/// Counts the requests between arrival and answer, keeps their number and bytes under a bound, and tells when none is left. Thread-safe.
final class RequestGate: Sendable {
    private struct Contents {
        var count = 0
        /// Their body bytes, and bytes of answers that wait for their clients.
        var byteCount = 0
        /// After the end of the service began, nothing more is let in.
        var isClosed = false
        /// Whoever waits for the last one to leave.
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let settings: QueueAPISettings
    private let contents = Mutex(Contents())

    init(settings: QueueAPISettings) { self.settings = settings }

    /// Requests under way.
    var count: Int { contents.withLock { $0.count } }

    /// Lets one request in, unless the bounds are reached or the door is closed.
    func enter(byteCount: Int) -> Bool {
        contents.withLock { contents in
            guard !contents.isClosed, contents.count < settings.requestsInFlightMax,
                contents.byteCount + byteCount <= settings.requestBytesInFlightMax
            else { return false }
            contents.count += 1
            contents.byteCount += byteCount
            return true
        }
    }

    /// Takes a request out again after its answer.
    func leave(byteCount: Int) {
        let waiter = contents.withLock { contents -> CheckedContinuation<Void, Never>? in
            contents.count -= 1
            contents.byteCount -= byteCount
            return contents.count == 0 ? contents.waiter.take() : nil
        }
        waiter?.resume()
    }

    /// Counts bytes that leave later than their request: an answer its client has not taken yet. Requests come in again when they are gone.
    func hold(byteCount: Int) { contents.withLock { $0.byteCount += byteCount } }

    /// Takes them out again.
    func letGo(byteCount: Int) { contents.withLock { $0.byteCount -= byteCount } }

    /// Lets nothing more in.
    func close() { contents.withLock { $0.isClosed = true } }

    /// Returns when no request is under way, or when ``stopWaiting()`` is called. One caller at a time.
    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = contents.withLock { contents in
                guard contents.count > 0 else { return true }
                contents.waiter = continuation
                return false
            }
            if isEmpty { continuation.resume() }
        }
    }

    /// Ends the wait though requests are still under way.
    func stopWaiting() { contents.withLock { $0.waiter.take() }?.resume() }
}
