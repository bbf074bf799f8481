internal import Engine
internal import MessageModel
internal import Synchronization

/// What one loop over messages holds: those not yet read, and the one in hand. Thread-safe; one task calls ``next()`` at a time.
///
/// It enters the broker's registry with the first call and leaves when nothing it held is open any more, so that closing the broker waits
/// for the loop's body, but not for a loop that was left, and not for a body whose message is settled.
final class MessageFeed<E: Engine>: Sendable {
    private struct State {
        /// Leased, not yet read, from `head` on.
        var unread: [Delivery<E.Receipt>] = []
        var head = 0
        var inHand: E.Receipt?
        /// Whether the loop is in ``MessageFeed/next()``; else it is in its body, or gone.
        var isAsking = false
        /// Nothing is received or handed out any more.
        var isStopped = false
        var keeper: LeaseKeeper<E>?
        var keeping: Task<Void, Never>?
        var stopID: UInt64?

        mutating func takeUnread() -> [E.Receipt] {
            defer { (unread, head) = ([], 0) }
            return unread[head...].map(\.receipt)
        }
    }

    private enum Pick {
        case message(Delivery<E.Receipt>)
        case none
        case stopped
    }

    private let messages: Messages<E>
    private let poll: InterruptibleReceive<E>
    private let state = Mutex(State())

    init(_ messages: Messages<E>) {
        self.messages = messages
        poll = InterruptibleReceive(messages.queue.engine)
    }

    /// See ``Messages/Iterator/next(isolation:)``.
    func next() async throws(BrokerError) -> Message<E>? {
        let (before, keeper) = state.withLock { state in
            state.isAsking = true
            return (state.inHand.take(), state.keeper)
        }
        if let before { keeper?.letGo([before]) }
        do throws(BrokerError) {
            if let message = try await find() { return message }
        } catch {
            await endAndWait()
            if error == .closed || error == .cancelled { return nil }
            throw error
        }
        await endAndWait()
        return nil
    }

    /// Hands out what is there, else receives. Nil where it is over.
    private func find() async throws(BrokerError) -> Message<E>? {
        let keeper = try begin()
        while !Task.isCancelled {
            switch pick() {
            case .message(let delivery):
                guard keeper.isLive(delivery.receipt) else {
                    keeper.letGo([delivery.receipt])
                    continue
                }
                guard handOut(delivery.receipt) else {
                    keeper.release([delivery.receipt])
                    return nil
                }
                return Message(messages.queue.engine, delivery)
            case .stopped: return nil
            case .none: try await fetch(keeper)
            }
        }
        return nil
    }

    private func pick() -> Pick {
        state.withLock { state in
            guard !state.isStopped else { return .stopped }
            guard state.head < state.unread.count else { return .none }
            state.head += 1
            return .message(state.unread[state.head - 1])
        }
    }

    /// The loop's body has it from now on; false where the feed was stopped meanwhile.
    private func handOut(_ receipt: E.Receipt) -> Bool {
        state.withLock { state in
            guard !state.isStopped else { return false }
            state.inHand = receipt
            state.isAsking = false
            return true
        }
    }

    private func fetch(_ keeper: LeaseKeeper<E>) async throws(BrokerError) {
        let deliveries = try await poll.receive(
            ReceiveRequest(
                queue: messages.queue.id, countMax: messages.prefetch, visibilityMillis: messages.visibilityMillis,
                waitMillis: Limits.pollMillisMax, consumer: messages.consumer))
        keeper.hold(deliveries)
        // Stopped while it received: nobody will read these.
        let unwanted = state.withLock { state in
            (state.unread, state.head) = (deliveries, 0)
            return state.isStopped ? state.takeUnread() : []
        }
        keeper.release(unwanted)
    }

    /// Enters the registry and starts to keep leases, the first time.
    private func begin() throws(BrokerError) -> LeaseKeeper<E> {
        if let keeper = state.withLock({ $0.keeper }) { return keeper }
        guard 1...Limits.prefetchCountMax ~= messages.prefetch else {
            throw .outOfRange("prefetch of \(messages.prefetch): 1 to \(Limits.prefetchCountMax) are allowed")
        }
        let registry = messages.queue.consumers
        let visibility = try messages.queue.leaseMillis(messages.visibilityMillis)
        let keeper = LeaseKeeper<E>(
            messages.queue.engine, registry.clock, visibilityMillis: visibility
        ) { [weak self] receipt in self?.lost(receipt) }
        let id = try registry.enter(
            .init(stop: { [weak self] in self?.stop() }, abandon: { [weak self] in self?.finish() }))
        let keeping = Task {
            await keeper.run()
            registry.leave(id)
        }
        state.withLock { ($0.keeper, $0.keeping) = (keeper, keeping) }
        if let stop = messages.stop {
            let stopID = stop.onStop { [weak self] in self?.stop() }
            state.withLock { $0.stopID = stopID }
        }
        return keeper
    }

    /// Hands out nothing more; gives back what is unread. The message in hand stays its holder's, where it is still open.
    func stop() {
        let (keeper, unread, inHand, isIdle) = state.withLock { state in
            state.isStopped = true
            return (state.keeper, state.takeUnread(), state.inHand, !state.isAsking)
        }
        poll.interrupt()
        keeper?.release(unread)
        guard isIdle else { return }
        if let inHand, let keeper, keeper.isLive(inHand) { keeper.probe(inHand) } else { finish() }
    }

    /// A lease is gone; where it was all that kept a stopped feed, that ends.
    private func lost(_ receipt: E.Receipt) {
        let isOver = state.withLock { $0.isStopped && !$0.isAsking && $0.inHand == receipt }
        if isOver { finish() }
    }

    /// The end, whatever is open: unread messages go back, the one in hand is kept no longer.
    func finish() {
        let (keeper, unread, stopID) = state.withLock { state in
            state.isStopped = true
            return (state.keeper, state.takeUnread(), state.stopID.take())
        }
        if let stopID { messages.stop?.forget(stopID) }
        poll.interrupt()
        keeper?.release(unread)
        keeper?.end()
    }

    /// Ends, and returns when what was unread is visible to others.
    private func endAndWait() async {
        finish()
        await state.withLock { $0.keeping }?.value
    }
}
