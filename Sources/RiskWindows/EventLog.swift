/// One remembered event, 20 bytes; its time is the moment whose list it stands in.
struct LoggedEvent: Sendable {
    private let amountLow: UInt32
    private let amountHigh: UInt32
    let merchant: UInt32
    /// Its slot in ``PayerPairs``.
    let pair: UInt32
    /// The next of its moment, or of the unused places.
    var next: UInt32

    /// Amount in fen. In two halves, since an `Int64` would pad the event to 24 bytes.
    var amountFen: Int64 { Int64(amountHigh) << 32 | Int64(amountLow) }

    init(amountFen: Int64, merchant: UInt32, pair: UInt32, next: UInt32) {
        amountLow = UInt32(truncatingIfNeeded: amountFen)
        amountHigh = UInt32(truncatingIfNeeded: amountFen >> 32)
        self.merchant = merchant
        self.pair = pair
        self.next = next
    }
}

/// Events by moment: a ring with a list for each of 2²² milliseconds, so that a late event is put where it belongs as
/// cheaply as one in order, and nothing is ever sorted.
///
/// Positions are those of ``MomentSet``; whoever calls keeps all events within less than one round. A moment's list is
/// closed to a circle and the ring points at its last event, whose `next` is the first: both ends with one number.
/// Unused places form a queue, so that they are taken in the order they were given back, which is the order of time:
/// events that follow each other in time stay near each other in memory.
struct EventLog: Sendable {
    private var lasts: ContiguousArray<UInt32>
    private var moments = MomentSet()
    private var events: ContiguousArray<LoggedEvent> = []
    private var firstUnused: UInt32 = 0
    private var lastUnused: UInt32 = 0
    private var unusedCount = 0
    private let eventCountMax: Int

    /// An empty log that is never given more than `eventCountMax` events at once; it grows as they come.
    init(eventCountMax: Int) {
        self.eventCountMax = eventCountMax
        lasts = ContiguousArray(repeating: 0, count: MomentSet.positionCount)
    }

    /// Events in it.
    var count: Int { events.count - unusedCount }

    var eventByteCount: Int { events.capacity * MemoryLayout<LoggedEvent>.stride }

    var momentByteCount: Int { lasts.capacity * MemoryLayout<UInt32>.stride + moments.byteCount }

    /// The event at `place`.
    subscript(place: UInt32) -> LoggedEvent { events[Int(place)] }

    /// How far behind `start` the first moment with events stands; nil where none is nearer than `count`.
    func distance(from start: Int, below count: Int) -> Int? { moments.distance(from: start, below: count) }

    /// The last event of a moment that has one; its `next` is the first.
    func last(at position: Int) -> UInt32 { lasts[position] }

    /// Reads a moment's last event for the sake of the cache.
    @inline(__always)
    func readAhead(at position: Int) -> UInt64 { UInt64(events[Int(lasts[position])].next) }

    /// Puts an event behind the others of its moment.
    mutating func append(_ amountFen: Int64, merchant: UInt32, pair: UInt32, at position: Int) {
        let place = takePlace()
        var next = place
        if moments.contains(position) {
            let last = Int(lasts[position])
            next = events[last].next
            events[last].next = place
        } else {
            moments.insert(position)
        }
        events[Int(place)] = LoggedEvent(amountFen: amountFen, merchant: merchant, pair: pair, next: next)
        lasts[position] = place
    }

    /// Takes the first event of a moment that has one.
    mutating func removeFirst(at position: Int) -> LoggedEvent {
        let last = lasts[position]
        let first = events[Int(last)].next
        let event = events[Int(first)]
        if first == last {
            moments.remove(position)
        } else {
            events[Int(last)].next = event.next
        }
        giveBack(first: first, last: first, count: 1)
        return event
    }

    /// Takes all `count` events of a moment at once.
    mutating func removeAll(at position: Int, count: Int) {
        let last = lasts[position]
        moments.remove(position)
        giveBack(first: events[Int(last)].next, last: last, count: count)
    }

    private mutating func takePlace() -> UInt32 {
        guard unusedCount > 0 else {
            events.reserve(more: 1, countMax: eventCountMax)
            events.append(LoggedEvent(amountFen: 0, merchant: 0, pair: 0, next: 0))
            return UInt32(events.count - 1)
        }
        let place = firstUnused
        unusedCount -= 1
        firstUnused = events[Int(place)].next
        return place
    }

    /// Queues places that are linked from `first` to `last`.
    private mutating func giveBack(first: UInt32, last: UInt32, count: Int) {
        if unusedCount == 0 {
            firstUnused = first
        } else {
            events[Int(lastUnused)].next = first
        }
        lastUnused = last
        unusedCount += count
    }
}
