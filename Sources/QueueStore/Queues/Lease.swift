internal import MessageModel

/// What memory knows of a message that was delivered and is not acknowledged.
struct Lease {
    enum State: Equatable {
        /// Hidden until `deadline`; goes to `settling` or `idle`.
        case leased
        /// Its acknowledgement or delayed release is on its way to the disk; it cannot end meanwhile.
        case settling
        /// Delivered too often: hidden until the writer has moved it to the dead-letter queue.
        case dying
        /// Visible again; kept only until the disk knows how often it was delivered.
        case idle
    }

    var state: State
    /// First sequence of its `entries` row, and its place there; a compaction changes both.
    var rowFirst: SequenceNumber
    var member: Int
    /// Raw bytes of the message, which leave the queue's count with it.
    var rawByteCount: Int
    /// Of this delivery; 0 where it was given before the last start.
    var deliveryNumber: UInt32
    var deliveries: Int
    let firstReceivedAt: Timestamp
    var deadline: Timestamp
    /// True where the disk does not know this delivery yet.
    var isDirty: Bool
    /// True where the message could not be read and was never given to anybody.
    var isDamaged = false
    /// What the trace knows it by; nil where its queue is not traced.
    var traced: TracedMessage?
}

/// When a lease ends: an item of a queue's deadline heap. It is out of date where the lease has another delivery number or deadline.
struct LeaseEnd: Comparable {
    let deadline: Timestamp
    let sequence: SequenceNumber

    static func < (left: LeaseEnd, right: LeaseEnd) -> Bool {
        (left.deadline, left.sequence) < (right.deadline, right.sequence)
    }
}

/// A binary min-heap of what comes due first. O(log n) push and pop.
struct MinHeap<Item: Comparable> {
    private(set) var items: [Item] = []

    var first: Item? { items.first }
    var count: Int { items.count }

    mutating func push(_ item: Item) {
        items.append(item)
        var child = items.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard items[child] < items[parent] else { return }
            items.swapAt(child, parent)
            child = parent
        }
    }

    @discardableResult
    mutating func pop() -> Item? {
        guard let top = items.first else { return nil }
        let last = items.removeLast()
        guard !items.isEmpty else { return top }
        items[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && items[child] < items[least] {
                least = child
            }
            guard least != parent else { return top }
            items.swapAt(least, parent)
            parent = least
        }
    }

    mutating func removeAll() { items.removeAll() }

    /// Keeps the items that satisfy `keep`. O(n log n).
    mutating func filter(_ keep: (Item) -> Bool) {
        let kept = items.filter(keep)
        items = []
        for item in kept { push(item) }
    }
}
