internal import Engine
internal import MessageModel

/// What ``QueueState`` guards.
struct QueueMemory {
    /// As of the last commit.
    var counters: QueueCounters
    var attributes: QueueAttributes
    /// The next sequence to look at.
    var cursor: SequenceNumber
    /// Behind the cursor and visible again.
    var returned = ReturnedSequences()
    /// By sequence.
    var leases: [SequenceNumber: Lease] = [:]
    /// Ends of leases; may hold items that are out of date.
    var ends = MinHeap<LeaseEnd>()
    /// Leases whose state is leased or settling.
    var leasedCount = 0
    /// Leases the disk does not know.
    var dirtyCount = 0
    /// Messages that came back too often and wait for the writer to move them.
    var dying: [SequenceNumber] = []
    /// True where the writer was not told of a dying message yet.
    private var hasUnannouncedDying = false
    var settled = SettledMemory()
    /// Where the sweep goes on: what stands before was looked at.
    var expiryPosition: SequenceNumber = 0
    /// The first row of the present round of the sweep that holds a message somebody may still finish.
    var expiryHeld: SequenceNumber?
    var forgettingPosition: SequenceNumber = 0
    /// No row before it holds an unacknowledged message.
    var oldestPosition: SequenceNumber = 0
    /// What was over at this moment may be gone already: nothing of it is delivered by a clock that was read earlier.
    var expiredUntil = Timestamp.zero
    var polls = PollQueue()
    /// Changes whenever a message becomes visible: a receive that found nothing waits only if it is still what it saw.
    var visibilityEpoch: UInt64 = 0
    var lastReceiveAt = Timestamp.zero
    /// After a crash: nothing below `holdBelow` is delivered before this moment, except what the rows know better. Zero: no hold.
    var holdUntil = Timestamp.zero
    var holdBelow: SequenceNumber = 0
    /// How far the handed mark runs ahead of deliveries.
    var stride = Limits.handedStrideMin
    /// True while the commit that makes the queue quiet is on its way: a receive must ready it again first.
    var isResting = false
    /// True while a command to raise the mark is on its way.
    var isRaisingMark = false
    /// The moment the ticker will look at this queue; distant future where it will not.
    var tickAt = Timestamp.distantFuture
    /// True where the queue is on the write-behind's list.
    var isTracked = false
    /// True once the store was reopened: the queue is known by another object now, and nothing more may be done here.
    var isForgotten = false
    /// Messages that became visible and that no waiting receive was woken for yet.
    private var unannouncedCount = 0

    init(_ counters: QueueCounters, _ attributes: QueueAttributes, startedAt now: Timestamp) {
        self.counters = counters
        self.attributes = attributes
        cursor = counters.floor
        guard !counters.isQuiet else { return }
        // Not a clean stop: whoever was given a message below the mark may still be working on it (`store-design.md` §3.2).
        holdBelow = min(counters.handedMark, counters.nextSequence)
        holdUntil = now.adding(milliseconds: UInt64(counters.leaseHorizonMillis))
        cursor = max(cursor, holdBelow)
    }

    /// Ends the hold after a crash when its time has come.
    mutating func endHold(at now: Timestamp) {
        guard holdUntil != .zero, holdUntil <= now else { return }
        holdUntil = .zero
        holdBelow = 0
        visibilityEpoch += 1
        unannouncedCount += polls.count
        cursor = min(cursor, counters.floor)
        if let lowest = returned.clear() { cursor = min(cursor, lowest) }
    }

    /// Takes out as many waiting receives as messages became visible behind the back of the writer. The caller resumes them outside the lock.
    mutating func takeWoken() -> [PollQueue.Poll] {
        guard unannouncedCount > 0 else { return [] }
        defer { unannouncedCount = 0 }
        return polls.take(unannouncedCount)
    }

    /// Makes a sequence behind the cursor visible again.
    mutating func giveBack(_ sequence: SequenceNumber) {
        visibilityEpoch += 1
        unannouncedCount += 1
        guard sequence < cursor else { return }
        // During the hold after a crash the list is the only way to them.
        let countMax = Limits.returnedCountPerQueueMax * (holdUntil == .zero ? 1 : 64)
        guard !returned.insert(sequence, countMax: countMax) else { return }
        goBack(to: min(sequence, returned.first ?? sequence))
    }

    /// Has receives look again from `sequence` on, at each message once. After a crash not below the mark, where others may still work on any
    /// message: the end of the hold looks at everything anyway.
    private mutating func goBack(to sequence: SequenceNumber) {
        cursor = min(cursor, max(sequence, holdUntil == .zero ? 0 : holdBelow))
        returned.drop(from: cursor)
    }

    /// Ends leases whose time is over; returns how many messages became visible.
    mutating func endLeases(at now: Timestamp) -> Int {
        var ended = 0
        while let end = ends.first, end.deadline <= now {
            ends.pop()
            guard let lease = leases[end.sequence], case .leased = lease.state, lease.deadline == end.deadline else {
                continue
            }
            endLease(end.sequence)
            ended += 1
        }
        return ended
    }

    /// Makes a leased or settling message visible; it stays known while the disk lacks its delivery count, or believes it hidden for longer.
    mutating func endLease(_ sequence: SequenceNumber, early isEarly: Bool = false) {
        guard var lease = leases[sequence] else { return }
        if case .idle = lease.state { return }
        if lease.state == .dying { return }
        if isEarly, !lease.isDirty {
            lease.isDirty = true
            dirtyCount += 1
        }
        guard lease.isDamaged || !isExhausted(lease.deliveries) else {
            lease.state = .dying
            leases[sequence] = lease
            dying.append(sequence)
            hasUnannouncedDying = true
            return
        }
        leasedCount -= 1
        lease.state = .idle
        leases[sequence] = lease.isDirty ? lease : nil
        giveBack(sequence)
    }

