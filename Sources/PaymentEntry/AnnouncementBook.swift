internal import Synchronization
package import Tillwire

/// The memory of payments and refunds that were announced and of which nothing was heard yet.
///
/// The payment gate puts in what it accepted, on event loops and without waiting; whoever stores a payment or a refund's result takes it out. What
/// stays too long is asked for by `OrderRecovery`, which is handed the changes and keeps them on the disk. An entry that is not taken out costs one
/// query, never a wrong result: a payment enters once whatever tells of it. Thread-safe: parts with locks of their own, none taken while another
/// is held.
public final class AnnouncementBook: Sendable {
    /// How long announcements live that do not say.
    public struct Lives: Sendable, Equatable {
        /// Milliseconds of an order without an end of its own.
        public var orderMillis: Int64
        /// Milliseconds of a refund.
        public var refundMillis: Int64

        /// Joins the members: two hours, and a week, where nothing is said.
        public init(orderMillis: Int64 = 7_200_000, refundMillis: Int64 = 604_800_000) {
            self.orderMillis = orderMillis
            self.refundMillis = refundMillis
        }
    }

    private final class Part: Sendable {
        let shard = Mutex(AnnouncementShard())
    }

    private let parts: [Part]
    private let openCountMax: Int
    private let lives: Lives
    private let unaskableMerchantIDs: Set<String>
    private let openCount = Atomic<Int>(0)
    private let lastNumber = Atomic<UInt64>(0)
    private let announced = Atomic<UInt64>(0)
    private let settledCount = Atomic<UInt64>(0)
    private let repeated = Atomic<UInt64>(0)
    private let overflowed = Atomic<UInt64>(0)
    private let unaskable = Atomic<UInt64>(0)
    private let isChanged = Atomic<Bool>(false)
    /// Raised at the first change after the last look.
    package let wakeup = Wakeup()

    /// An empty book.
    ///
    /// - Parameters:
    ///   - openCountMax: announcements that are open at once; one more is not remembered.
    ///   - unaskableMerchantIDs: merchants the platform cannot be asked for; nothing of theirs is remembered.
    public init(
        openCountMax: Int = PaymentEntryLimits.announcementCountMax, lives: Lives = Lives(),
        unaskableMerchantIDs: Set<String> = []
    ) {
        self.unaskableMerchantIDs = unaskableMerchantIDs
        parts = (0..<PaymentEntryLimits.shardCount).map { _ in Part() }
        self.openCountMax = openCountMax
        self.lives = lives
    }

    /// Remembers an announcement. Never waits.
    ///
    /// - Parameters:
    ///   - orderNumber: for a refund, its order's `transaction_id` or `out_trade_no`.
    ///   - expiresAtMillis: the order's end, Unix milliseconds; nil where it was not told. One that has passed, or is too near, is put off by
    ///     ``PaymentEntryLimits/lifeMillisMin``: clocks differ, and a wrong end must not leave the order to the bill.
    @discardableResult
    public func announce(
        _ key: AnnouncementKey, amountFen: Int64, orderNumber: String = "", expiresAtMillis: Int64? = nil,
        nowMillis: Int64
    ) -> AnnouncementOutcome {
        guard key.isAskable, !unaskableMerchantIDs.contains(key.merchantID) else {
            unaskable.wrappingAdd(1, ordering: .relaxed)
            return .unaskable
        }
        let life = key.kind == .order ? lives.orderMillis : lives.refundMillis
        let announcement = Announcement(
            key: key, amountFen: amountFen, orderNumber: orderNumber, announcedAtMillis: nowMillis,
            endsAtMillis: expiresAtMillis.map { max($0, nowMillis + PaymentEntryLimits.lifeMillisMin) }
                ?? nowMillis + life)
        let outcome = part(of: key).shard.withLock { shard in
            shard.announce(announcement) { isReplacement in self.nextNumber(isReplacement: isReplacement) }
        }
        switch outcome {
        case .added:
            announced.wrappingAdd(1, ordering: .relaxed)
            noteChange()
        case .replaced:
            repeated.wrappingAdd(1, ordering: .relaxed)
            noteChange()
        case .known: repeated.wrappingAdd(1, ordering: .relaxed)
        case .full, .unaskable: overflowed.wrappingAdd(1, ordering: .relaxed)
        }
        return outcome
    }

    private func nextNumber(isReplacement: Bool) -> UInt64? {
        if !isReplacement {
            guard openCount.wrappingAdd(1, ordering: .relaxed).newValue <= openCountMax else {
                openCount.wrappingSubtract(1, ordering: .relaxed)
                return nil
            }
        }
        return lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// Takes out what became known, from whatever source. Keys that are not open change nothing.
    public func settle(_ keys: some Sequence<AnnouncementKey>) {
        guard openCount.load(ordering: .relaxed) > 0 else { return }
        var count = 0
        for key in keys where part(of: key).shard.withLock({ $0.settle(key) }) { count += 1 }
        guard count > 0 else { return }
        openCount.wrappingSubtract(count, ordering: .relaxed)
        settledCount.wrappingAdd(UInt64(count), ordering: .relaxed)
        noteChange()
    }

    /// What the book holds and took.
    public var figures: AnnouncementFigures {
        AnnouncementFigures(
            openCount: openCount.load(ordering: .relaxed), announced: announced.load(ordering: .relaxed),
            settled: settledCount.load(ordering: .relaxed), repeated: repeated.load(ordering: .relaxed),
            overflowed: overflowed.load(ordering: .relaxed), unaskable: unaskable.load(ordering: .relaxed))
    }

    // MARK: - The keeper's side

    /// Puts back what an earlier life left; before anything is announced. Those beyond the bound are taken too: the oldest stay.
    ///
    /// - Returns: false where its key is open already.
    public func restore(_ announcement: OpenAnnouncement) -> Bool {
        let key = announcement.announcement.key
        guard part(of: key).shard.withLock({ $0.restore(announcement) }) else { return false }
        openCount.wrappingAdd(1, ordering: .relaxed)
        lastNumber.max(announcement.number, ordering: .relaxed)
        return true
    }

    /// Whether something changed since ``takeChanges()``.
    public var hasChanges: Bool { isChanged.load(ordering: .acquiring) }

    /// Hands out what changed since the last call; each change once. One caller.
    public func takeChanges() -> AnnouncementChanges {
        // Lowered first: what changes while the parts are read raises it again.
        isChanged.store(false, ordering: .releasing)
        var changes = AnnouncementChanges()
        for part in parts { part.shard.withLock { $0.takeChanges(into: &changes) } }
        return changes
    }

    /// Whether it is still open under this number.
    public func isOpen(_ announcement: OpenAnnouncement) -> Bool {
        let key = announcement.announcement.key
        return part(of: key).shard.withLock { $0.isOpen(key, number: announcement.number) }
    }

    /// The number under which a key is open; nil where it is not.
    public func number(of key: AnnouncementKey) -> UInt64? { part(of: key).shard.withLock { $0.number(of: key) } }

    /// Takes out what its keeper is done with; not among the changes.
    public func close(_ announcement: OpenAnnouncement) {
        let key = announcement.announcement.key
        guard part(of: key).shard.withLock({ $0.close(key, number: announcement.number) }) else { return }
        openCount.wrappingSubtract(1, ordering: .relaxed)
    }

    private func noteChange() {
        guard !isChanged.exchange(true, ordering: .acquiringAndReleasing) else { return }
        wakeup.raise()
    }

    private func part(of key: AnnouncementKey) -> Part {
        parts[Int(truncatingIfNeeded: UInt(bitPattern: key.hashValue) % UInt(parts.count))]
    }
}
