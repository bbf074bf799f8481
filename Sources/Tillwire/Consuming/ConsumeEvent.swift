public import Engine
public import MessageModel

/// What a program should know of its consumer: it goes on after each of these.
public enum ConsumeEvent<E: Engine>: Sendable {
    /// The handler threw; the message is released with its backoff.
    case handlerFailed(Message<E>, any Error)
    /// The lease ended before the message could be settled, or the handler settled it itself: others may have it, it was not acknowledged here.
    case leaseLost(Message<E>)
    /// So many messages could not be settled for this reason; those of them that are still open come back when their lease ends.
    case settleFailed(BrokerError, count: Int)
    /// Receiving failed for now; it is tried again soon.
    case receiveFailed(BrokerError)
}
