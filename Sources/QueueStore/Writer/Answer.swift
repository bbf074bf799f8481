internal import Engine
internal import MessageModel

/// What a command will be answered once its group is on the disk. One word, as ``Command``.
enum Answer {
    case send(SendTicket)
    indirect case settle(Reply<[Bool]>, [Bool])
    indirect case commit(Reply<[TransactionOutcome]>, [PendingTransaction])
    indirect case activated(Reply<Bool>?)
    indirect case topology(Reply<Topology>)
    indirect case refusedTopology(Reply<Topology>, BrokerError)
    indirect case purged(Reply<UInt64>, Result<UInt64, BrokerError>)
    indirect case rewound(Reply<Void>, BrokerError?)
    indirect case compacted(@Sendable (Bool) -> Void, Bool)

    /// Whether its caller brought one message, one acknowledgement or one transaction: such callers are gathered (``GatheringPace``).
    var isOfOne: Bool {
        switch self {
        case .send(let ticket): ticket.count == 1
        case .settle(_, let done): done.count == 1
        case .commit(_, let transactions): transactions.count == 1
        default: false
        }
    }

    func fail(_ reason: BrokerError) {
        switch self {
        case .send(let ticket): ticket.fail(reason)
        case .settle(let reply, _): reply.fail(reason)
        case .commit(let reply, _): reply.fail(reason)
        case .activated(let reply): reply?.fail(reason)
        case .topology(let reply), .refusedTopology(let reply, _): reply.fail(reason)
        case .purged(let reply, _): reply.fail(reason)
        case .rewound(let reply, _): reply.fail(reason)
        case .compacted(let done, _): done(false)
        }
    }

    func succeed(_ buckets: [SendBucket], topology: Topology) {
        switch self {
        case .send(let ticket): ticket.succeed(buckets)
        case .settle(let reply, let done): reply.succeed(done)
        case .commit(let reply, let transactions): reply.succeed(transactions.map { $0.resolved(buckets) })
        case .activated(let reply): reply?.succeed(true)
        case .topology(let reply): reply.succeed(topology)
        case .refusedTopology(let reply, let reason): reply.fail(reason)
        case .purged(let reply, let outcome): reply.continuation.resume(returning: outcome)
        case .rewound(let reply, let refusal):
            if let refusal { reply.fail(refusal) } else { reply.succeed(()) }
        case .compacted(let done, let isDone): done(isDone)
        }
    }
}

/// The outcome of one message while its sequence is not given out yet.
enum PendingOutcome {
    case known(SendOutcome)
    case stored(BucketIndex)
    case duplicate(BucketIndex)

    func resolved(_ buckets: [SendBucket]) -> SendOutcome {
        switch self {
        case .known(let outcome): outcome
        case .stored(let place): .stored(buckets[place.bucket].sequence(place.index))
        case .duplicate(let place): .duplicate(buckets[place.bucket].sequence(place.index))
        }
    }

    /// What the caller is told; only resolved outcomes reach it.
    var settled: SendOutcome {
        guard case .known(let outcome) = self else { return .refused(.closed) }
        return outcome
    }
}

/// The outcome of one transaction while its sequences are not given out yet.
enum PendingTransaction {
    case refused(BrokerError)
    case committed([[PendingOutcome]])

    func resolved(_ buckets: [SendBucket]) -> TransactionOutcome {
        switch self {
        case .refused(let reason): .refused(reason)
        case .committed(let sends): .committed(sends: sends.map { $0.map { $0.resolved(buckets) } })
        }
    }
}
