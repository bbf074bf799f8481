/// The bounds of merchants and restrictions. A name ends in the unit of its value.
public enum MerchantLimits {
    /// Merchants in the registry.
    public static let merchantCountMax = 200_000
    /// Bytes of a merchant number.
    public static let merchantIDByteCountMax = 32
    /// Bytes of a merchant's name.
    public static let nameByteCountMax = 128
    /// Stores of one merchant.
    public static let storeCountMax = 1_000
    /// Devices of one store.
    public static let deviceCountPerStoreMax = 1_000
    /// Bytes of a store's or device's id.
    public static let placeIDByteCountMax = 32
    /// Bytes of an endpoint URL (`merchant-push.md` §9).
    public static let urlByteCountMax = 2_048
    /// Keys that sign for one endpoint at once (`merchant-push.md` §8).
    public static let secretCountMax = 5
    /// Texts that count as accepted in ack mode `body`.
    public static let ackBodyCountMax = 8
    /// Bytes of one such text.
    public static let ackBodyByteCountMax = 64
    /// Milliseconds of one attempt an endpoint may ask for (`merchant-push.md` §3).
    public static let timeoutMillis = 1_000...30_000
    /// Bytes of one merchant, encoded.
    public static let recordByteCountMax = 262_144
    /// Bytes of a merchant in one row; longer ones take several.
    public static let rowPartByteCountMax = 1_900
    /// Bytes of the merchants file.
    public static let fileByteCountMax = 67_108_864
    /// Values and member names in the merchants file.
    public static let fileNodeCountMax = 8_388_608
    /// Merchants whose rows change in one call of the store.
    public static let mergeBatchCountMax = 64
    /// Changes that wait for the one before; more are refused as overload.
    public static let waitingChangeCountMax = 256

    /// Cases that are remembered, lifted ones included.
    public static let caseCountMax = 1_000_000
    /// Cases of one merchant that close something now or later, those of the platform not counted.
    public static let casesPerMerchantMax = 64
    /// The same of the platform alone. Far more than it has ever open: what it closes must not fail for room that others take.
    public static let platformCasesPerMerchantMax = 1_024
    /// Milliseconds the business time of a callback may be ahead of our clock: more than clocks differ, and no later state is kept out for long.
    public static let businessTimeAheadMillisMax: Int64 = 300_000
    /// Bytes of a case id.
    public static let caseIDByteCountMax = 60
    /// Bytes of a reason code.
    public static let reasonCodeByteCountMax = 64
    /// Bytes of a reason's text.
    public static let reasonTextByteCountMax = 256
    /// Bytes of the name of who changed something.
    public static let actorByteCountMax = 64
    /// Milliseconds a lifted or expired case is remembered: 100 days, as long as orders.
    public static let closedCaseMillis: Int64 = 100 * 86_400_000
    /// The same for cases that risk control put: a day.
    public static let closedRiskCaseMillis: Int64 = 86_400_000
    /// Closed cases that one sweep forgets in one call of the store.
    public static let sweepBatchCountMax = 256
    /// Entries of the audit trail; beyond, the oldest goes with every new one.
    public static let auditEntryCountMax: UInt64 = 1_000_000
    /// Entries and cases in one listing.
    public static let pageCountMax = 1_000
}
