/// The bounds of one JSON text: its bytes, its depth, its values.
///
/// Every bound is checked while reading, before anything of that size is built. Thread-safe: a value.
public struct JSONLimits: Sendable, Equatable {
    /// The longest text that is read, in bytes. Never above `byteCountCeiling`.
    public var byteCountMax: Int
    /// How many arrays and objects may be open at once.
    public var depthMax: Int
    /// How many values and member names one text may hold.
    public var nodeCountMax: Int

    /// The ciphertext of a notice may be 1 MiB by its documented type, plus 64 KiB for the envelope around it.
    public static let bodyByteCountMax = 1_114_112
    /// Depth of every JSON text at the borders of the broker.
    public static let standardDepthMax = 32
    /// Four times what a text of typical density holds at the largest size; bounds the tape at about 5 MB.
    public static let standardNodeCountMax = 262_144
    /// Offsets are kept in 32 bits.
    public static let byteCountCeiling = 1 << 30

    /// The bounds used unless a caller names tighter ones.
    public static let standard = JSONLimits()

    /// Makes a set of bounds.
    public init(
        byteCountMax: Int = JSONLimits.bodyByteCountMax,
        depthMax: Int = JSONLimits.standardDepthMax,
        nodeCountMax: Int = JSONLimits.standardNodeCountMax
    ) {
        precondition(byteCountMax > 0 && byteCountMax <= Self.byteCountCeiling, "byteCountMax is outside 1…2^30")
        precondition(depthMax > 0 && depthMax <= 512, "depthMax is outside 1…512")
        precondition(nodeCountMax > 0, "nodeCountMax is not positive")
        self.byteCountMax = byteCountMax
        self.depthMax = depthMax
        self.nodeCountMax = nodeCountMax
    }
}
