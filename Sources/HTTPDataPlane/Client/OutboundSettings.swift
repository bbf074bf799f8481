/// How an outbound client behaves.
public struct OutboundSettings: Sendable, Equatable {
    /// Where it may connect.
    public var policy: EndpointPolicy
    /// Its bounds.
    public var limits: OutboundLimits
    /// Its time limits, unless a request brings its own.
    public var timeLimits: OutboundTimeLimits
    /// A PEM file of trusted roots; nil trusts the system's.
    public var trustedRootsPath: String?

    /// Strict unless told otherwise.
    public init(
        policy: EndpointPolicy = .production, limits: OutboundLimits = OutboundLimits(),
        timeLimits: OutboundTimeLimits = OutboundTimeLimits(), trustedRootsPath: String? = nil
    ) {
        self.policy = policy
        self.limits = limits
        self.timeLimits = timeLimits
        self.trustedRootsPath = trustedRootsPath
    }
}
