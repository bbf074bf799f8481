/// Delivery to merchants' endpoints (`merchant-push.md` §3, §4, §9).
public struct PushSettings: Sendable, Equatable {
    /// A retry ladder by name.
    public enum LadderName: String, Sendable, CaseIterable {
        case standard, wechat, alipay
    }

    /// Endpoints may be plain http. For demonstrations.
    public var allowsPlainHTTP = false
    /// Endpoints may name an address instead of a host. For demonstrations.
    public var allowsIPLiterals = false
    /// Endpoints may use any port. For demonstrations.
    public var allowsAnyPort = false
    /// Ports besides 443 and 8443.
    public var allowedPorts: [Int] = []
    /// Private ranges that may be connected to, CIDR.
    public var allowedPrivateRanges: [String] = []
    /// Single loopback or link-local addresses that may be connected to.
    public var allowedAddresses: [String] = []
    /// PEM file of trusted roots instead of the system's; nil takes the system's.
    public var trustedRootsFile: String?
    /// The ladder of endpoints that name none.
    public var ladder = LadderName.standard
    /// Factor on the delays of all ladders; below 1 for demonstrations.
    public var ladderScale = 1.0
    /// Milliseconds of one attempt where the endpoint names none.
    public var attemptTimeoutMillis = 15_000
    /// Milliseconds an order that was pulled stays hidden: what was under way at a crash comes back after so long. At least an attempt and 10 s.
    public var visibilityMillis = 60_000
    /// Attempts in flight in all.
    public var slotCount = 2_048

    /// The defaults.
    public init() {}
}
