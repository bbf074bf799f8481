internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Notes an event of one message.
    func trace(_ message: TracedMessage, _ event: TraceEvent) {
        traceNumber &+= 1
        let key = Keys.trace(message.source, message.sequence, at: event.at, number: traceNumber)
        traceRows.append((key, TraceRow.encode(event, under: key)))
    }

    func traceEnqueued(_ members: some Sequence<Int>, _ block: Int, _ plan: QueuePlan) {
        guard catalogue.traced.contains(plan.state.id) else { return }
        let planned = blocks[block]
        for member in members {
            trace(
                TracedMessage(source: planned.source, sequence: planned.firstSequence + UInt64(member)),
                TraceEvent(kind: .enqueued, queue: plan.state.id, at: now))
        }
    }

    func trace(_ settlement: PlannedSettlement, _ kind: TraceEvent.Kind) {
        guard let message = settlement.traced else { return }
        trace(
            message,
            TraceEvent(
                kind: kind, queue: settlement.queue.id, at: now, deliveryCount: settlement.deliveries,
                consumer: message.consumer))
    }

    func traceDeadLetters(
        _ members: [Int], _ row: EntryRow, _ id: EntryID, _ deliveries: Int, _ block: (any BlockContents)?
    ) {
        trace(members, row, block, TraceEvent(kind: .deadLettered, queue: id.queue, at: now, deliveryCount: deliveries))
    }

    func traceExpired(_ members: [Int], _ row: EntryRow, _ id: EntryID, _ block: (any BlockContents)?) {
        trace(members, row, block, TraceEvent(kind: .expired, queue: id.queue, at: now))
    }

    private func trace(_ members: [Int], _ row: EntryRow, _ block: (any BlockContents)?, _ event: TraceEvent) {
        guard catalogue.traced.contains(event.queue), let block else { return }
        for member in members {
            guard let slot = row.slot(of: member), slot < block.count else { continue }
            let (source, sequence) = block.identity(slot: slot)
            trace(TracedMessage(source: source, sequence: sequence), event)
        }
    }

    /// Writes deliveries that receives noted, up to ``MessageModel/Limits/stepLeaseCountMax`` of them.
    func writeTraces(from log: TraceLog) {
        let taken = log.take(Limits.stepLeaseCountMax)
        takenTraces += taken
        for (message, event) in taken { trace(message, event) }
    }

    /// One step of the search for trace events that are too old; `resume` is where it goes on, nil from the front again.
    func forgetTraces(
        from resume: RowKey?, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> RowKey? {
        let oldest = Timestamp(milliseconds: now.milliseconds - min(now.milliseconds, Limits.traceMillis))
        do throws(LMDBError) {
            let (removed, last) = try transaction.withCursor(tables.trace) { (cursor) throws(LMDBError) in
                var removed: [RowKey] = []
                var last: RowKey?
                var looked = 0
                var more: Bool
                if let resume { more = try cursor.seek(atOrAfter: resume.span) } else { more = try cursor.first() }
                while more {
                    let key = RowKey(copying: cursor.key)
                    if looked >= 4 * Limits.stepRowCountMax || removed.count >= Limits.stepRowCountMax {
                        last = key
                        break
                    }
                    looked += 1
                    if Keys.traceTime(cursor.key) < oldest { removed.append(key) }
                    more = try cursor.next()
                }
                return (removed, last)
            }
            traceRemoved += removed
            return last
        } catch { throw .lmdb(error) }
    }
}
