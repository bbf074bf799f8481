/// A finished backup.
public struct BackupReport: Sendable, Hashable {
    /// The folder; ``Store/open(at:options:)`` opens it.
    public let path: String
    /// Bytes of its file.
    public let byteCount: UInt64
    /// The commit it holds: everything acknowledged up to it, and nothing after it.
    public let groupNumber: UInt64
    /// Rows in it, all tables; each was checked in the copy.
    public let rowCount: UInt64
    /// Messages in it that are waiting or delayed.
    public let messageCount: UInt64
    /// What is wrong in it, and therefore in the store; empty unless damage was accepted.
    public let problems: [String]
}
