internal import Engine
internal import Logging
internal import MessageModel
internal import PaymentEntry
internal import Tillwire
internal import TopicConsumer

/// Announcements on the disk, written behind.
extension OrderRecovery {
    /// Reads the rows of an earlier run.
    func load() async throws(BrokerError) {
        var found: [RecoveryCase] = []
        try await entry.broker.forEachRow(RecoveryRows.space, prefix: .empty) { row in
            if let one = RecoveryRows.decode(row) { found.append(one) } else { counts.unreadableRows += 1 }
            return true
        }
        for one in found { restore(one) }
        if counts.unreadableRows > 0 {
            logger.critical(
                "rows of announced orders cannot be read: their payments are left to the bill",
                metadata: ["rows": "\(counts.unreadableRows)"])
        }
        if !found.isEmpty {
            logger.notice("announced orders of the last run are open still", metadata: ["count": "\(found.count)"])
        }
    }

    private func restore(_ one: RecoveryCase) {
        if !book.restore(one.open) {
            // Announced again shortly before a crash: the later row stands.
            if let older = book.number(of: one.open.announcement.key), let left = schedule.remove(older) {
                book.close(left.open)
                dirty.insert(older)
            }
            _ = book.restore(one.open)
        }
        schedule.put(one)
    }

    /// Takes what changed in the book since the last time.
    func takeChanges() {
        guard book.hasChanges else { return }
        let changes = book.takeChanges()
        // Settled first: one that was replaced is among both.
        for number in changes.settled { forget(number) }
        for open in changes.added {
            schedule.add(open)
            dirty.insert(open.number)
        }
    }

    /// Removes a case, and its row where it has or may have one.
    func forget(_ number: UInt64) {
        guard let one = schedule.remove(number) else { return }
        if one.isStored { dirty.insert(number) } else { dirty.remove(number) }
    }

    /// Makes the rows what the schedule says. What the store does not take, or may not have taken, is tried again.
    func flush() async {
        while !dirty.isEmpty {
            // In the order of the keys, so that neighbours share pages.
            let numbers = dirty.sorted()
            dirty = []
            let groupCount = OrderRecoveryLimits.rowsPerTransaction * OrderRecoveryLimits.transactionsPerCommit
            var isRefused = false
            for start in stride(from: 0, to: numbers.count, by: groupCount) {
                let group = numbers[start..<min(start + groupCount, numbers.count)]
                if isRefused { dirty.formUnion(group) } else { isRefused = await !write(group) }
            }
            guard isRefused else { continue }
            writeDueMillis = nowMillis + OrderRecoveryLimits.storePauseMillis
            return
        }
    }

    /// Commits rows; false where some were not taken, and these are dirty again.
    private func write(_ numbers: ArraySlice<UInt64>) async -> Bool {
        var parts: [ArraySlice<UInt64>] = []
        var transactions: [Transaction<E.Receipt>] = []
        for start in stride(from: numbers.startIndex, to: numbers.endIndex, by: OrderRecoveryLimits.rowsPerTransaction)
        {
            let part = numbers[start..<min(start + OrderRecoveryLimits.rowsPerTransaction, numbers.endIndex)]
            parts.append(part)
            transactions.append(Transaction(rows: part.map(change)))
        }
        do throws(BrokerError) {
            let outcomes = try await entry.broker.commit(transactions)
            var isWhole = true
            for (index, part) in parts.enumerated() {
                if index < outcomes.count, case .committed = outcomes[index] { continue }
                isWhole = false
                dirty.formUnion(part)
            }
            if !isWhole, mayLog("rows") { logger.error("the store does not take rows of announced orders") }
            return isWhole
        } catch {
            dirty.formUnion(numbers)
            if mayLog("rows") { logger.error("the store does not take rows of announced orders: \(error)") }
            return false
        }
    }

    private func change(_ number: UInt64) -> RowChange {
        let key = RecoveryRows.key(number)
        guard let one = schedule[number] else { return RowChange(space: RecoveryRows.space, key: key, value: nil) }
        // From here on it may be on the disk, whatever the commit answers.
        schedule.noteStored(number)
        return RowChange(space: RecoveryRows.space, key: key, value: RecoveryRows.encode(one))
    }
}
