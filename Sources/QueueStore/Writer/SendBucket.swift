internal import Engine
internal import MessageModel
internal import TopicRouting

/// The messages that one group brings for one source, before they are cut into blocks.
final class SendBucket {
    let source: SourceID
    var messages: [OutgoingMessage] = []
    /// For topics: which routes take each message, as a bit set over at most 64 subscriptions.
    var routes: [UInt64] = []
    /// Given out when the bucket is cut; in the order of `messages`.
    var sequences: [SequenceNumber] = []
    /// Keys to remember, with the message they belong to.
    var keys: [(key: OnceKey, index: Int)] = []

    init(source: SourceID) { self.source = source }

    /// The order in which sequences are given out: messages without delay first, then by due time, so that a row holds neighbours.
    var order: [Int] {
        guard messages.contains(where: { $0.delayMillis > 0 }) else { return Array(messages.indices) }
        return messages.indices.sorted { (messages[$0].delayMillis, $0) < (messages[$1].delayMillis, $1) }
    }
}
