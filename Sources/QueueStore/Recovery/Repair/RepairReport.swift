public import Engine

/// What a repair did.
public struct RepairReport: Sendable, Hashable {
    /// What was done, one sentence each; the first 100. All stand in the log.
    public let actions: [String]
    /// How much was done.
    public let actionCount: Int
    /// The file that names each thing done, and holds each row that was given up; nil where nothing was done.
    public let logPath: String?
    /// What a verification finds now.
    public let verification: VerifyReport
}
