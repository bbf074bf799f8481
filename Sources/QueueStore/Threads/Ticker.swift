internal import MessageModel

/// Calls back at given moments of the injected clock: ends of polls and leases, due messages, the write-behind. One thread, one heap, no
/// timer per message.
final class Ticker: Sendable {
    /// What to look at.
    enum Target: Hashable {
        case queue(QueueID)
        case writer
        case compactor
        case scrubber
    }

    private struct Item: Comparable {
        let at: Timestamp
        let target: Target
        static func < (left: Item, right: Item) -> Bool { left.at < right.at }
        static func == (left: Item, right: Item) -> Bool { left.at == right.at && left.target == right.target }
    }

    private struct State {
        var items = MinHeap<Item>()
        var isStopping = false
    }

    private let signal = Signal(State())
    private let time: any TimeSource

    init(time: any TimeSource) {
        self.time = time
        time.onJump { [signal] in signal.update { _ in true } }
    }

    /// Looks at `target` at the moment `at` or soon after.
    func schedule(_ target: Target, at: Timestamp) {
        signal.update { state in
            let wakes = state.items.first.map { at < $0.at } ?? true
            state.items.push(Item(at: at, target: target))
            return wakes
        }
    }

    /// Ends ``run(_:)``.
    func stop() {
        signal.update { state in
            state.isStopping = true
            return true
        }
    }

    /// Calls `look` for each target whose moment has come, until ``stop()``. Runs on a thread of its own.
    func run(_ look: (Set<Target>) -> Void) {
        while let due = next() { look(due) }
    }

    private func next() -> Set<Target>? {
        signal.wait(
            sleep: { state in
                guard let first = state.items.first else { return nil }
                return self.time.realMilliseconds(for: first.at.millisecondsSince(self.time.now)).map {
                    max(1, min($0, 86_400_000)) * 1_000_000
                }
            },
            take: { state -> Set<Target>?? in
                if state.isStopping { return .some(nil) }
                let now = self.time.now
                var due: Set<Target> = []
                while let first = state.items.first, first.at <= now {
                    due.insert(first.target)
                    state.items.pop()
                }
                return due.isEmpty ? nil : .some(due)
            })
    }
}
