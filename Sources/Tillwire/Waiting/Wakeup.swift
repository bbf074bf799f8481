internal import Synchronization

/// Lets one task wait for a call of ``raise()``; any number of calls before it waits are one. Thread-safe; one task waits at a time.
package final class Wakeup: Sendable {
    private struct State {
        /// Raised while nobody waited.
        var isRaised = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Nobody raised it yet.
    package init() {}

    /// Ends the present wait, or the next one at once.
    package func raise() {
        let waiter = state.withLock { state in
            if state.waiter == nil { state.isRaised = true }
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Returns when it was raised, or when the task is cancelled.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // Looked at under the lock: a cancellation after this look finds the waiter.
                    if state.isRaised || Task.isCancelled {
                        state.isRaised = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
    }
}
