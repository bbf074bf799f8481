internal import Engine
internal import MessageModel

/// Which deliveries are held, until when at least, and when each must be extended. A value: it reads no clock.
///
/// A lease is extended when half of its time is over, so that the other half is left for failures.
struct LeaseTable<Receipt: EngineReceipt> {
    private struct Lease {
        /// Hidden at least until then.
        var hiddenUntil: Timestamp
        var renewAt: Timestamp
        /// Not extended any more from then on.
        let keptUntil: Timestamp
    }

    private let visibilityMillis: UInt64
    private var leases: [Receipt: Lease] = [:]
    /// No lease is to be extended earlier; nil where there is none.
    private(set) var nextRenewal: Timestamp?

    init(visibilityMillis: UInt64) { self.visibilityMillis = visibilityMillis }

    /// Deliveries in it.
    var count: Int { leases.count }

    /// Adds a delivery that is hidden until `hiddenUntil`.
    mutating func add(_ receipt: Receipt, hiddenUntil: Timestamp, now: Timestamp) {
        let renewAt = Timestamp(milliseconds: hiddenUntil.milliseconds - min(half, hiddenUntil.milliseconds))
        leases[receipt] = Lease(
            hiddenUntil: hiddenUntil, renewAt: renewAt,
            keptUntil: now.adding(milliseconds: Limits.keepHiddenMillisMax))
        nextRenewal = min(nextRenewal ?? renewAt, renewAt)
    }

    /// Takes a delivery out.
    mutating func remove(_ receipt: Receipt) {
        leases[receipt] = nil
        if leases.isEmpty { nextRenewal = nil }
    }

    /// Whether the delivery is held and its time not over.
    func isLive(_ receipt: Receipt, now: Timestamp) -> Bool { leases[receipt].map { now < $0.hiddenUntil } ?? false }

    /// Has a held delivery be due at once.
    mutating func hurry(_ receipt: Receipt) {
        guard leases[receipt] != nil else { return }
        leases[receipt]?.renewAt = .zero
        nextRenewal = .zero
    }

    /// Up to `countMax` deliveries to extend now. Those whose time is over, or that were held too long, are `lost` where it is; they are
    /// out. O(deliveries), twice in the time of a lease.
    mutating func due(now: Timestamp, countMax: Int) -> (renew: [Receipt], lost: [Receipt]) {
        var renew: [Receipt] = []
        var lost: [Receipt] = []
        var next = Timestamp.distantFuture
        for (receipt, lease) in leases {
            if lease.hiddenUntil <= now {
                lost.append(receipt)
            } else if lease.renewAt <= now, lease.keptUntil > now, renew.count < countMax {
                renew.append(receipt)
            } else if lease.keptUntil > now {
                next = min(next, lease.renewAt)
            } else {
                next = min(next, lease.hiddenUntil)
            }
        }
        for receipt in lost { leases[receipt] = nil }
        nextRenewal = leases.isEmpty ? nil : next
        return (renew, lost)
    }

    /// The delivery was extended by a call that began at `asked`.
    mutating func extended(_ receipt: Receipt, asked: Timestamp) {
        guard let lease = leases[receipt] else { return }
        leases[receipt]?.hiddenUntil = max(lease.hiddenUntil, asked.adding(milliseconds: visibilityMillis))
        schedule(receipt, at: asked.adding(milliseconds: visibilityMillis - half))
    }

    /// The call to extend failed for now: once more after an eighth of the lease.
    mutating func postponed(_ receipt: Receipt, now: Timestamp) {
        guard leases[receipt] != nil else { return }
        schedule(receipt, at: now.adding(milliseconds: max(1, visibilityMillis / 8)))
    }

    private var half: UInt64 { visibilityMillis / 2 }

    private mutating func schedule(_ receipt: Receipt, at moment: Timestamp) {
        leases[receipt]?.renewAt = moment
        nextRenewal = min(nextRenewal ?? moment, moment)
    }
}
