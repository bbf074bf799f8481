public import Engine
public import MessageModel
public import Tillwire

/// A service that takes the orders of a topic one after another and keeps state in rows of the store.
///
/// What an order changes is committed together with its acknowledgement, so the effect is exactly once: a kill at any point leaves either both or
/// neither. Orders are taken in the order of the queue, after a restart too, so the state is a function of the queue's content and of what
/// operators did, not of batches, pace or restarts.
///
/// ``consume()`` is the loop; an operator's change runs in ``change(_:)``, between two batches. After any failure memory is read again from the rows.
public protocol OrderConsumer: Actor {
    /// The engine below.
    associatedtype E: Engine

    /// The broker.
    nonisolated var broker: Broker<E> { get }
    /// The queue it alone consumes.
    nonisolated var queue: Queue<E> { get }
    /// Judges deliveries.
    nonisolated var intake: OrderIntake { get }
    /// The clock that pauses run on.
    nonisolated var time: any TimeSource { get }
    /// Whose turn it is to change memory; give it ``ConsumerLimits/waitingChangeCountMax``.
    var turn: ChangeTurn { get set }
    /// True while memory is what the rows say. Begins as false.
    var isLoaded: Bool { get set }

    /// Reads all of memory anew from the rows; what memory knew is forgotten.
    ///
    /// - Throws: why the store did not give them. It is called again then.
    func reload() async throws(BrokerError)
    /// Reads what these messages need and memory does not hold. Changes nothing.
    func prepare(_ messages: [ConsumedMessage]) async throws(BrokerError)
    /// Applies one message to memory. Leads to at most ``ConsumerLimits/partsPerOrderMax`` changed rows and sent messages.
    func take(_ message: ConsumedMessage)
    /// Changed rows and messages to send since ``takeChanges()``; an upper bound is enough.
    var changeCount: Int { get }
    /// Hands over what changed since the last call.
    func takeChanges() -> ConsumerChanges
    /// What was handed over is durable.
    func changesCommitted()
    /// Something failed; it will be tried again. For the log.
    func failed(_ error: BrokerError)
}

/// Why an operator's change was not made.
public enum ConsumerChangeError<Refusal: Error>: Error {
    /// The change itself refused; nothing was changed.
    case refused(Refusal)
    /// ``ConsumerLimits/waitingChangeCountMax`` changes wait already.
    case overloaded
    /// The store refused, or nobody knows whether it did; memory is read again from the rows.
    case store(BrokerError)
}

extension ConsumerChangeError where Refusal == Never {
    /// Why the store, or the crowd before it, did not let the change through.
    public var reason: BrokerError {
        switch self {
        case .overloaded: .overloaded("\(ConsumerLimits.waitingChangeCountMax) changes wait already")
        case .store(let reason): reason
        }
    }
}
