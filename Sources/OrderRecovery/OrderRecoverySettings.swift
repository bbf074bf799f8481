/// How eagerly the platform is asked, and for whom.
public struct OrderRecoverySettings: Sendable, Equatable {
    /// Milliseconds from an announcement to its first question; later pauses double it.
    public var firstQueryMillis = OrderRecoveryLimits.firstQueryMillis
    /// Questions a second, at least 1. In any span of time at most this rate and a tenth of a second's more.
    public var queriesPerSecond = OrderRecoveryLimits.queriesPerSecond
    /// Questions under way at once, at least 1.
    public var queriesInFlightMax = OrderRecoveryLimits.queriesInFlightMax
    /// Milliseconds an announcement may be in memory only: what a crash can forget.
    public var writeBehindMillis = OrderRecoveryLimits.writeBehindMillis
    /// By how much a pause may be shortened, in thousandths.
    public var jitterPermille = OrderRecoveryLimits.jitterPermille
    /// Where the random part of pauses starts.
    public var seed: UInt64
    /// The provider's number, which stands in notices of its merchants' refunds; nil where there is none.
    public var providerMerchantID: String?
    /// Our own merchant numbers: their refunds are told in the direct form.
    public var directMerchantIDs: Set<String>

    /// The defaults.
    public init(
        providerMerchantID: String? = nil, directMerchantIDs: Set<String> = [],
        seed: UInt64 = .random(in: 0...UInt64.max)
    ) {
        self.providerMerchantID = providerMerchantID
        self.directMerchantIDs = directMerchantIDs
        self.seed = seed
    }
}
