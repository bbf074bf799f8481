/// The merchants whose orders a definition is about: all of them, or a list.
///
/// A selection that exists is valid: a list is sorted, free of duplicates and within its bounds. Thread-safe: a value.
public struct MerchantSelection: Sendable, Hashable {
    /// Every merchant, those registered later included.
    public static let all = MerchantSelection()

    /// The merchants named, in ascending order; nil for ``all``.
    public let merchantIDs: [String]?

    private init() {
        merchantIDs = nil
    }

    /// Exactly these merchants, in any order.
    ///
    /// - Throws: ``CampaignError/invalid(member:allowed:)`` for a number that is none, one named twice, or too many or none of them.
    /// - Complexity: O(n log n) in merchants.
    public init(merchantIDs: [String]) throws(CampaignError) {
        let countMax = CampaignLimits.merchantCountMax
        guard 1...countMax ~= merchantIDs.count else {
            throw .invalid(member: "merchants", allowed: "\"all\" or 1 to \(countMax) merchant numbers are allowed")
        }
        for (index, id) in merchantIDs.enumerated() where !CampaignText.isMerchantID(id) {
            let most = CampaignLimits.merchantIDByteCountMax
            throw .invalid(member: "merchants[\(index)]", allowed: "1 to \(most) letters, digits, - or _ are allowed")
        }
        let sorted = merchantIDs.sorted()
        for (earlier, later) in zip(sorted, sorted.dropFirst()) where earlier == later {
            throw .invalid(member: "merchants", allowed: "\(later) stands there twice; every merchant may stand once")
        }
        self.merchantIDs = sorted
    }

    /// Whether orders of this merchant belong to it.
    ///
    /// - Complexity: O(log n) in merchants named.
    public func contains(_ merchantID: String) -> Bool {
        guard let merchantIDs else { return true }
        var low = 0
        var high = merchantIDs.count
        while low < high {
            let middle = (low + high) / 2
            if merchantIDs[middle] < merchantID { low = middle + 1 } else { high = middle }
        }
        return low < merchantIDs.count && merchantIDs[low] == merchantID
    }
}
