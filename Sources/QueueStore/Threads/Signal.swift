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

    /// Runs `body` under the lock; wakes the waiting thread where it returns true, or all that wait. Must not suspend or block.
    func update(wakingAll: Bool = false, _ body: (inout State) -> Bool) {
        unsafe pthread_mutex_lock(mutex)
        let wakes = body(&state)
        unsafe pthread_mutex_unlock(mutex)
        guard wakes else { return }
        if wakingAll { unsafe pthread_cond_broadcast(condition) } else { unsafe pthread_cond_signal(condition) }
    }

    /// Runs `body` under the lock and returns its result.
    func read<Result>(_ body: (inout State) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body(&state)
    }

    /// Waits until `take` returns something, looking again after each wake-up and after at most the nanoseconds that `sleep` says (nil:
    /// no limit).
    func wait<Result>(sleep: (inout State) -> UInt64?, take: (inout State) -> Result?) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = take(&state) { return result }
            if let nanoseconds = sleep(&state) {
                var until = Self.moment(in: nanoseconds)
                unsafe pthread_cond_timedwait(condition, mutex, &until)
            } else {
                unsafe pthread_cond_wait(condition, mutex)
            }
        }
    }

    private static func moment(in nanoseconds: UInt64) -> timespec {
        let until = MonotonicClock.nanoseconds + min(nanoseconds, 86_400_000_000_000)
        return timespec(tv_sec: Int(until / 1_000_000_000), tv_nsec: Int(until % 1_000_000_000))
    }
}

/// Real time for how long threads wait for one another; moments of messages come from the injected clock.
enum MonotonicClock {
    static var nanoseconds: UInt64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}
