import Engine
import MessageModel

/// A queue in plain arrays: what the store is to do, and where the contract leaves a moment open, what it may do.
struct ModelQueue {
    /// Longest lease the runs give: what a fault may hold back, it holds back for as long.
    static let leaseMillisMax: UInt64 = 20_000

    let id: QueueID
    let name: String
    var attributes: QueueAttributes
    var copies: [ModelCopy] = []
    private var nextCopy = 1
    /// A rewind must not go back beyond this: what was acknowledged before may be kept or not.
    var rewindFloor: UInt64 = 0
    /// After a fault: until when it may hold back what was there then.
    private var heldUntil: UInt64 = 0
    func isHolding(at now: UInt64) -> Bool { heldUntil > now }

    /// Dead letters that left and were not handed to their queue yet.
    private(set) var departures: [(copy: Int, letter: ModelCopy)] = []

    init(id: QueueID, name: String, attributes: QueueAttributes) {
        self.id = id
        self.name = name
        self.attributes = attributes
    }

    // MARK: Times

    var keptMillis: UInt64 { min(attributes.rewindMillis, attributes.retentionMillis ?? .max) }
    var lifeMillis: UInt64? {
        [attributes.retentionMillis, attributes.deadLetter?.ageMillisMax].compactMap { $0 }.min()
    }

    private func isOver(_ copy: ModelCopy, at now: UInt64) -> Bool {
        guard let life = lifeMillis, let enqueuedAt = copy.enqueuedAt else { return false }
        return enqueuedAt + life <= now
    }

    func keptUntil(_ copy: ModelCopy) -> UInt64 { (copy.enqueuedAt ?? 0) + keptMillis }

    /// Does what the passing of time does.
    mutating func advance(to now: UInt64) {
        for index in copies.indices {
            switch copies[index].phase {
            case .delayed(let until) where until <= now: promote(index)
            case .leased(let until) where until <= now: endLease(index, at: now)
            default: break
            }
            switch copies[index].phase {
            case .visible, .delayed, .promoting, .overflow, .untouched, .doubtful:
                if isOver(copies[index], at: now) { leave(index, byCount: false, at: now) }
            default: break
            }
        }
    }

    /// A delay ends: the writer shows the copy soon, unless it was delivered as often as may be.
    private mutating func promote(_ index: Int) {
        // A full queue shows it when there is room.
        copies[index].phase = attributes.messageCountMax == nil ? .promoting : .overflow
        guard let most = attributes.deadLetter?.deliveryCountMax, copies[index].deliveries.upperBound >= most else {
            return
        }
        endAgain(index, most)
    }

    /// A lease ends: visible again, or delivered as often as may be.
    mutating func endLease(_ index: Int, at now: UInt64) {
        let copy = copies[index]
        copies[index].receipts = Array(copy.receipts.prefix(4))
        guard let most = attributes.deadLetter?.deliveryCountMax, copy.deliveries.upperBound >= most else {
            copies[index].phase = .visible
            return
        }
        if copy.deliveries.lowerBound < most {
            copies[index].phase = .doubtful
            depart(index, reasons: [.deliveryCount])
        } else if copy.isLeaseOld {
            copies[index].phase = .untouched
            depart(index, reasons: [.deliveryCount])
        } else {
            leave(index, byCount: true, at: now)
        }
    }

    /// A copy that was delivered as often as may be leaves once a receive looks at it.
    mutating func endAgain(_ index: Int, _ most: Int) {
        copies[index].phase = copies[index].deliveries.lowerBound >= most ? .untouched : .doubtful
        depart(index, reasons: [.deliveryCount])
    }

    /// It leaves soon: its dead letter, if any, may arrive from now on.
    private mutating func leave(_ index: Int, byCount: Bool, at now: UInt64) {
        let before = copies[index].phase
        copies[index].phase = .leaving
        guard attributes.deadLetter != nil else { return }
        // It was on its way already, and only the reason may be another.
        if before == .untouched || before == .doubtful { return }
        depart(index, reasons: byCount ? [.deliveryCount, .age, .retention] : [.age, .retention])
    }

    private mutating func depart(_ index: Int, reasons: Set<DeadLetterOrigin.Reason>) {
        let copy = copies[index]
        var letter = ModelCopy(id: 0, number: copy.number, enqueuedAt: nil, phase: .visible)
        let all: Set<DeadLetterOrigin.Reason> = [.deliveryCount, .age, .retention]
        letter.isArriving = true
        letter.origin = ModelOrigin(
            queue: id, copy: copy.id, enqueuedAt: copy.enqueuedAt, deliveries: copy.deliveries,
            reasons: reasons.contains(.deliveryCount) ? all : reasons)
        departures.append((copy.id, letter))
    }

    mutating func takeDepartures() -> [ModelCopy] {
        defer { departures = [] }
        return departures.map(\.letter)
    }

    // MARK: Changes

    mutating func add(_ copy: ModelCopy) {
        var new = ModelCopy(id: nextCopy, number: copy.number, enqueuedAt: copy.enqueuedAt, phase: copy.phase)
        (new.origin, new.isArriving) = (copy.origin, copy.isArriving)
        nextCopy += 1
        copies.append(new)
    }

    mutating func add(number: Int, at now: UInt64, delayMillis: UInt64 = 0) {
        add(
            ModelCopy(
                id: 0, number: number, enqueuedAt: now,
                phase: delayMillis > 0 ? .delayed(until: now + delayMillis) : .visible))
    }

    func index(_ copy: Int) -> Int? { copies.firstIndex { $0.id == copy } }

