/// The bounds of this room. A name ends in the unit of its value.
enum PromotionLimits {
    /// Bytes of grants at which a commit is cut: 1 MiB. One order adds at most 28 messages, each below the 20 KiB of an order's message and a KiB of
    /// our own, so a batch stays within ``MessageModel/Limits/batchByteCountMax``, which is 2 MiB.
    static let grantByteCountCut = 1_048_576
}

/// Names of queues that belong to promotions.
public enum PromotionQueues {
    /// Orders that may earn a reward.
    public static let promotions = "promotions"
    /// One message for each grant.
    public static let grants = "promotion-grants"
}
