internal import HTTPDataPlane

/// Where and for whom a client calls the platform.
public struct WeChatPayClientSettings: Sendable {
    /// The platform.
    public let host: PlatformHost
    /// Asked where the first one is not reached or answers 5xx; nil where there is none.
    public let spareHost: PlatformHost?
    /// Merchant numbers that are asked for by the direct paths.
    public let directMerchantIDs: Set<String>
    /// The whole of one try, milliseconds.
    public var tryMillisMax = WeChatPayLimits.tryMillisMax
    /// Calls under way at once.
    public var callsInFlightMax = WeChatPayLimits.callsInFlightMax

    /// Joins the members.
    public init(host: PlatformHost, spareHost: PlatformHost? = nil, directMerchantIDs: Set<String> = []) {
        self.host = host
        self.spareHost = spareHost
        self.directMerchantIDs = directMerchantIDs
    }

    /// What the connections need.
    var outbound: OutboundSettings {
        OutboundSettings(
            policy: host.policy, limits: WeChatPayLimits.outbound,
            timeLimits: OutboundTimeLimits(totalMillis: tryMillisMax))
    }
}
