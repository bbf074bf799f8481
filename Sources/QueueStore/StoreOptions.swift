public import MessageModel

/// How a store is opened. The defaults are for production.
public struct StoreOptions: Sendable {
    /// Bytes of address space for the map, chosen once at start; at least ``MessageModel/Limits/mapByteCountMin``. Not disk: the file grows as needed.
    public var mapByteCount: Int
    /// The process's clock.
    public var time: any TimeSource
    /// Told what an operator should know. Called on the store's threads, or on one that sends and blocks; must return at once.
    public var report: @Sendable (StoreEvent) -> Void
    /// For tests: asked before each commit that writes; what it returns makes the group fail so.
    package var faultBeforeCommit: (@Sendable () -> InjectedFault?)?
    /// For tests: asked after each commit that wrote; what it returns makes its callers be told that the outcome is unknown, though the group is on
    /// the disk, and the store reopen. A full map is not noticed after a commit.
    package var faultAfterCommit: (@Sendable () -> InjectedFault?)?
    /// For tests: when first answers under idempotency keys are merged.
    package var onceBounds = OnceBounds()

    /// Options with the default of each.
    public init(
        mapByteCount: Int = Limits.mapByteCountDefault, time: any TimeSource = SystemTimeSource(),
        report: @escaping @Sendable (StoreEvent) -> Void = { _ in }
    ) {
        self.mapByteCount = mapByteCount
        self.time = time
        self.report = report
    }
}

/// What an operator should know of a store.
public enum StoreEvent: Sendable, Hashable {
    /// The wall clock was earlier than the store's last moment; time goes on from there, by so many milliseconds.
    case clockBehind(milliseconds: UInt64)
    /// A group could not be written; its callers were told that the outcome is unknown.
    case writeFailed(String)
    /// The store was closed, checked and opened again.
    case reopened(attempt: Int)
    /// The disk was full to the last: the ballast file was freed to get out.
    case ballastFreed
    /// The filesystem became read-only: reads go on, everything else is refused.
    case readOnly
    /// Too many writes failed in a row: the store stopped. The process should end.
    case gaveUp(String)
    /// A reader keeps pages of so many commits from being reused: the file grows meanwhile.
    case readersBehind(commits: UInt64)
    /// Room is getting short: so many percent of the map are in use, so many bytes of the disk are free. Said once until there is room again.
    case spaceShort(mapUsedPercent: UInt64, diskFreeByteCount: UInt64)
    /// A row failed its check and was set aside.
    case rowSetAside(String)
    /// The whole store was read: so many rows, and what is wrong, one sentence each; the first 100.
    case scrubbed(rowCount: UInt64, problems: [String])
}

/// A failure that a test asks for.
package enum InjectedFault: Error, Sendable, Hashable {
    /// As if the map had no free page.
    case mapFull
    /// As if the disk had failed during the commit.
    case diskFailed
    /// As if the filesystem had become read-only.
    case readOnly
}
