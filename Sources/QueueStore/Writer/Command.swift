internal import Engine
internal import MessageModel

/// Who waits for a command. Resumed exactly once.
struct Reply<Value: Sendable>: Sendable {
    let continuation: CheckedContinuation<Result<Value, BrokerError>, Never>

    func succeed(_ value: Value) { continuation.resume(returning: .success(value)) }
    func fail(_ reason: BrokerError) { continuation.resume(returning: .failure(reason)) }
}

/// Work for the writer. Everything that needs no committed state was checked before it was queued.
///
/// One word, so that a thousand sends are queued and taken without a look at what the rarer ones carry.
enum Command: Sendable {
    case send(SendTicket)
    indirect case settle([PlannedSettlement], Reply<[Bool]>)
    indirect case commit([PlannedTransaction], Reply<[TransactionOutcome]>)
    /// Readies a queue for deliveries: not quiet, mark ahead of the cursor, horizon at least this long.
    indirect case activate(QueueState, horizonMillis: UInt64, Reply<Bool>?)
    indirect case topology(TopologyChange, Reply<Topology>)
    indirect case purge(QueueState, Reply<UInt64>)
    indirect case rewind(QueueState, to: Timestamp, Reply<Void>)
    /// Swaps rows for a merged one where they are still the same; calls back with whether they were.
    indirect case compact(Compaction, @Sendable (Bool) -> Void)

    /// Commands that change more than messages: each is a group of its own, so that every other command is wholly before or after.
    var isControl: Bool {
        switch self {
        case .topology, .purge, .rewind, .compact: true
        default: false
        }
    }

    /// Commands of messages that are new: the first to be refused when room is short.
    var isSend: Bool {
        switch self {
        case .send: true
        case .commit(let transactions, _): transactions.contains { !$0.sends.isEmpty }
        default: false
        }
    }

    /// Bytes of bodies it carries.
    var byteCount: Int {
        switch self {
        case .send(let ticket): ticket.byteCount
        case .commit(let transactions, _): transactions.reduce(0) { $0 + $1.sends.reduce(0) { $0 + $1.byteCount } }
        default: 0
        }
    }

    func fail(_ reason: BrokerError) {
        switch self {
        case .send(let ticket): ticket.fail(reason)
        case .settle(_, let reply): reply.fail(reason)
        case .commit(_, let reply): reply.fail(reason)
        case .activate(_, _, let reply): reply?.fail(reason)
        case .topology(_, let reply): reply.fail(reason)
        case .purge(_, let reply): reply.fail(reason)
        case .rewind(_, _, let reply): reply.fail(reason)
        case .compact(_, let done): done(false)
        }
    }
}

extension SendBatch {
    /// Bytes of bodies and properties.
    var byteCount: Int { messages.reduce(0) { $0 + $1.rawByteCount } }
}

/// An acknowledgement or delayed release whose lease was found alive and is now settling.
struct PlannedSettlement: Sendable {
    let queue: QueueState
    let sequence: SequenceNumber
    let deliveryNumber: UInt32
    let rowFirst: SequenceNumber
    let member: Int
    let rawByteCount: Int
    /// What a release writes of the deliveries so far.
    let deliveries: Int
    let firstReceivedAt: Timestamp
    /// Nil acknowledges.
    let releaseDelayMillis: UInt64?
    /// What the trace knows it by; nil where its queue is not traced.
    let traced: TracedMessage?
}

/// A transaction whose leases were found alive; `refusal` where they were not.
struct PlannedTransaction: Sendable {
    let settlements: [PlannedSettlement]
    let sends: [SendBatch]
    let rows: [RowChange]
    let refusal: BrokerError?
}
