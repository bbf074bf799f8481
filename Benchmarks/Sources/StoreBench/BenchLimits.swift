/// Every bound of the store benchmark in one place. A name ends in the unit of its value.
enum BenchLimits {
    /// Bodies of the corpus; more messages than that repeat them, farther apart than deflate looks back.
    static let corpusBodyCount = 16_384
    /// What the corpus is made from.
    static let corpusSeed: UInt64 = 20_251_124
    /// Seconds a cell runs where the user does not say.
    static let cellSecondsDefault = 3.0
    /// Longest cell: disk space grows with it.
    static let cellSecondsMax = 60.0
    /// Passes where the user does not say.
    static let passCountDefault = 3
    /// Most passes.
    static let passCountMax = 99
    /// Messages each sender sends, and batches each consumer takes, in smoke mode.
    static let smokeRoundCountPerWorker = 2
    /// Commits of raw LMDB in smoke mode.
    static let smokeCommitCount = 4
    /// Messages that fill a queue before a drain in smoke mode.
    static let smokeFillCount = 600
    /// Messages that fill a queue before a drain, at most.
    static let fillCountMax = 2_000_000
    /// Senders that fill a queue before a drain.
    static let fillSenderCount = 64
    /// Rows of raw LMDB in one commit of a fill.
    static let rawFillCommitCount = 1_024
    /// Address space of raw LMDB's map: 64 GiB, as the store's.
    static let rawMapByteCount = 68_719_476_736
    /// How long a drained message stays hidden: longer than a cell, so that none comes twice.
    static let drainVisibilityMillis: UInt64 = 600_000
}
