/// A message's public identity: minted once, when it is sent or published, and the same in every queue it reaches.
///
/// Printed in decimal, as CMQ clients expect. It is a keyed permutation of (source, sequence), so it costs no storage, two messages
/// never share one, and it does not tell how many messages a store has taken.
public struct MessageID: Sendable, Hashable, CustomStringConvertible {
    /// The permuted number.
    public let rawValue: UInt64

    /// Wraps a number that was printed before.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Decimal digits.
    public var description: String { String(rawValue) }

    /// Reads what ``description`` printed; nil for anything else.
    public init?(_ text: String) {
        guard let value = UInt64(text), String(value) == text else { return nil }
        rawValue = value
    }
}

/// Mints message ids: a four-round Feistel network over 64 bits, so every (source, sequence) has exactly one id.
///
/// The 64 bits hold a topic flag, 21 bits of entity id and 42 bits of sequence (4.4 trillion messages a source); both bounds are
/// checked where ids and sequences are given out.
public struct MessageIDMinter: Sendable {
    private let rounds: SipHash

    /// A minter under the store's own random key.
    public init(key0: UInt64, key1: UInt64) { rounds = SipHash(key0: key0, key1: key1) }

    /// The id of the message with this sequence at this source.
    ///
    /// - Precondition: the source's id is at most ``Limits/entityIDMax`` and `sequence` at most ``Limits/sequenceMax``.
    public func id(source: SourceID, sequence: SequenceNumber) -> MessageID {
        precondition(source.rawValue & 0x7FFF_FFFF <= Limits.entityIDMax && sequence <= Limits.sequenceMax)
        let flag: UInt64 = source.isTopic ? 1 : 0
        let plain = flag << 63 | UInt64(source.rawValue & 0x7FFF_FFFF) << 42 | sequence
        return MessageID(rawValue: permute(plain))
    }

    /// The source and sequence of the message with this id; what was never minted gives some place where no message is.
    public func place(of id: MessageID) -> (source: SourceID, sequence: SequenceNumber) {
        var left = UInt32(truncatingIfNeeded: id.rawValue >> 32)
        var right = UInt32(truncatingIfNeeded: id.rawValue)
        for round in (UInt64(0)..<4).reversed() {
            let mixed = rounds.hash64(round, UInt64(left))
            (left, right) = (right ^ UInt32(truncatingIfNeeded: mixed), left)
        }
        let plain = UInt64(left) << 32 | UInt64(right)
        let number = UInt32(truncatingIfNeeded: plain >> 42 & 0x1F_FFFF)
        let source: SourceID =
            plain >> 63 == 1 ? .topic(TopicID(rawValue: number)) : .queue(QueueID(rawValue: number))
        return (source, plain & Limits.sequenceMax)
    }

    private func permute(_ value: UInt64) -> UInt64 {
        var left = UInt32(truncatingIfNeeded: value >> 32)
        var right = UInt32(truncatingIfNeeded: value)
        for round in UInt64(0)..<4 {
            let mixed = rounds.hash64(round, UInt64(right))
            (left, right) = (right, left ^ UInt32(truncatingIfNeeded: mixed))
        }
        return UInt64(left) << 32 | UInt64(right)
    }
}
