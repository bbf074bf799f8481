internal import NIOCore
internal import Synchronization

/// Carries items from any thread to one event loop: one wake-up for all that arrive before the loop looks.
///
/// Bounded by what posts into it: an exchange posts one answer; a stream has one write under way, since its writer waits for its turn, and one wish for
/// more of its body; a task is enqueued once at a time; a caller of the client posts one request and one cancellation.
final class LoopMailbox<Item: Sendable>: Sendable {
    private struct Box {
        var items: [Item] = []
        var isClosed = false
    }

    private let loop: any EventLoop
    private let deliver: @Sendable ([Item]) -> Void
    /// Items not yet seen by the loop, and whether more are taken.
    private let box = Mutex(Box())

    /// `deliver` is called on the loop with everything that came since its last call.
    init(loop: any EventLoop, deliver: @escaping @Sendable ([Item]) -> Void) {
        self.loop = loop
        self.deliver = deliver
    }

    /// Thread-safe. Wakes the loop only when the box was empty; returns false when the box is closed.
    ///
    /// The wake-up happens under the lock, so that behind ``close()`` nobody touches a loop that may have ended. The loop's
    /// own lock is the only one taken inside, and it never calls back.
    @discardableResult
    func post(_ item: Item) -> Bool {
        box.withLock { box in
            guard !box.isClosed else { return false }
            box.items.append(item)
            if box.items.count == 1 { loop.execute { self.drain() } }
            return true
        }
    }

    /// As ``post(_:)`` for each, under one lock.
    func post(contentsOf items: [Item]) {
        guard !items.isEmpty else { return }
        box.withLock { box in
            guard !box.isClosed else { return }
            let wasEmpty = box.items.isEmpty
            box.items.append(contentsOf: items)
            if wasEmpty { loop.execute { self.drain() } }
        }
    }

    /// Takes nothing any more; what was posted before is still delivered.
    func close() {
        box.withLock { $0.isClosed = true }
    }

    private func drain() {
        deliver(
            box.withLock { box in
                let taken = box.items
                box.items = []
                return taken
            })
    }
}
