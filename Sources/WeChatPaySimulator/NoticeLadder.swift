/// When the platform repeats a notice (wechat-pay §2.2): fifteen pauses, 24 h 4 min together, each counted from the
/// delivery before it. Compressed by a factor for demonstrations.
public struct NoticeLadder: Sendable, Equatable {
    /// The platform's table, seconds.
    public static let pausesSeconds = [
        15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600, 21_600,
    ]
    /// The platform's patience in reality, milliseconds (wechat-pay §2.1).
    public static let realAnswerLimitMillis = 5_000

    /// All pauses are multiplied by it; 1 is real time.
    public let scale: Double
    /// How long the platform waits for an answer.
    public let answerLimitMillis: Int

    /// A ladder.
    public init(scale: Double = 1, answerLimitMillis: Int = NoticeLadder.realAnswerLimitMillis) {
        self.scale = scale
        self.answerLimitMillis = answerLimitMillis
    }

    /// The pause after delivery number `delivery` (1 is the first); nil after the last one.
    public func pauseMillis(afterDelivery delivery: Int) -> Int? {
        guard Self.pausesSeconds.indices.contains(delivery - 1) else { return nil }
        return max(Int((Double(Self.pausesSeconds[delivery - 1]) * 1_000 * scale).rounded()), 1)
    }
}
