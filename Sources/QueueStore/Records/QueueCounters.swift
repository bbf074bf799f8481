internal import MessageModel

/// A queue's row in `counters` (kind 1): exact because it changes in the commit that changes the rows (`store-design.md` §1.4).
struct QueueCounters: Equatable {
    /// Sequence of the next message.
    var nextSequence: SequenceNumber = 1
    /// Below it everything is dead.
    var floor: SequenceNumber = 1
    /// Members that are visible or leased.
    var waiting: UInt64 = 0
    /// Members that wait for their time.
    var delayed: UInt64 = 0
    /// Acknowledged members of rows that still stand: kept for a rewind, or beside others that are not acknowledged.
    var kept: UInt64 = 0
    /// Raw bytes of the members that wait or are delayed.
    var rawBytes: UInt64 = 0
    /// No sequence from here on was ever delivered (`store-design.md` §3.2).
    var handedMark: SequenceNumber = 1
    /// Longest lease granted since the queue was quiet, in milliseconds.
    var leaseHorizonMillis: UInt32 = 0
    /// True where the rows say exactly who is hidden until when.
    var isQuiet = true
    /// Counts rewinds, modulo 256: rows of another generation in the range of a walk are still to be made live.
    var rewindGeneration: UInt8 = 0
    /// 1 (``Walk/rewinding``) while a rewind goes from row to row; 0: none does.
    var walkKind: UInt8 = 0
    /// The first sequence the rewind has not reached, and the one behind its last.
    var walkPosition: UInt64 = 0
    var walkEnd: UInt64 = 0
    /// When the queue is swept next: the moment of its one `due` row of that kind. Zero: never.
    var sweepAt = Timestamp.zero
    /// When the last message came.
    var lastEnqueuedAt = Timestamp.zero

    init() {}

    func encoded(under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 112)
        for value in [nextSequence, floor, waiting, delayed, kept, rawBytes, handedMark] { row.u64(value) }
        row.u32(leaseHorizonMillis)
        row.u8(isQuiet ? 1 : 0)
        row.u8(rewindGeneration)
        row.u8(walkKind)
        row.u64(walkPosition)
        row.u64(walkEnd)
        row.u48(sweepAt.milliseconds)
        row.u48(lastEnqueuedAt.milliseconds)
        return row.sealed(under: key)
    }

    init(_ value: RawSpan, under key: Span<UInt8>) throws(RowFault) {
        var row = try RowReader(value, under: key)
        nextSequence = try row.u64()
        floor = try row.u64()
        waiting = try row.u64()
        delayed = try row.u64()
        kept = try row.u64()
        rawBytes = try row.u64()
        handedMark = try row.u64()
        leaseHorizonMillis = try row.u32()
        isQuiet = try row.u8() != 0
        rewindGeneration = try row.u8()
        walkKind = try row.u8()
        walkPosition = try row.u64()
        walkEnd = try row.u64()
        sweepAt = Timestamp(milliseconds: try row.u48())
        lastEnqueuedAt = Timestamp(milliseconds: try row.u48())
        try row.done()
    }
}

/// A topic's row in `counters` (kind 2).
struct TopicCounters: Equatable {
    /// Sequence of the next message.
    var nextSequence: SequenceNumber = 1
    /// Messages stored.
    var published: UInt64 = 0
    /// Written as zero: a message that no subscription takes is refused.
    var unmatched: UInt64 = 0

    init() {}

    func encoded(under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 32)
        for value in [nextSequence, published, unmatched] { row.u64(value) }
        return row.sealed(under: key)
    }

    init(_ value: RawSpan, under key: Span<UInt8>) throws(RowFault) {
        var row = try RowReader(value, under: key)
        nextSequence = try row.u64()
        published = try row.u64()
        unmatched = try row.u64()
        try row.done()
    }
}

/// The store's own row in `counters` (kind 0), written by every group.
struct StoreCounters: Equatable {
    /// Commits since the store was made.
    var groupNumber: UInt64 = 0
    /// Id of the next block.
    var nextBlock: UInt64 = 1
    /// The clock at the last commit: after a restart time goes on from here.
    var clock = Timestamp.zero
    /// Pages of live payloads.
    var payloadPages: UInt64 = 0
    /// Raised by a restore from backup.
    var epoch: UInt32 = 1
    /// Starts of the store; its low byte is the top byte of delivery numbers.
    var startCount: UInt32 = 0

    init() {}

    func encoded(under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 48)
        row.u64(groupNumber)
        row.u64(nextBlock)
        row.u48(clock.milliseconds)
        row.u64(payloadPages)
        row.u32(epoch)
        row.u32(startCount)
        return row.sealed(under: key)
    }

    init(_ value: RawSpan, under key: Span<UInt8>) throws(RowFault) {
        var row = try RowReader(value, under: key)
        groupNumber = try row.u64()
        nextBlock = try row.u64()
        clock = Timestamp(milliseconds: try row.u48())
        payloadPages = try row.u64()
        epoch = try row.u32()
        startCount = try row.u32()
        try row.done()
    }
}
