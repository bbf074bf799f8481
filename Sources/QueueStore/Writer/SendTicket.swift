internal import Engine
internal import MessageModel

/// A call of send on its way to the writer and back: one object a call, and no array for a single message.
///
/// Made by the caller, touched by the writer from submission to ``resume()``, then by the caller again; the mailbox's lock and the way the
/// caller is told order these three. The caller is told exactly once, because telling takes it out. One that has the writer's role itself need not
/// be told.
@safe
final class SendTicket: @unchecked Sendable {
    let source: SourceID
    /// Bytes of bodies and properties.
    let byteCount: Int
    /// The key of a single message, hashed by its caller, which spares the writer that; nil where it has none, and for batches.
    let onceKey: OnceKey?
    /// True where the group that plans it has found ``onceKey`` to be new.
    private var isKeyNew = false
    private let first: OutgoingMessage
    private let others: [OutgoingMessage]
    /// Where a single message stands and then its sequence: plain fields, because this is the way of almost every send.
    private var place: BucketIndex?
    private var sequence: SequenceNumber = 0
    /// The outcomes of several messages, or of one that is not simply stored.
    private var pending: [PendingOutcome] = []
    /// Why nothing of it was done; nil where each message has its own outcome.
    private(set) var failure: BrokerError?
    private var caller: Caller?

    /// Who is told of the end.
    @safe
    private enum Caller {
        case task(UnsafeContinuation<Void, Never>)
        case thread(Signal<Bool>)
    }

    init(_ message: OutgoingMessage, to source: SourceID, hasher: SipHash? = nil) {
        self.source = source
        onceKey = message.key.flatMap { key in
            hasher.map { OnceKey(source: source, key: key, hasher: $0) }
        }
        first = message
        others = []
        byteCount = message.rawByteCount
    }

    /// A batch, which has at least one message.
    init?(_ batch: SendBatch) {
        guard let message = batch.messages.first else { return nil }
        source = batch.source
        onceKey = nil
        first = message
        others = Array(batch.messages.dropFirst())
        byteCount = batch.byteCount
    }

    deinit { precondition(caller == nil, "a send was dropped without an answer") }

    var count: Int { others.count + 1 }

    subscript(index: Int) -> OutgoingMessage { index == 0 ? first : others[index - 1] }

    /// The one message's outcome, or the first one's. After ``resume()``.
    var outcome: SendOutcome { place == nil ? pending.first?.settled ?? .refused(.closed) : .stored(sequence) }

    /// The outcomes in order. After ``resume()``.
    var outcomes: [SendOutcome] { place == nil ? pending.map(\.settled) : [.stored(sequence)] }

    /// Bytes of properties and body of a message.
    func rawByteCount(_ index: Int) -> Int { others.isEmpty ? byteCount : self[index].rawByteCount }

    /// A task waits for the end. Before submission.
    func arm(_ continuation: UnsafeContinuation<Void, Never>) { unsafe caller = .task(continuation) }

    /// A thread waits for the end, until the signal's state is true. Before submission.
    func arm(_ signal: Signal<Bool>) { caller = .thread(signal) }

    /// The group that plans it next has found ``onceKey`` to be new.
    func noteKeyIsNew() { isKeyNew = true }

    /// Whether its key was found to be new; true once, because that holds for one group.
    func takeKeyIsNew() -> Bool {
        defer { isKeyNew = false }
        return isKeyNew
    }

    /// Notes what planning found; a plan that is made again overwrites it.
    func plan(_ pending: [PendingOutcome]) {
        place = nil
        self.pending = pending
    }

    /// The same for a single message.
    func plan(_ outcome: PendingOutcome) {
        if case .stored(let place) = outcome { self.place = place } else { plan([outcome]) }
    }

    /// Nothing of it can be planned; its group goes on.
    func refuse(_ reason: BrokerError) { plan((0..<count).map { _ in .known(.refused(reason)) }) }

    /// The group is on the disk.
    func succeed(_ buckets: [SendBucket]) {
        if let place {
            sequence = buckets[place.bucket].sequence(place.index)
        } else {
            for index in pending.indices { pending[index] = .known(pending[index].resolved(buckets)) }
        }
        resume()
    }

    /// Nothing was done, or nobody knows.
    func fail(_ reason: BrokerError) {
        failure = reason
        resume()
    }

    private func resume() {
        switch caller.take() {
        case .task(let continuation): unsafe continuation.resume()
        case .thread(let signal):
            signal.update { isAnswered in
                isAnswered = true
                return true
            }
        case nil: return
        }
    }
}

/// One message of a ticket, as a bucket holds it.
struct SendItem {
    let ticket: SendTicket
    let index: Int
    /// Bytes of properties and body.
    let rawByteCount: Int

    var message: OutgoingMessage { ticket[index] }
}
