internal import Synchronization

/// The restrictions that are not lifted and close something, as the payment gate sees them: read without waiting, from any thread, event loops included.
///
/// Filled by ``RestrictionBook``. Thread-safe. A lookup costs one hash and one short lock, well under 1 µs; nothing where nobody is
/// restricted.
public final class RestrictionTable: Sendable {
    private let byMerchant = ShardedTable<[Restriction]>()
    /// Restrictions in the table; lets a lookup end at once in the usual case that there are none.
    private let total = Atomic<Int>(0)

    /// An empty table.
    public init() {}

    /// The restriction under which a payment, or another operation, of this merchant, store and device falls at that moment; of several, the one that
    /// holds longest.
    public func restriction(
        merchant merchantID: String, store: String?, device: String?, atMillis now: Int64,
        of operation: GatedOperation = .payment
    ) -> Restriction? {
        guard total.load(ordering: .acquiring) > 0, let cases = byMerchant[merchantID] else { return nil }
        var found: Restriction?
        for restriction in cases where restriction.isInForce(atMillis: now) {
            guard restriction.refuses(operation), restriction.covers(store: store, device: device) else { continue }
            if let other = found, other.expiresAtMillis ?? .max >= restriction.expiresAtMillis ?? .max { continue }
            found = restriction
        }
        return found
    }

    /// How many there are, those that are not yet or no longer in force included.
    public var count: Int { total.load(ordering: .relaxed) }

    /// How many of a merchant are in force or will be, of the platform or of all others; those that expired do not count.
    func openCount(merchant merchantID: String, isPlatform: Bool, atMillis now: Int64) -> Int {
        byMerchant[merchantID]?.count { ($0.source == .wechat) == isPlatform && $0.expiresAtMillis ?? .max > now } ?? 0
    }

    /// Takes those of a merchant out that have expired: they matter to nobody who asks, and a merchant that is restricted again and again would
    /// gather them.
    func removeExpired(merchant merchantID: String, atMillis now: Int64) {
        let removedCount = byMerchant.update(merchantID) { cases in
            let open = (cases ?? []).filter { $0.expiresAtMillis ?? .max > now }
            let goneCount = (cases?.count ?? 0) - open.count
            cases = open.isEmpty ? nil : open
            return goneCount
        }
        if removedCount > 0 { total.wrappingSubtract(removedCount, ordering: .releasing) }
    }

    /// Puts a restriction in, or replaces the one of its case; for ``RestrictionBook`` and for tests of services. One that closes nothing is taken out: it
    /// refuses nobody, and must not use up the room of a merchant.
    public func put(_ restriction: Restriction) {
        guard !restriction.actions.isEmpty else {
            return remove(caseID: restriction.caseID, merchant: restriction.merchantID)
        }
        let added = byMerchant.update(restriction.merchantID) { cases in
            let others = (cases ?? []).filter { $0.caseID != restriction.caseID }
            let isNew = others.count == cases?.count ?? 0
            cases = others + [restriction]
            return isNew
        }
        if added { total.wrappingAdd(1, ordering: .releasing) }
    }

    /// Takes the restriction of a case out.
    func remove(caseID: String, merchant merchantID: String) {
        let removed = byMerchant.update(merchantID) { cases in
            let others = (cases ?? []).filter { $0.caseID != caseID }
            let isGone = others.count != cases?.count ?? 0
            cases = others.isEmpty ? nil : others
            return isGone
        }
        if removed { total.wrappingSubtract(1, ordering: .releasing) }
    }
}
