/// Every bound of the store and its library in one place. A name ends in the unit of its value.
///
/// Bounds of the wire (requests, answers, endpoints) stand in the rooms that own the wire.
public enum Limits {
    // MARK: Names and messages

    /// Bytes of a queue's, topic's or subscription's name.
    public static let nameByteCountMax = 64
    /// Bytes of one tag.
    public static let tagByteCountMax = 64
    /// Tags on one message, and in one subscription's filter.
    public static let tagCountMax = 5
    /// Bytes of a routing key or a binding key.
    public static let routingKeyByteCountMax = 64
    /// Words of a routing key or a binding key.
    public static let routingKeyWordCountMax = 16
    /// Binding keys of one subscription.
    public static let bindingKeyCountMax = 5
    /// Bytes of what a subscription's maker keeps with it.
    public static let annotationByteCountMax = 1_000
    /// Bytes of the name a consumer gives itself.
    public static let consumerLabelByteCountMax = 64
    /// Bytes of a message's encoded properties.
    public static let propertiesByteCountMax = 8_192
    /// Bytes of one body.
    public static let bodyByteCountMax = 1_048_576
    /// Messages in one send, publish, receive or settle.
    public static let batchCountMax = 256
    /// Bytes of bodies and properties in one batch.
    public static let batchByteCountMax = 2_097_152
    /// Bytes of an idempotency key.
    public static let idempotencyKeyByteCountMax = 128
    /// Largest id of a queue or topic; message ids hold 21 bits of it.
    public static let entityIDMax: UInt32 = 0x1F_FFFF
    /// Largest sequence number; message ids hold 42 bits of it.
    public static let sequenceMax: UInt64 = 0x3FF_FFFF_FFFF

    // MARK: Queues and topics

    /// Queues in a store.
    public static let queueCountMax = 10_000
    /// Topics in a store.
    public static let topicCountMax = 1_000
    /// Subscriptions of one topic: all their index rows go into one commit.
    public static let subscriptionCountPerTopicMax = 64
    /// Longest visibility timeout: 12 hours.
    public static let visibilityMillisMax: UInt64 = 43_200_000
    /// Visibility timeout of a queue that does not say: 30 s.
    public static let visibilityMillisDefault: UInt64 = 30_000
    /// Longest delay of a send or a release: 70 days.
    public static let delayMillisMax: UInt64 = 6_048_000_000
    /// Shortest retention: 30 s, as CMQ's newer control plane has it.
    public static let retentionMillisMin: UInt64 = 30_000
    /// Longest retention and rewind: 15 days.
    public static let retentionMillisMax: UInt64 = 1_296_000_000
    /// Largest number of deliveries a dead-letter policy may allow.
    public static let deliveryCountMax = 1_000
    /// Queues that share one dead-letter queue.
    public static let deadLetterSourceCountMax = 6
    /// Milliseconds after which a topic's message for a full queue tries again to become visible there.
    public static let overflowRetryMillis: UInt64 = 10_000
    /// How long trace events are kept: 3 days.
    public static let traceMillis: UInt64 = 259_200_000
    /// Trace events that wait to be written; more are dropped and counted.
    public static let tracePendingCountMax = 65_536
    /// Trace events read by one call.
    public static let traceReadCountMax = 1_000
    /// Longest wait of one receive: 30 s.
    public static let pollMillisMax: UInt64 = 30_000
    /// Deliveries of one queue that are neither acknowledged nor back.
    public static let leaseCountPerQueueMax = 100_000
    /// Waiting receives of one queue.
    public static let pollCountPerQueueMax = 1_024
    /// Waiting receives in all.
    public static let pollCountMax = 16_384
    /// Sequences that are visible again and kept in order in memory; more make the ready cursor go back.
    public static let returnedCountPerQueueMax = 1_024
    /// Acknowledged deliveries a queue remembers, so that a repeated acknowledgement succeeds.
    public static let settledMemoryPerQueueMax = 4_096

    // MARK: Consumers of the library

    /// Unread messages of one sequence of messages: one receive.
    public static let prefetchCountMax = batchCountMax
    /// Handlers that one consumer runs at once.
    public static let handlerCountMax = 1_024
    /// Deliveries that one consumer with handlers holds: waiting for a handler, running, waiting for their settlement.
    public static let heldDeliveryCountMax = 4_096
    /// Longest time one delivery is kept hidden for whoever works on it: 12 hours. A handler that hangs loses its message then.
    public static let keepHiddenMillisMax: UInt64 = 43_200_000
    /// Milliseconds that closing waits for running handlers where the program does not say.
    public static let closeGraceMillis: UInt64 = 10_000
    /// Milliseconds a consumer waits before it repeats a receive or a settlement that was refused for now; doubles with each repeat of a settlement.
    public static let consumerRetryMillis: UInt64 = 100
    /// Attempts to settle a batch; what is not settled then comes back when its lease ends.
    public static let settleAttemptCountMax = 8

