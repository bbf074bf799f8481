internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Plans a transaction: checks every part, then plans every part; refuses the whole where one cannot be done.
    func plan(
        _ parts: PlannedTransaction, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> PendingTransaction {
        if let refusal = parts.refusal { return .refused(refusal) }
        for settlement in parts.settlements where try !isLive(settlement, transaction) {
            return .refused(.receiptInvalid)
        }
        var changes: [(ConsumerRowID, Bytes?)] = []
        for change in parts.rows {
            switch try check(change, transaction) {
            case .refuse(let reason): return .refused(reason)
            case .skip: continue
            case .apply: changes.append((ConsumerRowID(space: change.space, key: change.key), change.value))
            }
        }
        var tickets: [SendTicket] = []
        var admissions: [[Admission]] = []
        for batch in parts.sends {
            guard let ticket = SendTicket(batch) else { continue }
            tickets.append(ticket)
            admissions.append([])
            for message in batch.messages {
                let admission: Admission
                do throws(PlanFault) { admission = try admit(message, batch.source, transaction) } catch {
                    for (ticket, row) in zip(tickets, admissions) { withdraw(row, ticket) }
                    throw error
                }
                if case .refused(let reason) = admission {
                    for (ticket, row) in zip(tickets, admissions) { withdraw(row, ticket) }
                    return .refused(reason)
                }
                admissions[admissions.count - 1].append(admission)
            }
        }
        for settlement in parts.settlements { _ = try plan(settlement, transaction) }
        for (id, value) in changes { rows[id] = .some(value) }
        return .committed(
            zip(tickets, admissions).map { ticket, row in
                row.enumerated().map { index, admission in enqueue(ticket, index, admission) }
            })
    }

    private enum RowVerdict {
        case apply
        case skip
        case refuse(BrokerError)
    }

    private func check(_ change: RowChange, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> RowVerdict {
        switch change.condition {
        case .always: return .apply
        case .ifAbsent: return try current(change, transaction) == nil ? .apply : .skip
        case .ifUnchanged(let expected):
            return try current(change, transaction) == expected ? .apply : .refuse(.rowConflict)
        }
    }

    private func current(_ change: RowChange, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> Bytes? {
        if let planned = rows[ConsumerRowID(space: change.space, key: change.key)] { return planned }
        let (table, key) = place(change.space, change.key)
        return try read(table, key, "consumer rows", transaction) { (value) throws(RowFault) in
            try ConsumerRow.decode(value, under: key.span)
        }
    }

    /// Table and key of a consumer's row.
    func place(_ space: RowSpace, _ key: Bytes) -> (Table, RowKey) {
        switch space {
        case .orders: (tables.orders, Keys.order(key))
        case .state(let consumer): (tables.state, Keys.state(consumer, key))
        }
    }
}
