internal import CMQProtocol
internal import Engine
internal import Logging
internal import MessageModel
internal import Tillwire

extension SubscriberLane {
    /// What is committed for one message.
    private struct Part {
        let message: Message<E>
        var transaction: Transaction<E.Receipt>
        /// What is counted once it is durable.
        let counted: (inout FanOutCounts) -> Void
        /// False where the message stays: it is released once its row is durable.
        let leaves: Bool
        /// Why it left, for the alarm.
        var alarm: (kind: String, text: String)?
    }

    /// Commits what pushes came to, each message by itself, and gives back what stays.
    func settle(
        _ messages: [Message<E>], _ verdicts: [SubscriberMachine.Verdict], _ subscription: HTTPSubscription
    ) async {
        var parts: [Part] = []
        var unsent: [Message<E>] = []
        for (message, verdict) in zip(messages, verdicts) {
            switch verdict {
            case .delivered(let hadRecord):
                let rows = hadRecord ? [deletion(message)] : []
                parts.append(
                    Part(
                        message: message,
                        transaction: Transaction(settlements: [Settlement(message.receipt, .acknowledge)], rows: rows),
                        counted: { $0.delivered += 1 }, leaves: true))
            case .retry(let record):
                let row = RowChange(
                    space: PushRows.space, key: PushRows.key(queue.id, message.place), value: PushRows.encode(record))
                parts.append(
                    Part(message: message, transaction: Transaction(rows: [row]), counted: { _ in }, leaves: false))
            case .exhausted(let count, let hadRecord):
                let why = "after \(count) attempts"
                guard
                    let part = await ending(
                        message, subscription, hasRow: hadRecord, why: why,
                        dropped: { $0.dropped += 1 })
                else {
                    unsent.append(message)
                    continue
                }
                parts.append(part)
            case .unsent: unsent.append(message)
            }
        }
        await commit(parts, subscription)
        await release(unsent)
    }

    /// Ends messages whose time is over.
    func expire(_ messages: [Message<E>], _ subscription: HTTPSubscription) async {
        var parts: [Part] = []
        var kept: [Message<E>] = []
        for message in messages {
            let part = await ending(
                message, subscription, hasRow: true, why: "within its time", dropped: { $0.expired += 1 })
            if let part { parts.append(part) } else { kept.append(message) }
        }
        await commit(parts, subscription)
        await release(kept)
    }

    /// Drops a message, or moves it where money is concerned; nil where there is no place to move it to: then it stays.
    private func ending(
        _ message: Message<E>, _ subscription: HTTPSubscription, hasRow: Bool, why: String,
        dropped: @escaping (inout FanOutCounts) -> Void
    ) async -> Part? {
        let rows = hasRow ? [deletion(message)] : []
        guard subscription.isMoney else {
            let transaction = Transaction(settlements: [Settlement(message.receipt, .acknowledge)], rows: rows)
            return Part(
                message: message, transaction: transaction, counted: dropped, leaves: true,
                alarm: ("drop", "a message was dropped for a topic's subscriber that did not take it \(why)"))
        }
        do {
            var transaction = try message.moved(to: await context.deadLetterQueue(of: subscription))
            transaction.rows = rows
            return Part(
                message: message, transaction: transaction,
                counted: { counts in
                    // Where its time was over, that is counted too.
                    if why == "within its time" { dropped(&counts) }
                    counts.deadLettered += 1
                }, leaves: true,
                alarm: (
                    "dead",
                    "a message of money was not taken by a topic's subscriber \(why), moved to its dead-letter queue"
                ))
        } catch {
            stays(error)
            return nil
        }
    }

    private func deletion(_ message: Message<E>) -> RowChange {
        RowChange(space: PushRows.space, key: PushRows.key(queue.id, message.place), value: nil)
    }

    // MARK: - Committing

    /// Tries again where the store is busy. What it does not take is released and pushed again; the ladder goes on in memory.
    private func commit(_ parts: [Part], _ subscription: HTTPSubscription) async {
        var waiting = parts
        for tryCount in 0..<TopicFanOutLimits.commitTryCountMax where !waiting.isEmpty {
            var again: [Part] = []
            do throws(BrokerError) {
                let outcomes = try await context.broker.commit(waiting.map(\.transaction))
                for (part, outcome) in zip(waiting, outcomes) {
                    guard case .refused(let reason) = outcome else {
                        await committed(part, subscription)
                        continue
                    }
                    if reason.isPassing { again.append(part) } else { await refused(part, reason) }
                }
            } catch {
                if error.isPassing { again = waiting } else { for part in waiting { await refused(part, error) } }
            }
            waiting = again
            if !waiting.isEmpty { await context.pause(millis: TopicFanOutLimits.commitPauseMillis << UInt64(tryCount)) }
        }
        for part in waiting { await refused(part, .overloaded("commit")) }
    }

    private func committed(_ part: Part, _ subscription: HTTPSubscription) async {
        count(part.counted)
        if part.leaves { forget(part.message.place) } else { await release([part.message]) }
        guard let alarm = part.alarm, context.mayLog(alarm.kind) else { return }
        context.logger.log(
            level: alarm.kind == "dead" ? .critical : .warning, "\(alarm.text)",
            metadata: ["topic": "\(subscription.topic)", "subscription": "\(subscription.name)"])
    }

    private func refused(_ part: Part, _ reason: BrokerError) async {
        // Purged, expired or unsubscribed meanwhile: there is nothing to settle any more.
        if case .receiptInvalid = reason { return }
        count { $0.notCommitted += 1 }
        if part.leaves { stays(reason) }
        await release([part.message])
    }

    private func stays(_ reason: BrokerError) {
        hold(until: context.time.now.adding(milliseconds: TopicFanOutLimits.senderFaultMillis))
        guard context.mayLog("commit") else { return }
        context.logger.error("results of pushes to a topic's subscribers cannot be stored: \(reason)")
    }

    /// Gives messages back at once. Nothing is lost where that fails: their leases end.
    func release(_ messages: [Message<E>]) async {
        guard !messages.isEmpty else { return }
        _ = try? await context.broker.settle(messages.map { Settlement($0.receipt, .release(delayMillis: 0)) })
    }

    /// Deletes the rows of messages that are gone. Where that fails, they are found to be stale again later.
    func forgetRows(_ places: [PushPlace]) async {
        var rest = places[...]
        while !rest.isEmpty {
            let rows = rest.prefix(TopicFanOutLimits.rowDeletionCountMax).map {
                RowChange(space: PushRows.space, key: PushRows.key(queue.id, $0), value: nil)
            }
            rest = rest.dropFirst(rows.count)
            _ = try? await context.broker.commit(Transaction<E.Receipt>(rows: rows))
        }
    }
}

extension BrokerError {
    /// Whether the same commit may succeed in a moment.
    var isPassing: Bool {
        switch self {
        case .overloaded, .outcomeUnknown: true
        default: false
        }
    }
}