    // MARK: Blocks

    /// Messages in one block.
    public static let blockMessageCountMax = 256
    /// Raw bytes in one block of several messages.
    public static let blockRawByteCountMax = 262_144
    /// Estimated stored bytes at which a block is cut: about one run of eight pages.
    public static let blockStoredByteCountTarget = 30_000
    /// Messages below which a block is not split for the sake of packing its parts at once.
    public static let blockSplitMessageCountMin = 32
    /// Largest raw size a block header may name: one message with properties and its index.
    public static let blockRawByteCountCeiling = bodyByteCountMax + propertiesByteCountMax + 64
    /// Pages in one payload row (`reliability.md` rule 19).
    public static let payloadPartPageCountMax = 8
    /// Bytes of inflated blocks that readers share.
    public static let blockCacheByteCountMax = 8_388_608

    // MARK: Dictionaries of small blocks (`store-design.md` §1.3)

    /// Bytes of a dictionary.
    public static let dictionaryByteCountMax = 2_048
    /// Dictionaries in a store; none is ever deleted.
    public static let dictionaryCountMax = 4_096
    /// Messages of a block that is deflated with a dictionary: a larger one finds likeness enough in itself.
    public static let dictionaryBlockMessageCountMax = 16
    /// Messages of a source that are looked at to learn its dictionary.
    public static let dictionaryLearningMessageCount = 256
    /// Of these, messages that it is made from.
    public static let dictionarySampleCount = 64
    /// Of these, others that it is judged by.
    public static let dictionaryProbeCount = 32
    /// Whole messages in a dictionary, end to end.
    public static let dictionaryPieceCount = 4
    /// Saving, in thousandths, from which on a dictionary is adopted.
    public static let dictionarySavingPermilleMin = 150
    /// Milliseconds before a source is learned anew: a day.
    public static let dictionaryRelearnMillis: UInt64 = 86_400_000
    /// Sources that are learned at the same time; others wait. Bounds their samples to 3 MiB.
    public static let dictionaryLearningSourceCountMax = 16
    /// Dictionaries whose bytes are held in memory.
    public static let dictionaryCacheCountMax = 512

    // MARK: Compaction (`store-design.md` §5.2)

    /// A row is worth rewriting where this many times its live messages are no more than all its messages.
    public static let compactionShrinkMin = 4
    /// Milliseconds a row is left alone: most of its messages are about to be done.
    public static let compactionAgeMillisMin: UInt64 = 60_000
    /// Milliseconds between the enqueue times of rows that are merged; a message may expire that much late, never early.
    public static let compactionSpanMillisMax: UInt64 = 60_000
    /// Rows merged in one step.
    public static let compactionRowCountMax = 64
    /// How many times longer the compactor rests than its step took the writer.
    public static let compactionRestFactor = 20
    /// Longest rest between two steps.
    public static let compactionRestMillisMax: UInt64 = 1_000

    // MARK: First answers under idempotency keys

    /// First answers in memory from which on they are sorted into a run: up to one and a half times as many, and those of one group, stand there.
    public static let onceBatchCount = 120_000
    /// Bytes of them from which on they are.
    public static let onceBatchByteCount = 8_388_608
    /// Runs of one level from which on they are merged into one.
    public static let onceFanOut = 4
    /// Runs that are merged at once where all of a bucket are.
    public static let onceMergeInputCountMax = 16
    /// Bytes of a run's row: a page but for LMDB's own head.
    public static let onceRowByteCountMax = 4_080
    /// Bytes of a row with a group's answers: a run of eight pages.
    public static let onceGroupRowByteCountMax = 32_752
    /// Bytes of filters that spare look-ups in runs; runs beyond it are looked into. Ten bits an answer: six million of them.
    public static let onceFilterByteCountMax = 8_388_608
    /// Commands in a group from which on all their keys are looked for at once.
    public static let onceSievedCountMin = 32
    /// Answers that a group merges where it brings few or none, and rows it deletes.
    public static let onceStepCountMin = 16

    // MARK: The writer

