internal import Engine
internal import MessageModel
internal import Tillwire

extension OrderConsumer {
    /// Takes orders until the task is cancelled or the store closes. A batch that is being committed then is committed; what was not is taken again at
    /// the next start.
    public func consume() async {
        var failureCount: UInt64 = 0
        while !Task.isCancelled {
            do throws(BrokerError) {
                try await loadIfNeeded()
                let messages = try await queue.receiveInOrder(
                    max: ConsumerLimits.batchCountMax, visibilityMillis: ConsumerLimits.visibilityMillis,
                    waitMillis: ConsumerLimits.pollMillisMax)
                guard !messages.isEmpty else { continue }
                try await takeAll(messages)
                failureCount = 0
            } catch {
                if error == .closed { return }
                if error == .cancelled { continue }
                failed(error)
                await pause(afterFailures: failureCount)
                failureCount += 1
            }
        }
    }

    /// Runs an operator's change between two batches, with memory as the rows have it, and commits what it changed. Durable when this returns.
    ///
    /// - Parameter body: changes memory, or throws before it changed anything; called on this actor.
    /// - Throws: ``ConsumerChangeError``.
    public func change<Result: Sendable, Refusal: Error>(
        _ body: (isolated Self) async throws(Refusal) -> Result
    ) async throws(ConsumerChangeError<Refusal>) -> Result {
        guard await takeTurn(bounded: true) else { throw .overloaded }
        defer { turn.give() }
        do throws(BrokerError) { try await loadWithTurn() } catch { throw .store(error) }
        let result: Result
        do throws(Refusal) { result = try await body(self) } catch { throw .refused(error) }
        do throws(BrokerError) { try await commit([]) } catch {
            isLoaded = false
            throw .store(error)
        }
        return result
    }

    private func loadIfNeeded() async throws(BrokerError) {
        guard !isLoaded else { return }
        _ = await takeTurn(bounded: false)
        defer { turn.give() }
        try await loadWithTurn()
    }

    private func loadWithTurn() async throws(BrokerError) {
        guard !isLoaded else { return }
        try await reload()
        isLoaded = true
    }

    private func takeAll(_ messages: [Message<E>]) async throws(BrokerError) {
        _ = await takeTurn(bounded: false)
        defer { turn.give() }
        do throws(BrokerError) {
            // Somebody's change may have failed while this waited for its turn.
            try await loadWithTurn()
            try await apply(messages)
        } catch {
            isLoaded = false
            // Best effort: what cannot be given back now comes back when its lease ends, still in order.
            _ = try? await broker.settle(messages.map { Settlement($0.receipt, .release(delayMillis: 0)) })
            throw error
        }
    }

    private func apply(_ messages: [Message<E>]) async throws(BrokerError) {
        let consumed = messages.map { intake.judge($0.delivery) }
        try await prepare(consumed)
        var settlements: [Settlement<E.Receipt>] = []
        for (message, delivered) in zip(consumed, messages) {
            take(message)
            settlements.append(Settlement(delivered.receipt, .acknowledge))
            guard settlements.count + changeCount >= ConsumerLimits.partCountCut else { continue }
            try await commit(settlements)
            settlements.removeAll(keepingCapacity: true)
        }
        if !settlements.isEmpty { try await commit(settlements) }
    }

    private func commit(_ settlements: [Settlement<E.Receipt>]) async throws(BrokerError) {
        let changes = takeChanges()
        guard !settlements.isEmpty || !changes.isEmpty else { return }
        try await broker.commit(Transaction(settlements: settlements, sends: changes.sends, rows: changes.rows))
        changesCommitted()
    }

    /// False where `bounded` and too many wait already.
    private func takeTurn(bounded: Bool) async -> Bool {
        if turn.takeIfFree() { return true }
        if bounded, !turn.hasRoom { return false }
        await withCheckedContinuation { turn.wait($0) }
        return true
    }

    private func pause(afterFailures count: UInt64) async {
        let millis = min(ConsumerLimits.pauseMillisMin << min(count, 6), ConsumerLimits.pauseMillisMax)
        try? await Task.sleep(for: .milliseconds(time.realMilliseconds(for: millis) ?? millis))
    }
}
