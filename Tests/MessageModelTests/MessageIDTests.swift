import MessageModel
import Testing

@Suite struct MessageIDTests {
    private static let minter = MessageIDMinter(key0: 11, key1: 22)

    /// The Feistel network run backwards, by the definition: what has an inverse is a bijection.
    private static func invert(_ id: MessageID) -> UInt64 {
        let rounds = SipHash(key0: 11, key1: 22)
        var left = UInt32(truncatingIfNeeded: id.rawValue >> 32)
        var right = UInt32(truncatingIfNeeded: id.rawValue)
        for round in (UInt64(0)..<4).reversed() {
            let mixed = UInt32(truncatingIfNeeded: rounds.hash64(round, UInt64(left)))
            (left, right) = (right ^ mixed, left)
        }
        return UInt64(left) << 32 | UInt64(right)
    }

    private static func plain(_ source: SourceID, _ sequence: SequenceNumber) -> UInt64 {
        (source.isTopic ? 1 << 63 : 0) | UInt64(source.rawValue & 0x7FFF_FFFF) << 42 | sequence
    }

    @Test("every id leads back to its source and sequence")
    func inverse() {
        var random = SeededGenerator(seed: 1)
        let edges: [UInt32] = [0, 1, Limits.entityIDMax]
        for number in 0..<2_000 {
            let entity = number < 3 ? edges[number] : UInt32.random(in: 0...Limits.entityIDMax, using: &random)
            let sequence = number == 0 ? Limits.sequenceMax : UInt64.random(in: 0...Limits.sequenceMax, using: &random)
            for source in [SourceID.queue(QueueID(rawValue: entity)), .topic(TopicID(rawValue: entity))] {
                #expect(Self.invert(Self.minter.id(source: source, sequence: sequence)) == Self.plain(source, sequence))
            }
        }
    }

    @Test("neighbouring messages of neighbouring sources never share an id")
    func distinct() {
        var seen = Set<UInt64>()
        for entity in UInt32(1)...8 {
            for sequence in UInt64(1)...500 {
                seen.insert(Self.minter.id(source: .queue(QueueID(rawValue: entity)), sequence: sequence).rawValue)
                seen.insert(Self.minter.id(source: .topic(TopicID(rawValue: entity)), sequence: sequence).rawValue)
            }
        }
        #expect(seen.count == 8 * 500 * 2)
    }

    @Test("the same message has the same id, another store's key another")
    func keyed() {
        let source = SourceID.queue(QueueID(rawValue: 3))
        let id = Self.minter.id(source: source, sequence: 9)
        #expect(id == MessageIDMinter(key0: 11, key1: 22).id(source: source, sequence: 9))
        #expect(id != MessageIDMinter(key0: 12, key1: 22).id(source: source, sequence: 9))
    }

    @Test("an id is read back from its decimal text")
    func roundTrip() {
        var random = SeededGenerator(seed: 2)
        for value in [0, 1, UInt64.max] + (0..<200).map({ _ in random.next() }) {
            let id = MessageID(rawValue: value)
            #expect(id.description == "\(value)")
            #expect(MessageID(id.description) == id)
        }
    }

    @Test(
        "text that no id prints is refused",
        arguments: ["", " 1", "1 ", "+1", "-1", "01", "00", "1.0", "0x1", "18446744073709551616", "１", "1_000"])
    func refused(text: String) {
        #expect(MessageID(text) == nil)
    }

    @Test("a source tells whether it is a queue or a topic")
    func sources() {
        let queue = SourceID.queue(QueueID(rawValue: 7))
        let topic = SourceID.topic(TopicID(rawValue: 7))
        #expect(queue.rawValue == 7 && !queue.isTopic && queue.queueID == QueueID(rawValue: 7) && queue.topicID == nil)
        #expect(
            topic.rawValue == 0x8000_0007 && topic.isTopic && topic.topicID == TopicID(rawValue: 7)
                && topic.queueID == nil)
        #expect(queue < topic)
    }
}