    /// Commands that wait for the writer; more are refused as overload.
    public static let pendingCommandCountMax = 4_096
    /// Bytes of bodies that wait for the writer.
    public static let pendingByteCountMax = 16_777_216
    /// Commands in one commit.
    public static let groupCommandCountMax = 1_024
    /// Bytes of bodies in one commit.
    public static let groupByteCountMax = 4_194_304
    /// Rows a background step (due messages, lease details, expired keys) changes in one commit.
    public static let stepRowCountMax = 256
    /// Rows of due messages that damage holds up and that one step passes over: what is due behind them goes on.
    public static let stuckDueCountMax = 65_536
    /// Leases of one queue that one step of the write-behind looks at; many share a row.
    public static let stepLeaseCountMax = 4_096
    /// Milliseconds between two writings of lease details and delivery counts.
    public static let leaseWriteBehindMillis: UInt64 = 100
    /// Milliseconds without a receive after which a queue is written as quiet.
    public static let quietAfterMillis: UInt64 = 1_000
    /// Smallest and largest stride by which a queue's handed mark runs ahead of its deliveries.
    public static let handedStrideMin: UInt64 = 16
    /// See ``handedStrideMin``.
    public static let handedStrideMax: UInt64 = 4_096
    /// Milliseconds between two sweeps of a queue for messages whose time is over. None is delivered meanwhile.
    public static let sweepMillis: UInt64 = 1_000
    /// Failed reopenings after which the store gives up.
    public static let reopenCountMax = 3

    // MARK: Space (`reliability.md` rules 11–13)

    /// Address space of the map where the program does not say: 64 GiB.
    public static let mapByteCountDefault = 68_719_476_736
    /// Smallest map: it must hold the reserve several times over.
    public static let mapByteCountMin = 268_435_456
    /// Room that only acknowledgements and the store's own steps may use.
    public static let reserveByteCountMin = 67_108_864
    /// Pages reserved per command of the largest group.
    public static let reservePageCountPerCommand = 10
    /// Free disk below which sends are refused: 512 MiB.
    public static let diskFreeByteCountMin: UInt64 = 536_870_912
    /// Share of the map, in percent, above which sends are refused.
    public static let mapUsedPercentMax = 90
    /// Share of the map, in percent, above which the store warns.
    public static let mapUsedPercentWarn = 80
    /// Bytes kept on the disk to be freed when nothing else helps.
    public static let ballastByteCount = 16_777_216

    // MARK: Reading

    /// Slots of LMDB's reader table.
    public static let readerSlotCount = 512
    /// Read transactions open at once.
    public static let readTransactionCountMax = 256
    /// Milliseconds between two checks of the reader table.
    public static let readerCheckMillis: UInt64 = 60_000
    /// Commits between the oldest reader and the newest commit above which the store warns.
    public static let readerLagWarn: UInt64 = 1_000
    /// Milliseconds after the start at which the store reads itself whole for the first time: 10 minutes.
    public static let scrubDelayMillis: UInt64 = 600_000
    /// Milliseconds between two such readings: a day.
    public static let scrubPeriodMillis: UInt64 = 86_400_000
    /// How many times longer a reading rests than each of its slices took.
    public static let scrubRestFactor = 3
    /// Rows that one look for visible messages passes under the queue's lock.
    public static let readyScanRowCountMax = 4_096
    /// Rows visited in one read transaction of a scan.
    public static let scanRowCountPerTransaction = 256

    // MARK: Backup (`reliability.md` rule 26)

    /// Bytes that a backup reads, and writes, at once.
    public static let backupPieceByteCount = 1_048_576
    /// Bytes of a backup after which they are forced to the disk, so that no large unwritten rest holds up the store's own commits.
    public static let backupSyncByteCount = 33_554_432
    /// Growth of the file while it is copied under load, in percent of what is in use (measured).
    public static let backupGrowthPercent: UInt64 = 41

    // MARK: Verification and repair

    /// Problems a verification names.
    public static let problemTextCountMax = 100
    /// Problems a verification remembers; a repair takes so many at a time.
    public static let problemCountMax = 10_000
    /// Problems a repair ends in one commit.
    public static let repairStepCountPerCommit = 64
    /// Times a repair looks at the whole store again.
    public static let repairRoundCountMax = 1_000
    /// Sequences that are left out where a counter of them had to be rebuilt: message ids that were given out before must not be given out again.
    /// Half of the largest gap a sequence list can hold.
    public static let repairSequenceMargin: UInt64 = 134_217_728
    /// The same for ids of blocks.
    public static let repairBlockMargin: UInt64 = 1_048_576

    // MARK: Rows of consumers

    /// Bytes of a state row's key.
    public static let stateKeyByteCountMax = 64
    /// Bytes of a state row's value.
    public static let stateValueByteCountMax = 2_000
    /// Bytes of an order's transaction id.
    public static let orderKeyByteCountMax = 32
    /// Bytes of an `orders` row.
    public static let orderValueByteCountMax = 1_000
    /// Rows read by one call.
    public static let rowReadCountMax = 1_000
    /// Rows changed, messages sent and deliveries settled by one transaction.
    public static let transactionPartCountMax = 512
}
