/// How a merchant push works; the defaults are those of merchant-push.
public struct MerchantPushSettings: Sendable, Equatable {
    /// Attempts under way, 1…65,536; a quarter of them (at least one) is for slow, failing and unproven endpoints together.
    public var slotCountMax = MerchantPushLimits.slotCountMax
    /// Orders in memory, at least `slotCountMax`.
    public var inMemoryCountMax = MerchantPushLimits.inMemoryCountMax
    /// Milliseconds a pulled order is hidden; at least an endpoint's longest attempt and 10 s, which whoever makes the endpoints sees to.
    public var visibilityMillis = MerchantPushLimits.visibilityMillis
    /// Milliseconds after which an order that does not fit its endpoint comes back at the earliest, at least 1.
    public var deferMillisMin = MerchantPushLimits.deferMillisMin
    /// … and at the latest.
    public var deferMillisMax = MerchantPushLimits.deferMillisMax
    /// … and at the latest while the endpoint answers: a backlog is estimated by what was slow a moment ago.
    public var deferMillisActiveMax = MerchantPushLimits.deferMillisActiveMax
    /// Milliseconds a graceful stop waits for attempts under way.
    public var stopMillisMax = MerchantPushLimits.stopMillisMax
    /// The value of `User-Agent`: product and version.
    public var userAgent = "tillwire/1"

    /// The defaults.
    public init() {}

    /// Checks the numbers against each other.
    ///
    /// - Throws: ``MerchantPushSettingsError`` naming the first that is out of its range.
    public func validate() throws(MerchantPushSettingsError) {
        let attempt = UInt64(MerchantPushLimits.attemptMillisMin) + 2 * UInt64(MerchantPushLimits.leaseSlackMillis)
        guard 1...MerchantPushLimits.slotCountCeiling ~= slotCountMax else {
            throw .outOfRange("slotCountMax: 1 to \(MerchantPushLimits.slotCountCeiling) are allowed")
        }
        guard inMemoryCountMax >= slotCountMax else { throw .outOfRange("inMemoryCountMax: at least slotCountMax") }
        guard attempt...43_200_000 ~= visibilityMillis else {
            throw .outOfRange("visibilityMillis: \(attempt) to 43200000 are allowed")
        }
        guard deferMillisMin >= 1, deferMillisMax >= deferMillisMin, deferMillisMax <= 86_400_000 else {
            throw .outOfRange("deferMillisMin and deferMillisMax: 1 <= min <= max <= 86400000")
        }
        guard stopMillisMax >= 0 else { throw .outOfRange("stopMillisMax: at least 0") }
        guard !userAgent.isEmpty, userAgent.utf8.allSatisfy({ 32...126 ~= $0 }) else {
            throw .outOfRange("userAgent: printable ASCII, not empty")
        }
    }
}

/// Settings that do not fit together.
public enum MerchantPushSettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A number outside its range; the text names it and the range.
    case outOfRange(String)

    /// What is allowed.
    public var description: String {
        switch self {
        case .outOfRange(let what): what
        }
    }
}
