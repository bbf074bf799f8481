/// Every bound of the store benchmark in one place. A name ends in the unit of its value.
enum BenchLimits {
    // MARK: The run

    /// Bodies of the corpus; more messages than that repeat them, farther apart than deflate looks back.
    static let corpusBodyCount = 16_384
    /// What the corpus is made from.
    static let corpusSeed: UInt64 = 20_251_124
    /// Seconds a run of one contestant lasts where the user does not say.
    static let runSecondsDefault = 1.5
    /// Longest run: disk space grows with it.
    static let runSecondsMax = 60.0
    /// Passes where the user does not say.
    static let passCountDefault = 5
    /// Most passes.
    static let passCountMax = 99
    /// How long the machine is waited for to be idle before a run.
    static let idleWaitNanosMax: UInt64 = 1_500_000_000
    /// Cores in use below which the machine counts as idle.
    static let idleCoresMax = 0.4
    /// Between two looks at whether the machine is idle.
    static let idleLookNanos: UInt64 = 100_000_000

    /// Cores in use by other programs above which a run's verdicts mean little.
    static let disturbedCoresMin = 0.3

    // MARK: Smoke mode

    /// Messages each sender sends, and batches each consumer takes.
    static let smokeRoundCountPerWorker = 2
    /// Messages, or blocks, after which a limit ends.
    static let smokeLimitCount = 256
    /// Messages that fill a queue before a drain.
    static let smokeFillCount = 600
    /// Messages of the depth rows.
    static let smokeDepth = 1_024
    /// Messages of the open loop.
    static let smokeOpenLoopCount = 200

    // MARK: Drains

    /// Messages that fill a queue before a drain, the limits' and the peers' too.
    static let fillCount = 200_000
    /// Senders that fill a queue of ours before a drain, and what the peer's fill has under way.
    static let fillSenderCount = 1_024
    /// Rows of LMDB in one commit of a limit's fill.
    static let limitFillCommitCount = 1_024
    /// Messages that a commit of the raw drain reads and deletes, and that a block of the block drain holds.
    static let drainGroupCount = 64
    /// How long a drained message stays hidden: longer than a run, so that none comes twice.
    static let drainVisibilityMillis: UInt64 = 600_000

    // MARK: Limits

    /// Messages in a block of the two-thread limit: what the store's own blocks hold at most, and the fastest of 64, 256 and 1,024.
    static let twoThreadBlockCount = 256
    /// Blocks that the packer of the two-thread limit is ahead of the disk.
    static let twoThreadSlotCount = 3
    /// Threads that the logical producers of group commit share.
    static let groupCommitThreadCount = 2
    /// Address space of a limit's map: 64 GiB, as the store's.
    static let limitMapByteCount = 68_719_476_736

    // MARK: End to end

    /// Messages a second.
    static let openLoopRatePerSecond = 5_000
    /// Consumers, ours and the peer's; connections of the peer's producers too.
    static let openLoopConsumerCount = 16
    /// Messages a consumer receives at once.
    static let openLoopBatchCount = 64
    /// Longest wait of a receive.
    static let openLoopPollMillis: UInt64 = 500
    /// What is sent before the measured part begins.
    static let openLoopWarmUpSeconds = 1.0
    /// How long what was sent is waited for at the end.
    static let openLoopTailNanos: UInt64 = 10_000_000_000

    // MARK: Depth

    /// Messages waiting where the user does not say; the row says 10 million.
    static let depthDefault = 1_000_000
    /// Most messages waiting.
    static let depthMax = 50_000_000
    /// Tasks that fill the deep queue.
    static let depthFillTaskCount = 8
    /// Messages in one send of that fill: full blocks.
    static let depthFillBatchCount = 256
    /// Senders of the enqueue beside a deep queue, as the peers are measured.
    static let depthSenderCount = 64
    /// Messages the drain takes at once.
    static let depthDrainBatchCount = 256
    /// Between two readings of the child's memory.
    static let memoryReadingMillis = 100

    // MARK: Peers

    /// How long a peer may take to answer its first connection.
    static let peerStartNanosMax: UInt64 = 60_000_000_000
    /// How often RabbitMQ's port mapper is told to end, and how long apart.
    static let portMapperAttemptCountMax = 30
    static let portMapperPauseNanos: UInt64 = 100_000_000
    /// Part of a run that a peer has for warming up beforehand.
    static let peerWarmUpShare = 0.15
    /// Bytes read from a connection at once.
    static let peerReadByteCount = 65_536
    /// A peer that says nothing for so long has failed.
    static let peerSilenceMillisMax = 20_000
    /// Longest wait of the peer's open loop for one of its consumers to hear something.
    static let peerConsumerPollMillis = 50
    /// Senders beside a queue whose blocks are merged.
    static let sparseSenderCount = 64
}
