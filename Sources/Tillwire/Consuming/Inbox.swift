internal import Engine

/// Deliveries between the one who receives and the handlers, and how many are held in all. A value: its owner guards it.
struct Inbox<Receipt: EngineReceipt> {
    /// A handler's task that waits for a delivery; nil ends it.
    typealias Waiter = CheckedContinuation<Delivery<Receipt>?, Never>

    /// What came of an offer or of the end: continuations are resumed outside the lock.
    typealias Resumption = (waiter: Waiter, delivery: Delivery<Receipt>?)

    private let heldCountMax: Int
    private var unread: [Delivery<Receipt>] = []
    private var head = 0
    private var waiters: [Waiter] = []
    private var isRoomWanted = false
    /// Waiting here, in a handler, or for their settlement.
    private(set) var heldCount = 0
    /// Nothing is handed out any more.
    private(set) var isEnded = false

    init(heldCountMax: Int) { self.heldCountMax = heldCountMax }

    /// How many deliveries to receive now. A quarter of the bound at least, so that one receive serves many, except where handlers
    /// would starve meanwhile.
    var room: Int {
        let free = heldCountMax - heldCount
        return head == unread.count || free >= max(1, heldCountMax / 4) ? free : 0
    }

    /// Whether the one who receives waits for room and there is some now: it is to be woken then, once.
    mutating func claimRoom() -> Bool {
        guard isRoomWanted, room > 0 || isEnded else { return false }
        isRoomWanted = false
        return true
    }

    /// How many deliveries to receive now; where none, the one who receives waits until ``claimRoom()``.
    mutating func roomOrWait() -> Int {
        let room = room
        isRoomWanted = room == 0
        return room
    }

    /// Takes deliveries in; at the end they are returned to be given back.
    mutating func offer(
        _ deliveries: [Delivery<Receipt>]
    ) -> (resumptions: [Resumption], unwanted: [Delivery<Receipt>]) {
        guard !isEnded else { return ([], deliveries) }
        heldCount += deliveries.count
        let served = min(waiters.count, deliveries.count)
        let resumptions = zip(waiters, deliveries).map { ($0, Optional($1)) }
        waiters.removeFirst(served)
        // What was taken goes, so that its body is not kept alive and the array does not grow.
        unread.removeFirst(head)
        head = 0
        unread += deliveries.dropFirst(served)
        return (resumptions, [])
    }

    /// What a handler's task gets when it asks.
    enum Answer {
        case delivery(Delivery<Receipt>)
        case wait
        case ended
    }

    /// The next delivery.
    mutating func take() -> Answer {
        guard !isEnded else { return .ended }
        guard head < unread.count else { return .wait }
        head += 1
        return .delivery(unread[head - 1])
    }

    /// The task waits; call after ``take()`` answered `wait`, under the same lock.
    mutating func wait(_ waiter: Waiter) { waiters.append(waiter) }

    /// So many are held no longer.
    mutating func letGo(_ count: Int) { heldCount -= count }

    /// Ends it: waiting tasks end, unread deliveries are returned to be given back.
    mutating func end() -> (resumptions: [Resumption], unread: [Delivery<Receipt>]) {
        isEnded = true
        defer { (waiters, unread, head) = ([], [], 0) }
        heldCount -= unread.count - head
        return (waiters.map { ($0, nil) }, Array(unread[head...]))
    }
}