    /// Takes a lease back whose message could not be read: nobody has it, so it counts as no delivery, and it is visible again.
    mutating func takeBack(_ sequence: SequenceNumber, deliveryNumber: UInt32) {
        guard var lease = leases[sequence], lease.deliveryNumber == deliveryNumber, lease.state == .leased else {
            return
        }
        // It stays known, even with no delivery at all, because the disk may have been told of the lease already.
        lease.deliveries -= 1
        leases[sequence] = lease
        endLease(sequence, early: true)
    }

    /// Whether a message that was delivered so often goes to the dead-letter queue instead of being visible again.
    func isExhausted(_ deliveries: Int) -> Bool {
        attributes.deadLetter?.deliveryCountMax.map { deliveries >= $0 } ?? false
    }

    /// Takes a message out of sight that was delivered too often before memory knew of it.
    mutating func die(_ sequence: SequenceNumber, _ lease: Lease) {
        setLease(sequence, lease)
        leases[sequence]?.state = .dying
        dying.append(sequence)
        hasUnannouncedDying = true
    }

    /// True once where the writer must be told that messages are dying; to be asked wherever leases may have ended.
    mutating func takeDyingNotice() -> Bool {
        defer { hasUnannouncedDying = false }
        return hasUnannouncedDying
    }

    /// Dying messages with what is known of them.
    func dyingLeases(_ countMax: Int) -> [(sequence: SequenceNumber, lease: Lease)] {
        dying.prefix(countMax).compactMap { sequence in leases[sequence].map { (sequence, $0) } }
    }

    /// Puts other settings in place; returns whether a waiting receive may find something now.
    mutating func replace(_ new: QueueAttributes) -> Bool {
        let resumes = attributes.isPaused && !new.isPaused
        let livesLonger = attributes.lifeMillis.map { $0 < new.lifeMillis ?? .max } ?? false
        attributes = new
        // What receives passed over because its time seemed to be over is visible again.
        if livesLonger { goBack(to: counters.floor) }
        sweepAnew()
        let before = dying
        dying = before.filter { sequence in leases[sequence].map { isExhausted($0.deliveries) } ?? false }
        for sequence in before where leases[sequence].map({ !isExhausted($0.deliveries) }) ?? false {
            leases[sequence]?.state = .leased
            endLease(sequence, early: true)
        }
        guard resumes || livesLonger else { return false }
        visibilityEpoch += 1
        return true
    }

    /// Has the next sweep look at every row.
    private mutating func sweepAnew() {
        (expiryPosition, forgettingPosition, expiryHeld) = (counters.floor, counters.floor, nil)
    }

    /// Forgets every message: the queue was purged.
    mutating func purge() {
        leases = [:]
        ends.removeAll()
        dying = []
        (leasedCount, dirtyCount) = (0, 0)
        _ = returned.clear()
        cursor = counters.floor
        (holdUntil, holdBelow) = (.zero, 0)
    }

    /// Goes back to where a rewind begins.
    mutating func rewind() {
        goBack(to: counters.walkPosition)
        oldestPosition = min(oldestPosition, counters.walkPosition)
        sweepAnew()
        visibilityEpoch += 1
        unannouncedCount += polls.count
    }

    /// Forgets a lease whose message left the queue or waits on the disk.
    mutating func dropLease(_ sequence: SequenceNumber) {
        guard let lease = leases.removeValue(forKey: sequence) else { return }
        if lease.isDirty { dirtyCount -= 1 }
        if case .idle = lease.state { return }
        leasedCount -= 1
    }

    /// Puts a lease in place of what was known of the sequence.
    mutating func setLease(_ sequence: SequenceNumber, _ lease: Lease) {
        dropLease(sequence)
        leases[sequence] = lease
        if lease.isDirty { dirtyCount += 1 }
        leasedCount += 1
        ends.push(LeaseEnd(deadline: lease.deadline, sequence: sequence))
        if ends.count > 2 * leases.count + 1_024 {
            let current = leases
            ends.filter { current[$0.sequence]?.deadline == $0.deadline }
        }
    }

    /// Whether leases are to be written or messages to be moved.
    var hasWorkForWriter: Bool { dirtyCount > 0 || !dying.isEmpty }

    /// Whether somebody may still be working on a message of this queue. O(1) where nothing is leased.
    var hasOpenDelivery: Bool {
        leasedCount > 0 && leases.values.contains { $0.state != .idle && $0.state != .dying && !$0.isDamaged }
    }

    /// When the ticker has something to do here: a poll ends, or, while somebody waits, a lease or the hold does.
    var nextTick: Timestamp? {
        var moments: [Timestamp] = []
        if let poll = polls.earliestDeadline {
            moments.append(poll)
            if let end = ends.first { moments.append(end.deadline) }
        }
        if let end = nextExhaustion { moments.append(end) }
        if holdUntil != .zero { moments.append(holdUntil) }
        return moments.min()
    }

    /// When the next lease ends of a queue whose messages die of deliveries: they must go even where nobody waits.
    var nextExhaustion: Timestamp? { attributes.deadLetter?.deliveryCountMax == nil ? nil : ends.first?.deadline }

    /// True where somebody receives from this queue, so that its handed mark should run ahead.
    func isActive(at now: Timestamp) -> Bool {
        !polls.isEmpty || now.millisecondsSince(lastReceiveAt) < Limits.quietAfterMillis && lastReceiveAt != .zero
    }
}
