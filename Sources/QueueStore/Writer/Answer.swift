internal import Engine
internal import MessageModel

/// What a command will be answered once its group is on the disk.
enum Answer {
    case send(Reply<[SendOutcome]>, [PendingOutcome])
    case settle(Reply<[Bool]>, [Bool])
    case commit(Reply<[TransactionOutcome]>, [PendingTransaction])
    case activated(Reply<Bool>?)
    case topology(Reply<Topology>)
    case refusedTopology(Reply<Topology>, BrokerError)
    case purged(Reply<UInt64>, UInt64)
    case rewound(Reply<Void>, BrokerError?)

    func fail(_ reason: BrokerError) {
        switch self {
        case .send(let reply, _): reply.fail(reason)
        case .settle(let reply, _): reply.fail(reason)
        case .commit(let reply, _): reply.fail(reason)
        case .activated(let reply): reply?.fail(reason)
        case .topology(let reply), .refusedTopology(let reply, _): reply.fail(reason)
        case .purged(let reply, _): reply.fail(reason)
        case .rewound(let reply, _): reply.fail(reason)
        }
    }

    func succeed(_ sequences: [SourceID: [SequenceNumber]], topology: Topology) {
        switch self {
        case .send(let reply, let outcomes): reply.succeed(outcomes.map { $0.resolved(sequences) })
        case .settle(let reply, let done): reply.succeed(done)
        case .commit(let reply, let transactions): reply.succeed(transactions.map { $0.resolved(sequences) })
        case .activated(let reply): reply?.succeed(true)
        case .topology(let reply): reply.succeed(topology)
        case .refusedTopology(let reply, let reason): reply.fail(reason)
        case .purged(let reply, let count): reply.succeed(count)
        case .rewound(let reply, let refusal):
            if let refusal { reply.fail(refusal) } else { reply.succeed(()) }
        }
    }
}

/// The outcome of one message while its sequence is not given out yet.
enum PendingOutcome {
    case known(SendOutcome)
    case stored(BucketIndex)
    case duplicate(BucketIndex)

    func resolved(_ sequences: [SourceID: [SequenceNumber]]) -> SendOutcome {
        switch self {
        case .known(let outcome): outcome
        case .stored(let place): .stored(sequences[place.source]?[place.index] ?? 0)
        case .duplicate(let place): .duplicate(sequences[place.source]?[place.index] ?? 0)
        }
    }
}

/// The outcome of one transaction while its sequences are not given out yet.
enum PendingTransaction {
    case refused(BrokerError)
    case committed([[PendingOutcome]])

    func resolved(_ sequences: [SourceID: [SequenceNumber]]) -> TransactionOutcome {
        switch self {
        case .refused(let reason): .refused(reason)
        case .committed(let sends): .committed(sends: sends.map { $0.map { $0.resolved(sequences) } })
        }
    }
}
