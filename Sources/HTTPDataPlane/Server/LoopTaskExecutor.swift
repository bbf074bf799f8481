internal import NIOCore
internal import Synchronization

/// Runs tasks on one event loop, between its turns: whoever answers that loop's requests from such a task needs no other thread on the way.
///
/// Jobs never block. Once the loop may end they run on the shared pool instead, so that no task is left halfway. Thread-safe.
final class LoopTaskExecutor: TaskExecutor {
    private let loop: any EventLoop
    private let isClosed = Mutex(false)

    init(loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // Under the lock, as in `LoopMailbox`: behind `close()` nobody touches a loop that may have ended.
        let isTaken = isClosed.withLock { isClosed in
            guard !isClosed else { return false }
            loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
            return true
        }
        if !isTaken { globalConcurrentExecutor.enqueue(job) }
    }

    /// Nothing from now on reaches the loop.
    func close() { isClosed.withLock { $0 = true } }
}
