public import Engine
public import Tillwire

/// What becomes of a message whose body is not a payload of the expected type.
public enum UndecodablePolicy<E: Engine>: Sendable {
    /// The loop or the consumer ends with ``TypedQueueError/undecodable(_:_:)``; the message comes back.
    case fail
    /// It is released with a backoff: another program may understand it, and the queue's dead-letter policy takes it after its number of
    /// deliveries. Without such a policy it comes back for ever.
    case release
    /// It moves to this queue in one transaction, as ``Tillwire/Message/move(to:)`` does.
    case moveAside(to: Queue<E>)
}
