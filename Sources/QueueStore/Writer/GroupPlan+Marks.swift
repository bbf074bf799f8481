internal import MessageModel

extension GroupPlan {
    /// Raises handed marks ahead of the deliveries of queues that are being received from: their row is written anyway, so it costs nothing.
    func raiseMarks() {
        for plan in queues.values where !plan.counters.isQuiet {
            let (isActive, cursor, stride) = plan.state.withLock { ($0.isActive(at: now), $0.cursor, $0.stride) }
            if isActive { plan.raiseMark(beyond: cursor, by: stride) }
        }
    }

    /// Readies a queue for deliveries of at least `horizonMillis`.
    func activate(_ state: QueueState, horizonMillis: UInt64) {
        guard exists(state) else { return }
        let plan = queue(state)
        let (cursor, stride) = plan.state.withLock { ($0.cursor, $0.stride) }
        plan.counters.isQuiet = false
        plan.becomesQuiet = false
        plan.counters.leaseHorizonMillis = max(plan.counters.leaseHorizonMillis, UInt32(clamping: horizonMillis))
        plan.raiseMark(beyond: cursor, by: stride)
        plan.raisesMark = true
    }
}

extension QueuePlan {
    /// No sequence at or above the mark was ever delivered; it never passes the next sequence.
    func raiseMark(beyond cursor: SequenceNumber, by stride: UInt64) {
        counters.handedMark = max(counters.handedMark, min(counters.nextSequence, cursor + stride))
    }
}
