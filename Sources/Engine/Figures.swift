public import MessageModel

/// Depth and age of a queue.
public struct QueueFigures: Sendable, Hashable {
    /// Messages that are visible or leased. Exact.
    public var waiting: UInt64
    /// Of these, leased at this moment.
    public var leased: UInt64
    /// Messages that wait for their time: delayed sends and delayed releases. Exact.
    public var delayed: UInt64
    /// Messages that are acknowledged and kept for a rewind. Exact.
    public var kept: UInt64
    /// Raw bytes of all messages not acknowledged.
    public var rawByteCount: UInt64
    /// Messages this queue ever took.
    public var enqueuedTotal: UInt64
    /// When the oldest unacknowledged message was enqueued; nil where the queue is empty.
    public var oldestEnqueuedAt: Timestamp?
    /// Receives that wait for a message.
    public var waitingPolls: Int

    /// Joins the members.
    public init(
        waiting: UInt64, leased: UInt64, delayed: UInt64, kept: UInt64 = 0, rawByteCount: UInt64, enqueuedTotal: UInt64,
        oldestEnqueuedAt: Timestamp?, waitingPolls: Int
    ) {
        self.waiting = waiting
        self.leased = leased
        self.delayed = delayed
        self.kept = kept
        self.rawByteCount = rawByteCount
        self.enqueuedTotal = enqueuedTotal
        self.oldestEnqueuedAt = oldestEnqueuedAt
        self.waitingPolls = waitingPolls
    }
}

/// State of an engine.
public struct EngineFigures: Sendable, Hashable {
    /// Whether sends are taken at this moment, and if not, why.
    public var refusesSends: String?
    /// Commits since the store was made.
    public var groupNumber: UInt64
    /// Commits since this start.
    public var commitCount: UInt64
    /// Commands committed since this start; divided by commits, the size of a group.
    public var commandCount: UInt64
    /// Bytes of the map that are in use.
    public var mapUsedByteCount: UInt64
    /// Bytes of the map.
    public var mapByteCount: UInt64
    /// Free bytes of the disk.
    public var diskFreeByteCount: UInt64
    /// Commits between the oldest reader and the newest commit.
    public var readerLag: UInt64
    /// Rows that failed their check since this start.
    public var corruptedCount: UInt64
    /// Times the store was reopened after a failed write.
    public var reopenCount: UInt64

    /// Joins the members.
    public init(
        refusesSends: String?, groupNumber: UInt64, commitCount: UInt64, commandCount: UInt64, mapUsedByteCount: UInt64,
        mapByteCount: UInt64, diskFreeByteCount: UInt64, readerLag: UInt64, corruptedCount: UInt64, reopenCount: UInt64
    ) {
        self.refusesSends = refusesSends
        self.groupNumber = groupNumber
        self.commitCount = commitCount
        self.commandCount = commandCount
        self.mapUsedByteCount = mapUsedByteCount
        self.mapByteCount = mapByteCount
        self.diskFreeByteCount = diskFreeByteCount
        self.readerLag = readerLag
        self.corruptedCount = corruptedCount
        self.reopenCount = reopenCount
    }
}

/// What a verification found.
public struct VerifyReport: Sendable, Hashable {
    /// Rows looked at, all tables.
    public var rowCount: UInt64
    /// Blocks inflated and checked.
    public var blockCount: UInt64
    /// Messages that are waiting or delayed.
    public var messageCount: UInt64
    /// Whether counts and references between tables were compared too; a busy store's are compared queue by queue as far as it holds still.
    public var comparedCounts: Bool
    /// What is wrong, one sentence each; the first 100.
    public var problems: [String]
    /// Of all that is wrong, what a repair of the stopped store rebuilds without losing anything.
    public var repairable: Int

    /// Joins the members.
    public init(
        rowCount: UInt64, blockCount: UInt64, messageCount: UInt64, comparedCounts: Bool, problems: [String],
        repairable: Int = 0
    ) {
        self.rowCount = rowCount
        self.blockCount = blockCount
        self.messageCount = messageCount
        self.comparedCounts = comparedCounts
        self.problems = problems
        self.repairable = repairable
    }
}
