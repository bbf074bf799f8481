/// The bounds of campaigns and promotions, and of the services that keep them. A name ends in the unit of its value.
public enum CampaignLimits {
    // MARK: Definitions

    /// Bytes of a campaign's or promotion's id.
    public static let idByteCountMax = 64
    /// Bytes of a name.
    public static let nameByteCountMax = 128
    /// Merchants one definition may name; beyond that it is for all.
    public static let merchantCountMax = 1_000
    /// Bytes of a merchant number.
    public static let merchantIDByteCountMax = 32
    /// The least amount of an order that a definition may ask for, fen: up to ten thousand million yuan.
    public static let amountMinFen: ClosedRange<Int64> = 1...amountFenMax
    /// The least amount where a definition does not say, fen.
    public static let amountMinFenDefault: Int64 = 1
    /// No amount in a definition is above this, fen.
    public static let amountFenMax: Int64 = 1_000_000_000_000
    /// A reward of a fixed amount, or the cap of a percentage, fen.
    public static let rewardFen: ClosedRange<Int64> = 1...amountFenMax
    /// A percentage in hundredths of a percent.
    public static let basisPoints: ClosedRange<Int64> = 1...10_000
    /// What a promotion may grant in all, fen.
    public static let budgetFen: ClosedRange<Int64> = 1...1_000_000_000_000_000
    /// Grants one payer may get from a promotion.
    public static let grantsPerPayerCount: ClosedRange<Int64> = 1...1_000_000
    /// Beginning and end of a window, Unix milliseconds: 1970 to 9999, what RFC 3339 can write.
    public static let timeMillis: ClosedRange<Int64> = 0...253_402_300_799_999

    // MARK: Keeping them

    /// Campaigns known at once.
    public static let campaignCountMax = 1_000
    /// Promotions known at once.
    public static let promotionCountMax = 1_000
    /// Bytes of one definition as it is stored; the largest has about 35,700.
    public static let definitionByteCountMax = 40_000
    /// Values and member names in a stored definition; the largest has about 1,030.
    public static let definitionNodeCountMax = 1_100
    /// Bytes of a definition in one row; longer ones take several.
    public static let definitionPartByteCountMax = 1_900
    /// Rows of the largest definition.
    public static let definitionPartCountMax =
        (definitionByteCountMax + definitionPartByteCountMax - 1) / definitionPartByteCountMax
    /// Changes that wait for the one before; more are refused as overload.
    public static let waitingChangeCountMax = 256
    /// Definitions in one listing.
    public static let pageCountMax = 1_000
}
