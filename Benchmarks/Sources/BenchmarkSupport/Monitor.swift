internal import Glibc

/// A lock with conditions that threads wait for. What it guards stands beside it and is touched within ``withLock(_:)`` only.
public final class Monitor: @unchecked Sendable {
    /// At a fixed place, as pthreads demands; freed in `deinit`.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let conditions: UnsafeMutablePointer<pthread_cond_t>
    private let conditionCount: Int

    /// A lock with `conditionCount` conditions, numbered from 0.
    public init(conditionCount: Int) {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        conditions = .allocate(capacity: conditionCount)
        conditions.initialize(repeating: pthread_cond_t(), count: conditionCount)
        for index in 0..<conditionCount { pthread_cond_init(conditions + index, nil) }
        self.conditionCount = conditionCount
    }

    deinit {
        for index in 0..<conditionCount { pthread_cond_destroy(conditions + index) }
        conditions.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` alone.
    public func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Lets others in until `condition` is signalled, or for no reason: look again. Within ``withLock(_:)`` only.
    public func wait(_ condition: Int) { pthread_cond_wait(conditions + condition, mutex) }

    /// Wakes one thread that waits for `condition`.
    public func signal(_ condition: Int) { pthread_cond_signal(conditions + condition) }
}
