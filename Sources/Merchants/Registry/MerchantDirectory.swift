internal import Synchronization

/// A merchant was registered, changed or deleted.
public struct MerchantChange: Sendable {
    /// Whose registration it is.
    public let merchantID: String
    /// What holds now; nil: deleted.
    public let merchant: Merchant?
}

/// The registered merchants as services see them: read without waiting, from any thread, event loops included.
///
/// Filled by ``MerchantRegistry``. Thread-safe.
public final class MerchantDirectory: Sendable {
    /// Is told about changes; must be quick and not block.
    public typealias Observer = @Sendable (MerchantChange) -> Void

    private struct Entry: Sendable {
        let merchant: Merchant
        let storeByDevice: [String: String]
    }

    private let entries = ShardedTable<Entry>()
    /// Who is told; only ever grows, by a handful at start.
    private let observers = Mutex<[Observer]>([])

    /// An empty directory.
    public init() {}

    /// The merchant of this number; nil where nobody registered it.
    public func merchant(_ merchantID: String) -> Merchant? { entries[merchantID]?.merchant }

    /// The store in which a merchant's device stands; empty where that is not known.
    public func storeID(merchant merchantID: String, device deviceID: String) -> String {
        entries[merchantID]?.storeByDevice[deviceID] ?? ""
    }

    /// All merchants by number. O(n log n).
    public func all() -> [Merchant] { entries.all().map(\.merchant).sorted { $0.merchantID < $1.merchantID } }

    /// How many there are.
    public var count: Int { entries.count }

    /// Calls `body` after every durable change from now on, in order.
    public func observe(_ body: @escaping Observer) { observers.withLock { $0.append(body) } }

    /// Puts a merchant in, for ``MerchantRegistry`` and for tests of services.
    public func replace(_ merchant: Merchant) {
        let devices = merchant.stores.flatMap { store in store.deviceIDs.map { ($0, store.storeID) } }
        let entry = Entry(merchant: merchant, storeByDevice: Dictionary(devices) { first, _ in first })
        entries.update(merchant.merchantID) { $0 = entry }
        tell(MerchantChange(merchantID: merchant.merchantID, merchant: merchant))
    }

    /// Takes a merchant out.
    func remove(_ merchantID: String) {
        entries.update(merchantID) { $0 = nil }
        tell(MerchantChange(merchantID: merchantID, merchant: nil))
    }

    private func tell(_ change: MerchantChange) {
        for observer in observers.withLock({ $0 }) { observer(change) }
    }
}
