internal import Engine
internal import MessageModel
internal import Synchronization

/// One run of ``Queue/consume(concurrency:prefetch:visibilityMillis:backoff:as:until:report:_:)``. Thread-safe.
///
/// One task receives, as many as may run at once call the handler, one extends leases, one settles. They meet in the ``Inbox``, whose
/// bound holds all of them back.
final class Consumer<E: Engine>: Sendable {
    private struct State {
        var inbox: Inbox<E.Receipt>
        var workerCount: Int
        var failure: BrokerError?
        var isAbandoned = false
    }

    private let engine: E
    private let clock: EngineClock
    private let request: ReceiveRequest
    private let backoff: Backoff
    private let workerCount: Int
    private let report: @Sendable (ConsumeEvent<E>) -> Void
    private let handler: @Sendable (Message<E>) async throws -> Void
    private let poll: InterruptibleReceive<E>
    private let keeper: LeaseKeeper<E>
    /// There may be room, or it is over.
    private let roomChanged = Wakeup()
    /// Handlers are to be cancelled, or all have ended.
    private let workEnded = Wakeup()
    private let state: Mutex<State>

    init(
        _ queue: Queue<E>, _ request: ReceiveRequest, visibilityMillis: UInt64, concurrency: Int, prefetch: Int,
        backoff: Backoff, report: @escaping @Sendable (ConsumeEvent<E>) -> Void,
        handler: @escaping @Sendable (Message<E>) async throws -> Void
    ) {
        engine = queue.engine
        clock = queue.consumers.clock
        self.request = request
        self.backoff = backoff
        self.report = report
        self.handler = handler
        workerCount = concurrency
        poll = InterruptibleReceive(queue.engine)
        keeper = LeaseKeeper(queue.engine, queue.consumers.clock, visibilityMillis: visibilityMillis)
        state = Mutex(State(inbox: Inbox(heldCountMax: prefetch), workerCount: concurrency))
    }

    /// Runs until the task is cancelled, ``stop()`` or a failure; returns when everything held is settled or given back.
    func run() async throws(BrokerError) {
        let settler = Settler<E>(engine, clock, report: report) { [weak self] in self?.settled($0) }
        let keeping = Task { await keeper.run() }
        let settling = Task { await settler.run() }
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.fetch() }
                for _ in 0..<workerCount { group.addTask { await self.work(settler) } }
                // The handlers of a cancelled task are cancelled with it; those of an abandoned consumer must be here.
                await workEnded.wait()
                if state.withLock({ $0.isAbandoned }) { group.cancelAll() }
            }
        } onCancel: {
            stop()
        }
        settler.end()
        await settling.value
        keeper.end()
        await keeping.value
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Takes nothing new and gives back what no handler has; handlers go on.
    func stop() {
        let (resumptions, unread) = state.withLock { $0.inbox.end() }
        for resumption in resumptions { resumption.waiter.resume(returning: nil) }
        keeper.release(unread.map(\.receipt))
        poll.interrupt()
        roomChanged.raise()
    }

    /// Cancels the handlers too.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        stop()
        workEnded.raise()
    }

    // MARK: Receiving

    private func fetch() async {
        while !Task.isCancelled {
            let (room, isEnded) = state.withLock { ($0.inbox.roomOrWait(), $0.inbox.isEnded) }
            if isEnded { return }
            guard room > 0 else {
                await roomChanged.wait()
                continue
            }
            var request = request
            request.countMax = min(room, Limits.batchCountMax)
            do throws(BrokerError) {
                offer(try await poll.receive(request))
            } catch {
                await receiveFailed(error)
            }
        }
    }

    private func offer(_ deliveries: [Delivery<E.Receipt>]) {
        keeper.hold(deliveries)
        let (resumptions, unwanted) = state.withLock { $0.inbox.offer(deliveries) }
        for resumption in resumptions { resumption.waiter.resume(returning: resumption.delivery) }
        keeper.release(unwanted.map(\.receipt))
    }

    private func receiveFailed(_ error: BrokerError) async {
        switch error {
        case .cancelled, .closed: stop()
        case _ where error.isPassing:
            report(.receiveFailed(error))
            let until = clock.now.adding(milliseconds: Limits.consumerRetryMillis)
            await clock.wait(for: roomChanged, until: until) { self.state.withLock { $0.inbox.isEnded } }
        default:
            state.withLock { $0.failure = error }
            stop()
        }
    }

    // MARK: Handling

    private func work(_ settler: Settler<E>) async {
        while let delivery = await next() {
            guard keeper.isLive(delivery.receipt) else {
                // Its lease ended before a handler was free: others have it.
                letGo([delivery.receipt])
                continue
            }
            let message = Message(engine, delivery)
            if let action = await handle(message) {
                settler.add(.init(message: message, action: action))
            } else {
                report(.leaseLost(message))
                letGo([delivery.receipt])
            }
        }
        let isLast = state.withLock { state in
            state.workerCount -= 1
            return state.workerCount == 0
        }
        if isLast { workEnded.raise() }
    }

    private func next() async -> Delivery<E.Receipt>? {
        let (answer, isRoom) = state.withLock { ($0.inbox.take(), $0.inbox.claimRoom()) }
        if isRoom { roomChanged.raise() }
        switch answer {
        case .delivery(let delivery): return delivery
        case .ended: return nil
        case .wait: break
        }
        return await withCheckedContinuation { continuation in
            let (answer, isRoom) = state.withLock { state in
                // Asked again: it may have come, or ended, meanwhile.
                let answer = state.inbox.take()
                if case .wait = answer { state.inbox.wait(continuation) }
                return (answer, state.inbox.claimRoom())
            }
            if isRoom { roomChanged.raise() }
            switch answer {
            case .delivery(let delivery): continuation.resume(returning: delivery)
            case .ended: continuation.resume(returning: nil)
            case .wait: break
            }
        }
    }

    /// What is to become of the message; nil where its lease is lost, so that it is never acknowledged.
    private func handle(_ message: Message<E>) async -> Settlement<E.Receipt>.Action? {
        let action: Settlement<E.Receipt>.Action
        do {
            try await handler(message)
            action = .acknowledge
        } catch {
            if Task.isCancelled {
                action = .release(delayMillis: 0)
            } else {
                report(.handlerFailed(message, error))
                action = .release(delayMillis: backoff.delayMillis(deliveryCount: message.deliveryCount))
            }
        }
        return keeper.isLive(message.receipt) ? action : nil
    }

    private func settled(_ batch: [Settler<E>.Finished]) { letGo(batch.map(\.message.receipt)) }

    private func letGo(_ receipts: [E.Receipt]) {
        keeper.letGo(receipts)
        let isRoom = state.withLock { state in
            state.inbox.letGo(receipts.count)
            return state.inbox.claimRoom()
        }
        if isRoom { roomChanged.raise() }
    }
}
