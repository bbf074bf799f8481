public import MessageModel

/// Names of the queues behind HTTP subscriptions: one that holds what waits for the subscriber, and one for what a subscriber of a topic of
/// money did not take.
///
/// They begin with a prefix of their own, and calls that make or use a queue refuse such names, so no queue of the API is ever taken for one.
public enum HTTPSubscriptionQueue {
    /// How all of them begin, in any case of letters.
    public static let prefix = "cmq-http-"
    /// How those for what was not taken end.
    static let deadSuffix = "-dead"

    /// Whether calls of the API must refuse the name.
    public static func isReserved(_ name: EntityName) -> Bool {
        let start = name.text.utf8.prefix(prefix.utf8.count)
        return start.count == prefix.utf8.count && zip(start, prefix.utf8).allSatisfy { ($0 | 0x20) == $1 || $0 == $1 }
    }

    /// The queue that holds what waits for a subscriber: always the same for the same two names, whatever their case.
    ///
    /// It is the prefix, the readable beginning of the subscription's name and 128 bits of a hash over both names: two 64-byte names do not
    /// fit one. The hash keeps names apart, it does not withstand somebody who searches for equal ones; whoever makes the queue of a new
    /// subscription therefore refuses to share one that is there already.
    public static func name(topic: EntityName, subscription: EntityName) -> EntityName {
        let input = topic.folded + [0] + subscription.folded
        let (high, low) = SipHash(key0: 0x7469_6C6C_7769_7265, key1: 0x636D_712D_6874_7470).hash128(input.span)
        let readable = subscription.folded.prefix(CMQPushLimits.readableNameByteCountMax)
        let text = prefix + String(decoding: readable, as: UTF8.self) + "-" + digits(high, low)
        return checked(text)
    }

    /// The dead-letter queue that belongs to the waiting queue `queue`; nil where that is none.
    public static func deadLetterName(for queue: EntityName) -> EntityName? {
        guard isReserved(queue), !isDeadLetter(queue) else { return nil }
        return try? EntityName(queue.text + deadSuffix)
    }

    /// Whether the queue is one for what was not taken.
    public static func isDeadLetter(_ name: EntityName) -> Bool {
        isReserved(name) && name.folded.suffix(deadSuffix.utf8.count).elementsEqual(deadSuffix.utf8)
    }

    /// 26 characters of 5 bits: 130 bits, of which 128 are used.
    private static func digits(_ high: UInt64, _ low: UInt64) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var rest = (UInt128(high) << 64) | UInt128(low)
        var text: [UInt8] = []
        for _ in 0..<26 {
            text.append(alphabet[Int(rest & 31)])
            rest >>= 5
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func checked(_ text: String) -> EntityName {
        guard let name = try? EntityName(text) else { preconditionFailure("a hidden queue's name: \(text)") }
        return name
    }
}
