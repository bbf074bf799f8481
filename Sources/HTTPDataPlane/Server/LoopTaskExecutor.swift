internal import NIOCore

/// Runs tasks on one event loop, between its turns: whoever answers that loop's requests from such a task needs no other thread on the way.
///
/// Jobs never block. Once the loop may end they run on the shared pool instead, so that no task is left halfway. Thread-safe.
final class LoopTaskExecutor: TaskExecutor {
    private struct Job: Sendable {
        let job: UnownedJob
        let executor: LoopTaskExecutor
    }

    private let mailbox: LoopMailbox<Job>

    init(loop: any EventLoop) {
        mailbox = LoopMailbox(loop: loop) { jobs in
            for one in jobs { one.job.runSynchronously(on: one.executor.asUnownedTaskExecutor()) }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if !mailbox.post(Job(job: job, executor: self)) { globalConcurrentExecutor.enqueue(job) }
    }

    /// Nothing from now on reaches the loop.
    func close() { mailbox.close() }
}
