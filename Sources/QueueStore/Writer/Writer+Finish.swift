internal import LMDB
internal import MessageModel
internal import Synchronization

extension Writer {
    /// The end: what was delivered too often is moved, every lease detail and delivery goes to the disk, and every queue rests, so the next start
    /// needs no hold.
    func finish() {
        guard let opened = source.opened, writesRefusal == nil else { return }
        var dyingBefore = Int.max
        for _ in 0..<1_000 {
            let plan = makePlan(opened)
            let dying = directory.tracked.reduce(0) { $0 + $1.withLock { $0.dying.count } }
            // What cannot be moved, because the other queue is damaged, must not keep the rest from the disk.
            let isMoving = dying > 0 && dying < dyingBefore
            dyingBefore = dying
            var isMore = false
            let outcome = Result { () throws(WriteError<GroupFault>) in
                try opened.environment.write { (transaction) throws(GroupFault) in
                    do throws(PlanFault) { isMore = try writeLast(plan, isMoving, transaction) } catch {
                        throw .nothing
                    }
                    guard !plan.isEmpty else { throw .nothing }
                    do throws(LMDBError) {
                        try plan.applyRows(transaction)
                        try plan.applyBlocks(transaction)
                    } catch { throw .lmdb(error) }
                }
            }
            guard case .success = outcome else { return abandon(plan) }
            succeeded(plan, commandCount: 0)
            let isDirty = directory.tracked.contains { $0.withLock { $0.dirtyCount > 0 } }
            guard isMoving || isMore || isDirty || !traces.isEmpty else { return }
        }
    }

    /// One step of the end; true where more is left to write.
    private func writeLast(
        _ plan: GroupPlan, _ isMoving: Bool, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Bool {
        if !traces.isEmpty { plan.writeTraces(from: traces) }
        guard isMoving else { return try plan.writeBehind(finally: true, after: nil, transaction) }
        try plan.moveExhausted(transaction)
        return true
    }
}