    mutating func finish(_ copy: Int) {
        guard let index = index(copy), !copies[index].isDone else { return }
        copies[index].phase = .done(keptUntil: keptUntil(copies[index]))
        copies[index].receipts = []
    }

    mutating func remove(where condition: (ModelCopy) -> Bool) { copies.removeAll(where: condition) }

    /// Makes acknowledged copies visible as if never delivered.
    mutating func rewind(to moment: UInt64) {
        for index in copies.indices where copies[index].isDone && (copies[index].enqueuedAt ?? 0) >= moment {
            copies[index].phase = .visible
            copies[index].deliveries = 0...0
            copies[index].receipts = []
            copies[index].isLeaseOld = false
            copies[index].mayBeHiddenUntil = heldUntil
        }
    }

    /// Other settings: what was acknowledged and is not kept for certain any more limits later rewinds.
    mutating func replace(_ new: QueueAttributes, at now: UInt64) {
        let before = keptMillis
        attributes = new
        guard keptMillis != before else { return }
        for copy in copies where copy.isDone { rewindFloor = max(rewindFloor, (copy.enqueuedAt ?? 0) + 1) }
        for index in copies.indices where copies[index].isDone { copies[index].phase = .done(keptUntil: 0) }
    }

    /// A clean stop and start: leases go on, their receipts may be good; what memory alone knew is on the disk.
    mutating func restart(at now: UInt64) {
        // A stop before a hold has ended begins it anew, over all that is there.
        let isHeld = heldUntil > now
        if isHeld { heldUntil = now + Self.leaseMillisMax }
        for index in copies.indices {
            copies[index].isLeaseOld = true
            if isHeld { copies[index].mayBeHiddenUntil = heldUntil }
            if case .leased = copies[index].phase { copies[index].isReceiptDoubtful = copies[index].receipts.count > 1 }
            if isHeld { copies[index].isReceiptDoubtful = true }
        }
    }

    /// A crash of memory: everything may be held back for as long as a lease, deliveries may have been forgotten.
    mutating func fault(at now: UInt64) {
        heldUntil = now + Self.leaseMillisMax
        for index in copies.indices where !copies[index].isDone {
            copies[index].isLeaseOld = true
            copies[index].isReceiptDoubtful = true
            copies[index].mayBeHiddenUntil = max(now + Self.leaseMillisMax, copies[index].leaseEndMax)
            copies[index].deliveries = 0...copies[index].deliveries.upperBound
            if copies[index].phase == .leaving, !isOver(copies[index], at: now) {
                // It was on its way by the number of its deliveries, which may be forgotten.
                copies[index].phase = .doubtful
            }
        }
    }

    /// A receive found nothing at all: it passed every copy that is not held back.
    mutating func pass(at now: UInt64) {
        for index in copies.indices where copies[index].mayBeHiddenUntil <= now {
            switch copies[index].phase {
            case .untouched, .doubtful: copies[index].phase = .leaving
            default: break
            }
        }
    }

    // MARK: Figures

    /// What the figures may be once the background is quiet. `isCertain` says of a dead letter on its way whether it has left where it was.
    func bounds(at now: UInt64, _ isCertain: (ModelOrigin) -> Bool) -> ModelBounds {
        var bounds = ModelBounds()
        for copy in copies {
            let byteCount = copy.message.rawByteCount
            switch copy.phase {
            case .done(let until):
                if until > now { bounds.keptMin += 1 }
                continue
            case .delayed: bounds.delayed += 1
            case .overflow: bounds.either += 1
            case .leaving:
                if copy.mayBeHiddenUntil + 2_000 <= now { continue }
                bounds.maybe += 1
                continue
            case .doubtful, .untouched:
                bounds.maybe += 1
                continue
            case .visible, .promoting, .leased:
                if copy.isArriving, let origin = copy.origin, !isCertain(origin) {
                    bounds.maybe += 1
                    continue
                }
                bounds.waiting += 1
            }
            bounds.rawByteCount += byteCount
        }
        return bounds
    }

    /// Whether a copy that is to leave has left for certain once the background is quiet.
    func hasLeft(_ copy: Int, at now: UInt64) -> Bool {
        guard let index = index(copy) else { return false }
        switch copies[index].phase {
        case .leaving: return copies[index].mayBeHiddenUntil + 2_000 <= now
        case .done: return true
        default: return false
        }
    }

    /// The background is quiet: what was under way is done.
    mutating func conclude(at now: UInt64, _ isCertain: (ModelOrigin) -> Bool) {
        for index in copies.indices {
            switch copies[index].phase {
            case .leaving where copies[index].mayBeHiddenUntil + 2_000 <= now:
                copies[index].phase = .done(keptUntil: keptUntil(copies[index]))
            case .promoting: copies[index].phase = .visible
            default: break
            }
            if copies[index].isArriving, let origin = copies[index].origin, isCertain(origin) {
                copies[index].isArriving = false
            }
        }
    }
}

/// What a queue's figures must lie in.
struct ModelBounds {
    var waiting = 0
    var delayed = 0
    /// Waiting or delayed: a topic's messages for a full queue.
    var either = 0
    /// Waiting, or not there.
    var maybe = 0
    var keptMin = 0
    /// Exact where nothing is in doubt.
    var rawByteCount = 0

    func admit(_ figures: QueueFigures) -> Bool {
        let (waits, delays) = (Int(figures.waiting), Int(figures.delayed))
        guard waiting...(waiting + either + maybe) ~= waits, delayed...(delayed + either) ~= delays,
            (waiting + delayed + either)...(waiting + delayed + either + maybe) ~= waits + delays,
            Int(figures.kept) >= keptMin
        else { return false }
        return maybe > 0 || Int(figures.rawByteCount) == rawByteCount
    }
}
