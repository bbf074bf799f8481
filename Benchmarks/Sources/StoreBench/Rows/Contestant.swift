/// Something that is measured in every pass: the store at one kind of work, a limit, or a peer.
enum Contestant: Sendable, Hashable {
    case store(Work)
    case limit(Limit)
    case redis(RedisWork)
    /// NATS JetStream, `sync_interval: always`, one publish at a time.
    case nats
    /// RabbitMQ, a quorum queue with confirms, one publish at a time.
    case rabbit

    /// What the store does.
    enum Work: Sendable, Hashable {
        /// Senders that each wait for their own message to be durable; with a key each where `keyed`.
        case enqueue(senderCount: Int, keyed: Bool)
        /// One thread that sends by the blocking door, one message after another.
        case enqueueBlocking(keyed: Bool)
        /// Consumers that receive a batch and wait until its acknowledgement is durable.
        case drain(consumerCount: Int, batchCount: Int)
        /// Publishers that each wait for their own message to be durable in every queue.
        case fanOut(queueCount: Int, publisherCount: Int)
        /// Senders beside a queue of which every twentieth message is left, while its blocks are merged or while they rest.
        case besideSparse(isCompacting: Bool)
        /// Messages sent at a steady rate whatever their answers do, and received.
        case openLoop
    }

    /// What the disk, LMDB and zlib allow with no broker in between.
    enum Limit: Sendable, Hashable {
        /// One thread, one put a commit.
        case rawPut
        /// Whatever the producers have waiting becomes one deflated value and one commit.
        case groupCommit(producerCount: Int)
        /// One thread deflates blocks while another commits them.
        case twoThreadBlocks
        /// One thread, 64 rows read and deleted a commit.
        case rawDrain
        /// One thread, one block of 64 read, inflated and deleted a commit.
        case blockDrain
    }

    /// What Redis does with `appendfsync always`.
    enum RedisWork: Sendable, Hashable {
        /// Connections with so many unanswered XADD each; `queueCount` of them in a MULTI where that is above 1.
        case put(connectionCount: Int, outstandingCount: Int, queueCount: Int)
        /// Connections that XREADGROUP a batch, then XACK and XDEL it.
        case drain(connectionCount: Int, batchCount: Int)
        /// The store's open loop.
        case openLoop
    }

    /// What it is, for people.
    var title: String {
        switch self {
        case .store(let work): "ours: \(work.title)"
        case .limit(let limit): "limit: \(limit.title)"
        case .redis(let work): "Redis always: \(work.title)"
        case .nats: "NATS always: 1 connection × 1"
        case .rabbit: "RabbitMQ quorum: 1 connection × 1"
        }
    }
}

extension Contestant.Work {
    var title: String {
        switch self {
        case .enqueue(let count, let keyed): FigureText.counted(count, "sender") + (keyed ? ", a key each" : "")
        case .enqueueBlocking(let keyed): "1 thread, blocking" + (keyed ? ", a key each" : "")
        case .drain(let count, let batchCount): FigureText.counted(count, "consumer") + " × \(batchCount)"
        case .fanOut(let queueCount, let count): "fan-out to \(queueCount), " + FigureText.counted(count, "publisher")
        case .besideSparse(let isCompacting):
            FigureText.counted(BenchLimits.sparseSenderCount, "sender")
                + (isCompacting ? ", blocks are merged" : ", no merging")
        case .openLoop: "open loop"
        }
    }
}

extension Contestant.Limit {
    var title: String {
        switch self {
        case .rawPut: "raw LMDB, one put a commit"
        case .groupCommit(let count): "one-block group commit, \(count) producers"
        case .twoThreadBlocks: "two-thread blocks of \(BenchLimits.twoThreadBlockCount)"
        case .rawDrain: "raw LMDB read + delete, \(BenchLimits.drainGroupCount) a commit"
        case .blockDrain: "block drain of \(BenchLimits.drainGroupCount)"
        }
    }
}

extension Contestant.RedisWork {
    var title: String {
        switch self {
        case .put(let count, let outstanding, let queueCount):
            (queueCount > 1 ? "\(queueCount) × XADD, " : "XADD, ") + "\(count) connections × \(outstanding)"
        case .drain(let count, let batchCount): "streams, " + FigureText.counted(count, "consumer") + " × \(batchCount)"
        case .openLoop: "open loop"
        }
    }
}
