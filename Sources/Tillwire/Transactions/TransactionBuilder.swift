public import Engine
public import MessageModel

/// Gathers what ``Broker/transaction(_:)`` commits together. Nothing happens before that commits.
///
/// Together at most ``MessageModel/Limits/transactionPartCountMax`` messages, acknowledgements and rows.
public struct TransactionBuilder<E: Engine>: ~Copyable {
    private(set) var parts = Transaction<E.Receipt>()
    /// Bytes of the last batch.
    private var lastByteCount = 0

    init() {}

    /// The message leaves its queue.
    public mutating func acknowledge(_ message: Message<E>) {
        parts.settlements.append(Settlement(message.receipt, .acknowledge))
    }

    /// The message is visible again after `delayMillis`.
    public mutating func release(_ message: Message<E>, delayMillis: UInt64) {
        parts.settlements.append(Settlement(message.receipt, .release(delayMillis: delayMillis)))
    }

    /// Sends a message to `queue`; a repeat under the same key is no error.
    public mutating func send(
        _ body: Bytes, to queue: Queue<E>, properties: MessageProperties = .none, delayMillis: UInt64 = 0,
        key: IdempotencyKey? = nil
    ) {
        append(
            OutgoingMessage(body: body, properties: properties, delayMillis: delayMillis, key: key), .queue(queue.id))
    }

    /// Publishes a message to `topic`; a repeat under the same key is no error.
    public mutating func publish(
        _ body: Bytes, to topic: Topic<E>, properties: MessageProperties = .none, key: IdempotencyKey? = nil
    ) {
        append(OutgoingMessage(body: body, properties: properties, key: key), .topic(topic.id))
    }

    /// Sets the row `key` of `space` to `value`, or removes it where that is nil, under `condition`.
    public mutating func setRow(
        _ key: Bytes, in space: RowSpace, to value: Bytes?, where condition: RowChange.Condition = .always
    ) {
        parts.rows.append(RowChange(space: space, key: key, value: value, condition: condition))
    }

    /// Messages of one source that follow each other travel as one batch, within its bounds.
    private mutating func append(_ message: OutgoingMessage, _ source: SourceID) {
        let byteCount = message.body.count + message.properties.encoded.count
        let last = parts.sends.endIndex - 1
        if last >= 0, parts.sends[last].source == source, parts.sends[last].messages.count < Limits.batchCountMax,
            lastByteCount + byteCount <= Limits.batchByteCountMax
        {
            parts.sends[last].messages.append(message)
            lastByteCount += byteCount
        } else {
            parts.sends.append(SendBatch(source: source, messages: [message]))
            lastByteCount = byteCount
        }
    }
}
