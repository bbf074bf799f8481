/// One order as it is remembered: 53 bytes in its row.
struct RecentOrder: Equatable, Sendable {
    /// Its transaction.
    let key: OrderKey
    /// The clock when it came: the largest event time until then, itself included. Unix milliseconds.
    let arrivalMillis: Int64
    /// When it was paid, Unix milliseconds.
    let eventMillis: Int64
    /// Its amount, fen.
    let amountFen: Int64
    /// Its payer, hashed.
    let payer: UInt64
    /// Its merchant's number.
    let merchant: UInt32
    /// Came too late to lead to a block; not in the windows.
    let isLate: Bool
}

/// The orders of the last hours, in the order they came: tells repeats, names samples, and is what the windows are built from after a restart.
///
/// An order is remembered until the clock is `dedupeMillis` past its arrival, or until there are ``RiskLimits/recentOrderCountMax``. On the disk they
/// stand in segments of ``segmentOrderCount``, numbered from the first order ever taken, so that rows are a function of the orders alone and not of
/// how they were batched. A segment goes when its last order is forgotten.
struct RecentOrders: Sendable {
    /// Orders in a full segment: 1,908 bytes.
    static let segmentOrderCount: UInt64 = 36

    /// What memory keeps of each: 56 bytes, 64 in the ring.
    struct Remembered: Sendable {
        let key: OrderKey
        let arrivalMillis: Int64
        let eventMillis: Int64
        let amountFen: Int64
        let payer: UInt64
        let merchant: UInt32
        /// How many orders before it the merchant's last one came, 0 where that is forgotten or too far back; the top bit: came too late.
        let back: UInt32

        static let lateBit: UInt32 = 1 << 31
        var isLate: Bool { back & Self.lateBit != 0 }
    }

    private let countMax: Int
    private var known: Set<OrderKey> = []
    private var ring = RingBuffer<Remembered>()
    /// By merchant: the number behind its latest order, 0 where it has none.
    private var latest: ContiguousArray<UInt64> = []
    /// The segment that is being filled, and those that were filled since ``takeChanges()``.
    private var segments: [UInt64: [RecentOrder]] = [:]
    /// Number of the oldest order in memory, and of the next one to come.
    private(set) var first: UInt64 = 0
    private(set) var next: UInt64 = 0
    /// Orders forgotten before their time.
    private(set) var evictedCount: UInt64 = 0
    /// Segments whose rows changed; a set of at most a few.
    private var changed: Set<UInt64> = []
    private var ended: Set<UInt64> = []
    /// Number of the order behind the last one that the rows remember.
    private var restoredThrough: UInt64 = 0

    init(countMax: Int) { self.countMax = countMax }

    /// How many are remembered.
    var count: Int { ring.count }

    /// Whether this transaction was taken lately.
    func contains(_ key: OrderKey) -> Bool { known.contains(key) }

    /// Remembers an order that is not contained.
    mutating func append(_ order: RecentOrder) {
        remember(order)
        let segment = next / Self.segmentOrderCount
        segments[segment, default: []].append(order)
        changed.insert(segment)
        next += 1
        if ring.count > countMax {
            forgetFirst()
            evictedCount += 1
        }
    }

    /// Forgets what arrived at or before that moment. O(what is forgotten).
    mutating func forget(arrivedThrough millis: Int64) {
        while let oldest = ring.first, oldest.arrivalMillis <= millis { forgetFirst() }
    }

    private mutating func forgetFirst() {
        guard let oldest = ring.popFirst() else { return }
        known.remove(oldest.key)
        first += 1
        if first % Self.segmentOrderCount == 0 {
            let segment = first / Self.segmentOrderCount - 1
            ended.insert(segment)
            changed.remove(segment)
            segments[segment] = nil
        }
    }

    /// Puts an order into memory under the number ``next``.
    private mutating func remember(_ order: RecentOrder) {
        let merchant = Int(order.merchant)
        while latest.count <= merchant { latest.append(0) }
        let distance = latest[merchant] > first ? next + 1 - latest[merchant] : 0
        let back = distance < UInt64(Remembered.lateBit) ? UInt32(distance) : 0
        known.insert(order.key)
        ring.append(
            Remembered(
                key: order.key, arrivalMillis: order.arrivalMillis, eventMillis: order.eventMillis,
                amountFen: order.amountFen, payer: order.payer, merchant: order.merchant,
                back: order.isLate ? back | Remembered.lateBit : back))
        latest[merchant] = next + 1
    }

    /// Goes through a merchant's remembered orders, newest first, until `body` returns false. O(what is looked at).
    func forEachOrder(of merchant: UInt32, _ body: (Remembered) -> Bool) {
        guard Int(merchant) < latest.count, latest[Int(merchant)] > first else { return }
        var number = latest[Int(merchant)] - 1
        while true {
            let order = ring[Int(number - first)]
            guard body(order) else { return }
            let back = UInt64(order.back & ~Remembered.lateBit)
            guard back > 0, number >= first + back else { return }
            number -= back
        }
    }

    /// The latest transactions of a merchant, newest first, those whose ids can be read back.
    func samples(merchant: UInt32, countMax: Int) -> [String] {
        var found: [String] = []
        var lookedAt = 0
        forEachOrder(of: merchant) { order in
            if let id = order.key.transactionID { found.append(id) }
            lookedAt += 1
            return found.count < countMax && lookedAt < RiskLimits.sampleScanCountMax
        }
        return found
    }

    // MARK: Rows

    /// Rows that ``takeChanges()`` would give now.
    var changeCount: Int { changed.count + min(ended.count, RiskLimits.endedSegmentStep) }

    /// Takes the changed segments: value nil where the row goes. Of those that go, ``RiskLimits/endedSegmentStep`` at most: a long quiet time ends
    /// many at once, and the others go with the next changes.
    mutating func takeChanges() -> [(segment: UInt64, value: [UInt8]?)] {
        let going = ended.sorted().prefix(RiskLimits.endedSegmentStep)
        var rows: [(segment: UInt64, value: [UInt8]?)] = going.map { ($0, nil) }
        for segment in changed.sorted() { rows.append((segment, segments[segment].map(Self.encode))) }
        ended.subtract(going)
        changed = []
        segments = segments.filter { $0.value.count < Int(Self.segmentOrderCount) }
        return rows
    }

    // MARK: Restoring

    /// Begins to take back what the rows say is remembered: orders `first` to `next`, without the latter.
    mutating func beginRestoring(first: UInt64, next: UInt64, evictedCount: UInt64) {
        self.first = first
        self.next = first
        self.evictedCount = evictedCount
        restoredThrough = next
    }

    /// Takes the next segment, in the order of their numbers.
    ///
    /// - Returns: the orders of it that are remembered; nil where the row is none or does not follow the one before.
    mutating func restore(segment: UInt64, value: [UInt8]) -> ArraySlice<RecentOrder>? {
        let start = segment * Self.segmentOrderCount
        guard segment >= first / Self.segmentOrderCount else {
            // Its orders were forgotten, its row did not go yet.
            ended.insert(segment)
            return []
        }
        guard let orders = Self.decode(value), !orders.isEmpty, segment == next / Self.segmentOrderCount, next >= start,
            start + UInt64(orders.count) >= next
        else { return nil }
        if orders.count < Int(Self.segmentOrderCount) { segments = [segment: orders] }
        let kept = orders[Int(next - start)...]
        for order in kept {
            remember(order)
            next += 1
        }
        return kept
    }

    /// True where every remembered order came back.
    var isRestored: Bool { next == restoredThrough }
}
