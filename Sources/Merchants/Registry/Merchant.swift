/// Whether a merchant's orders are pushed.
public enum MerchantState: String, Sendable, CaseIterable {
    /// Orders are pushed.
    case active
    /// Orders wait; payments go on.
    case paused
}

/// A store of a merchant with its devices.
public struct MerchantStore: Sendable, Hashable {
    /// The merchant's id of the store.
    public let storeID: String
    /// The devices in it, as `scene_info.device_id` of a payment names them.
    public let deviceIDs: [String]

    /// Joins the members.
    public init(storeID: String, deviceIDs: [String]) {
        self.storeID = storeID
        self.deviceIDs = deviceIDs
    }
}

/// A registered merchant. Immutable: a change makes a new one of a higher revision.
public struct Merchant: Sendable, Hashable {
    /// Its number at WeChat Pay.
    public let merchantID: String
    /// Its name; may be empty.
    public let name: String
    /// Whether its orders are pushed.
    public let state: MerchantState
    /// Its stores.
    public let stores: [MerchantStore]
    /// Where its orders go; nil: nowhere yet, they wait.
    public let endpoint: MerchantEndpoint?
    /// Rises with every change of any merchant.
    public let revision: UInt64

    /// Joins the members; ``MerchantRegistry`` checks them.
    public init(
        merchantID: String, name: String = "", state: MerchantState = .active, stores: [MerchantStore] = [],
        endpoint: MerchantEndpoint? = nil, revision: UInt64 = 0
    ) {
        self.merchantID = merchantID
        self.name = name
        self.state = state
        self.stores = stores
        self.endpoint = endpoint
        self.revision = revision
    }

    /// Where orders are pushed at present; nil while paused or without endpoint.
    public var pushEndpoint: MerchantEndpoint? { state == .active ? endpoint : nil }

    /// The same merchant under another revision.
    func revised(_ revision: UInt64) -> Merchant {
        Merchant(
            merchantID: merchantID, name: name, state: state, stores: stores, endpoint: endpoint, revision: revision)
    }
}
