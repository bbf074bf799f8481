internal import MessageModel
internal import Synchronization

extension Store {
    /// Waits until a message may be visible, the deadline passes, the task is cancelled or the store closes.
    ///
    /// - Throws: ``BrokerError/overloaded(_:)`` where too many wait already.
    func poll(_ state: QueueState, until deadline: Timestamp, _ epoch: UInt64) async throws(BrokerError) {
        let waiting = pollCount.wrappingAdd(1, ordering: .relaxed).newValue
        defer { pollCount.wrappingSubtract(1, ordering: .relaxed) }
        guard waiting <= Limits.pollCountMax else { throw .overloaded("\(Limits.pollCountMax) receives wait already") }
        let id = state.withLock { $0.polls.count < Limits.pollCountPerQueueMax ? $0.polls.makeID() : nil }
        guard let id else {
            throw .overloaded("\(Limits.pollCountPerQueueMax) receives wait at queue \(state.name.text) already")
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { register($0, id, state, deadline, epoch) }
        } onCancel: {
            state.withLock { $0.polls.take(id: id) }?.continuation.resume()
        }
    }

    private func register(
        _ continuation: CheckedContinuation<Void, Never>, _ id: UInt64, _ state: QueueState, _ deadline: Timestamp,
        _ epoch: UInt64
    ) {
        let (isWaiting, schedule) = state.withLock { memory -> (Bool, Timestamp?) in
            guard memory.visibilityEpoch == epoch, !memory.isForgotten, !isClosing.load(ordering: .relaxed) else {
                return (false, nil)
            }
            memory.polls.append(.init(id: id, deadline: deadline, continuation: continuation))
            var at = min(deadline, memory.ends.first?.deadline ?? deadline)
            if memory.holdUntil != .zero { at = min(at, memory.holdUntil) }
            return (true, memory.claimTick(at))
        }
        guard isWaiting else {
            continuation.resume()
            return
        }
        if let schedule { ticker.schedule(.queue(state.id), at: schedule) }
        // Cancelled between the start of waiting and the handler's look: nobody else would take it out.
        if Task.isCancelled { state.withLock { $0.polls.take(id: id) }?.continuation.resume() }
    }

    /// The ticker's look at a queue: ends leases and the hold after a crash, ends polls, wakes those that can be served.
    func tick(_ id: QueueID) {
        guard let state = directory.state(id) else { return }
        let now = time.now
        let (woken, next, isDying) = state.withLock { memory -> ([PollQueue.Poll], Timestamp?, Bool) in
            memory.endHold(at: now)
            _ = memory.endLeases(at: now)
            let woken = memory.polls.takeExpired(at: now) + memory.takeWoken()
            memory.tickAt = .distantFuture
            return (woken, memory.claimTick(memory.nextTick), memory.takeDyingNotice())
        }
        if isDying { announceDying(state) }
        for poll in woken { poll.continuation.resume() }
        if let next { ticker.schedule(.queue(id), at: next) }
    }

    /// Has the writer move what was delivered too often.
    func announceDying(_ state: QueueState) {
        directory.noteDying(state.id)
        mailbox.poke()
    }

    /// Has the longest waiting receive look again.
    func wakeOnePoll(of state: QueueState) {
        for poll in state.withLock({ $0.polls.take(1) }) { poll.continuation.resume() }
    }

    /// Ends every wait at a queue.
    func wakeAllPolls(of state: QueueState) {
        let polls = state.withLock { $0.polls.take($0.polls.count) }
        for poll in polls { poll.continuation.resume() }
    }
}

extension QueueMemory {
    /// The moment for which the ticker must be asked; nil where it looks early enough already.
    mutating func claimTick(_ moment: Timestamp?) -> Timestamp? {
        guard let moment, moment < tickAt else { return nil }
        tickAt = moment
        return moment
    }
}
