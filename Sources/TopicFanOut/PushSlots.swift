internal import Synchronization

/// Bounds the pushes under way: two pools of places, one for subscribers that answer well and one for all others, so that endpoints that hang
/// take no place from those that answer. Each pool serves in the order of arrival. Thread-safe.
final class PushSlots: Sendable {
    private struct Pool {
        var freeCount: Int
        /// Who waits, in order; those that were cancelled are missing from `waiters`.
        var order: [UInt64] = []
        var waiters: [UInt64: CheckedContinuation<Bool, Never>] = [:]
    }
    private struct State {
        var fast: Pool
        var slow: Pool
        var lastID: UInt64 = 0
    }

    private let state: Mutex<State>

    /// `count` places, of which a quarter, at least one, is for the slow.
    init(count: Int) {
        let slow = max(count / TopicFanOutLimits.slowShare, 1)
        state = Mutex(State(fast: Pool(freeCount: max(count - slow, 1)), slow: Pool(freeCount: slow)))
    }

    /// Takes a place where one is free and nobody waits for it.
    func takeIfFree(isSlow: Bool) -> Bool {
        state.withLock { state in
            Self.pool(isSlow, &state) { pool in
                guard pool.freeCount > 0 else { return false }
                pool.freeCount -= 1
                return true
            }
        }
    }

    /// Takes a place, waiting for it; false where the task was cancelled, and then none was taken.
    func take(isSlow: Bool) async -> Bool {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    // Looked at under the lock: a cancellation after this look finds the waiter.
                    if Task.isCancelled { return false }
                    return Self.pool(isSlow, &state) { pool in
                        if pool.freeCount > 0 {
                            pool.freeCount -= 1
                            return true
                        }
                        pool.order.append(id)
                        pool.waiters[id] = continuation
                        return nil
                    }
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { state in Self.pool(isSlow, &state) { $0.waiters.removeValue(forKey: id) } }?
                .resume(returning: false)
        }
    }

    /// Gives a place back.
    func give(isSlow: Bool) {
        let next = state.withLock { state in
            Self.pool(isSlow, &state) { pool -> CheckedContinuation<Bool, Never>? in
                while !pool.order.isEmpty {
                    if let waiter = pool.waiters.removeValue(forKey: pool.order.removeFirst()) { return waiter }
                }
                pool.freeCount += 1
                return nil
            }
        }
        next?.resume(returning: true)
    }

    /// Pushes that wait for a place.
    var waitingCount: Int { state.withLock { $0.fast.waiters.count + $0.slow.waiters.count } }

    private static func pool<Result>(_ isSlow: Bool, _ state: inout State, _ body: (inout Pool) -> Result) -> Result {
        isSlow ? body(&state.slow) : body(&state.fast)
    }
}
