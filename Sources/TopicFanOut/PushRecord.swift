internal import Engine
internal import MessageModel

/// Which message: where it entered and its sequence there.
struct PushPlace: Sendable, Hashable {
    /// Where it entered.
    let source: SourceID
    /// Its sequence there.
    let sequence: SequenceNumber
}

/// How far a failing message is on its ladder. It is on the disk before the next attempt, so a restart neither shortens the ladder nor begins it
/// anew; a crash between an attempt and its commit repeats that attempt.
struct PushRecord: Sendable, Equatable {
    /// Attempts made.
    var attemptCount: Int
    /// When the next one is due.
    var dueAt: Timestamp
    /// When the first one failed.
    var failingSince: Timestamp
    /// What the last one came to.
    var outcome: String
}

/// Rows of failing messages. Key: queue (4 bytes), source (4), sequence (8), big-endian. Value: version 1 (1 byte), attempts (4), next attempt (8),
/// first failure (8), both Unix milliseconds, and the outcome as text.
enum PushRows {
    /// The table. Its number must stay the same for ever.
    static let space = RowSpace.state(ConsumerID(rawValue: 7))

    /// How all keys of a queue begin.
    static func prefix(_ queue: QueueID) -> Bytes { Bytes(bigEndian(UInt64(queue.rawValue), count: 4)) }

    /// The key of a message's row.
    static func key(_ queue: QueueID, _ place: PushPlace) -> Bytes {
        Bytes(
            bigEndian(UInt64(queue.rawValue), count: 4) + bigEndian(UInt64(place.source.rawValue), count: 4)
                + bigEndian(place.sequence, count: 8))
    }

    /// What a key names; nil where it is none.
    static func place(_ key: Bytes) -> (queue: QueueID, place: PushPlace)? {
        guard key.count == 16 else { return nil }
        let bytes = Array(key.slice)
        let source = SourceID(rawValue: UInt32(truncatingIfNeeded: number(bytes[4..<8])))
        return (
            QueueID(rawValue: UInt32(truncatingIfNeeded: number(bytes[0..<4]))),
            PushPlace(source: source, sequence: number(bytes[8..<16]))
        )
    }

    /// The row's value.
    static func encode(_ record: PushRecord) -> Bytes {
        let outcome = record.outcome.utf8.prefix(TopicFanOutLimits.outcomeByteCountMax)
        return Bytes(
            [1] + bigEndian(UInt64(record.attemptCount), count: 4)
                + bigEndian(record.dueAt.milliseconds, count: 8) + bigEndian(record.failingSince.milliseconds, count: 8)
                + Array(outcome))
    }

    /// Reads a value; nil where it is none, and then the message begins its ladder anew.
    static func decode(_ value: Bytes) -> PushRecord? {
        let bytes = Array(value.slice)
        guard bytes.count >= 21, bytes[0] == 1 else { return nil }
        return PushRecord(
            attemptCount: Int(number(bytes[1..<5])), dueAt: Timestamp(milliseconds: number(bytes[5..<13])),
            failingSince: Timestamp(milliseconds: number(bytes[13..<21])),
            outcome: String(decoding: bytes[21...], as: UTF8.self))
    }

    private static func bigEndian(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
