/// Bounds of the push to topic subscribers. A name ends in the unit of its value.
public enum TopicFanOutLimits {
    /// Milliseconds an endpoint has to answer (`cmq-protocol.md` §4.6).
    public static let answerMillisMax: UInt64 = 15_000
}
