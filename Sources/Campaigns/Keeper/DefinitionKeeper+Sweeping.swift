public import MessageModel
public import TopicConsumer

extension DefinitionKeeper {
    /// Takes orders and sweeps until the task is cancelled or the store closes.
    public func consumeAndSweep() async {
        time.onJump { [sweepSignal] in sweepSignal.raise() }
        // Rows may be left of an earlier start.
        sweepSignal.raise()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.sweepWhenWoken() }
            group.addTask { await self.wakeSweep() }
            await self.consume()
            group.cancelAll()
        }
    }

    /// Deletes the rows of closed and removed definitions, ``KeeperLimits/sweepRowCountMax`` a commit, each between two batches of orders.
    ///
    /// - Returns: rows deleted.
    /// - Throws: why the store refused a step; the steps before are durable, the rest is found again.
    @discardableResult
    public func sweep() async throws(ConsumerChangeError<BrokerError>) -> Int {
        var deleted = 0
        while let count = try await change({ (keeper) throws(BrokerError) in try await keeper.sweepStep() }) {
            deleted += count
            counters.sweptRowCount += UInt64(count)
        }
        return deleted
    }

    /// Stages one step; nil where there is nothing to sweep.
    private func sweepStep() async throws(BrokerError) -> Int? {
        guard let number = book.nextToSweep else { return nil }
        // The turn is held over the read: nobody else changes the book meanwhile.
        let keys = try await book.keysToSweep(number, broker: broker)
        book.sweep(number, keys: keys)
        return keys.count
    }

    private func sweepWhenWoken() async {
        for await _ in sweepSignal.wakes {
            do throws(ConsumerChangeError<BrokerError>) {
                try await sweep()
            } catch {
                switch error {
                case .store(.closed), .refused(.closed): return
                case .store(let reason), .refused(let reason): failed(reason)
                // The next look comes in an hour, or with the next removal.
                case .overloaded: continue
                }
            }
        }
    }

    private nonisolated func wakeSweep() async {
        while !Task.isCancelled {
            let millis = KeeperLimits.sweepMillis
            try? await Task.sleep(for: .milliseconds(time.realMilliseconds(for: millis) ?? millis))
            sweepSignal.raise()
        }
    }
}
