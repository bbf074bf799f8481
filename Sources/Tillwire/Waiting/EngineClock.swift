package import MessageModel
internal import Synchronization

/// Waits by the engine's clock, be it one that runs or one that a test moves by hand. Thread-safe.
package final class EngineClock: Sendable {
    private let time: any TimeSource
    /// Whoever looks again when the clock jumps.
    private let sleepers = Mutex<[ObjectIdentifier: Wakeup]>([:])

    /// Waits by `time`.
    package init(_ time: any TimeSource) {
        self.time = time
        // A clock keeps its listeners for ever: one per broker, which may go before it.
        time.onJump { [weak self] in self?.jumped() }
    }

    /// The present moment.
    package var now: Timestamp { time.now }

    /// Runs `body`, during which jumps of the clock raise `wakeup`.
    package func wakingOnJumps<Result>(_ wakeup: Wakeup, _ body: () async -> Result) async -> Result {
        sleepers.withLock { $0[ObjectIdentifier(wakeup)] = wakeup }
        defer { sleepers.withLock { $0[ObjectIdentifier(wakeup)] = nil } }
        return await body()
    }

    /// Waits until `moment` (nil: for ever), a raise of `wakeup`, a jump of the clock or the task's cancellation: the caller looks again then.
    ///
    /// Call it within ``wakingOnJumps(_:_:)`` with the same wakeup.
    package func wait(for wakeup: Wakeup, until moment: Timestamp?) async {
        guard let moment else { return await wakeup.wait() }
        let rest = moment.millisecondsSince(now)
        guard rest > 0 else { return }
        // A clock that does not run: only its jump, which raises the wakeup, brings the moment.
        guard let millis = time.realMilliseconds(for: rest) else { return await wakeup.wait() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: .milliseconds(max(1, millis))) }
            group.addTask { await wakeup.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits until `moment`, or until `isOver` says true after a raise of `wakeup`, or until the task is cancelled.
    package func wait(for wakeup: Wakeup, until moment: Timestamp, unless isOver: () -> Bool) async {
        await wakingOnJumps(wakeup) {
            while now < moment, !isOver(), !Task.isCancelled { await wait(for: wakeup, until: moment) }
        }
    }

    private func jumped() {
        for wakeup in sleepers.withLock({ Array($0.values) }) { wakeup.raise() }
    }
}
