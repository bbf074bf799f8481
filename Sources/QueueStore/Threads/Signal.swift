internal import Glibc

/// A state under a lock and a condition to wait for its change: how other threads hand work to a thread of the store.
@safe
final class Signal<State>: @unchecked Sendable {
    /// Touched under `mutex` only.
    private var state: State
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init(_ state: State) {
        self.state = state
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs `body` under the lock; wakes the waiting thread where it returns true. Must not suspend or block.
    func update(_ body: (inout State) -> Bool) {
        unsafe pthread_mutex_lock(mutex)
        let wakes = body(&state)
        unsafe pthread_mutex_unlock(mutex)
        if wakes { unsafe pthread_cond_signal(condition) }
    }

    /// Runs `body` under the lock and returns its result.
    func read<Result>(_ body: (inout State) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body(&state)
    }

    /// Waits until `take` returns something, looking again after each wake-up and after at most the milliseconds that `sleep` says (nil:
    /// no limit).
    func wait<Result>(sleep: (inout State) -> UInt64?, take: (inout State) -> Result?) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = take(&state) { return result }
            if let milliseconds = sleep(&state) {
                var until = Self.moment(in: milliseconds)
                unsafe pthread_cond_timedwait(condition, mutex, &until)
            } else {
                unsafe pthread_cond_wait(condition, mutex)
            }
        }
    }

    private static func moment(in milliseconds: UInt64) -> timespec {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        let nanoseconds = now.tv_nsec + Int(milliseconds % 1_000) * 1_000_000
        return timespec(
            tv_sec: now.tv_sec + Int(min(milliseconds / 1_000, 86_400)) + nanoseconds / 1_000_000_000,
            tv_nsec: nanoseconds % 1_000_000_000)
    }
}
