/// A merchant of the simulated world.
public struct SimulatedMerchant: Sendable, Equatable {
    /// Its number at the platform, `sub_mchid`.
    public let merchantID: String
    /// A name for people.
    public let name: String
    /// What is special about it.
    public let role: MerchantRole
    /// Its shops.
    public let shops: [Shop]

    /// One shop.
    public struct Shop: Sendable, Equatable {
        /// Its name in the registry.
        public let storeID: String
        /// Its tills.
        public let deviceIDs: [String]
        /// Whether payments of this shop ask the gate first. A printed sticker does not: the shopper's app goes
        /// straight to the platform.
        public let asksGate: Bool
    }

    /// The provider of the simulated world, `sp_mchid`.
    public static let providerMerchantID = "1620001234"
    /// The provider's app.
    static let providerAppID = "wx5f3a9c1d2b7e4a60"

    /// The merchants of a plan: the special roles first, then healthy ones, then those with streams of their own. The
    /// common payments of a seed are the same with and without the last.
    public static func all(of plan: WorldPlan) -> [SimulatedMerchant] {
        let last = MerchantRole.withOwnStream
        let special = MerchantRole.allCases.filter { $0 != .healthy && !last.contains($0) }
        let healthyCount = plan.merchantCount - special.count - last.count
        precondition(healthyCount >= 0, "a validated plan has a merchant for every role")
        let roles = special + Array(repeating: .healthy, count: healthyCount) + last
        return roles.enumerated().map { index, role in
            let shops = (1...plan.shopsPerMerchant).map { shop in
                Shop(
                    storeID: "S\(index)-\(shop)",
                    deviceIDs: (1...2).map { "D\(index)-\(shop)-\($0)" },
                    asksGate: !(role == .late && shop == 1))
            }
            return SimulatedMerchant(
                merchantID: String(1_630_000_001 + index), name: "\(role.rawValue) shop chain \(index)", role: role,
                shops: shops)
        }
    }
}
