/// Bounds of what subscriptions keep and of what is pushed to them. A name ends in the unit of its value.
public enum CMQPushLimits {
    /// Characters of an endpoint (`cmq-protocol.md` §4.4); they are ASCII, so bytes too.
    public static let endpointByteCountMax = 500
    /// Bytes of an encoded annotation; the store takes no longer one.
    public static let annotationByteCountMax = 1_000
    /// Values and member names of an encoded annotation.
    static let annotationNodeCountMax = 32
    /// Bytes of the readable part of a hidden queue's name.
    static let readableNameByteCountMax = 22
    /// Milliseconds a topic keeps a message that a subscriber did not take: one day (`cmq-protocol.md` §4).
    public static let topicRetentionMillis: UInt64 = 86_400_000
}
