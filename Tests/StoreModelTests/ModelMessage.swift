import Engine
import MessageModel
import TestSupport

/// What message number n holds: every property of it follows from its number, so a delivery can be checked whole.
struct ModelMessage {
    static let tags = ["a", "b", "c"]
    static let keys = ["x.y", "x.z", "w.y", "w.z"]

    let number: Int

    var body: Bytes {
        var generator = SeededGenerator(seed: UInt64(number))
        let padding = generator.text(byteCount: number % 7 == 0 ? 3_000 : number % 40)
        return Bytes(Array("m\(number) ".utf8) + padding)
    }

    var tag: String { Self.tags[number % Self.tags.count] }
    var routingKey: String { Self.keys[number / 3 % Self.keys.count] }

    var properties: MessageProperties {
        get throws {
            try MessageProperties(
                tags: [MessageTag(tag)], routingKey: routingKey, headers: number % 2 == 0 ? [("n", "\(number)")] : [])
        }
    }

    /// Bytes of body and properties.
    var rawByteCount: Int { body.count + ((try? properties.encoded.count) ?? 0) }

    /// Reads the number in a body.
    static func number(of body: Bytes) -> Int? {
        let digits = body.slice.dropFirst().prefix { $0 != UInt8(ascii: " ") }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}

/// One message in one queue, as the model knows it.
struct ModelCopy {
    enum Phase: Equatable {
        case visible
        /// Becomes visible at this moment: soon, not at once.
        case delayed(until: UInt64)
        /// Its delay is over; the writer may have shown it already or not.
        case promoting
        /// A topic's message for a full queue: shown when there is room.
        case overflow
        case leased(until: UInt64)
        /// Leaves the queue soon, for another one or for good; is never delivered here again.
        case leaving
        /// Delivered as often as may be, but nobody has looked at it since a restart: leaves once a receive passes it.
        case untouched
        /// After a fault nobody knows whether it was delivered as often as may be: visible, or leaving.
        case doubtful
        /// Acknowledged, moved or dropped; a rewind may bring it back until `keptUntil`.
        case done(keptUntil: UInt64)
    }

    /// Names the copy within its queue.
    let id: Int
    let number: Int
    /// Nil where a sweep or a move chose the moment.
    var enqueuedAt: UInt64?
    var phase: Phase
    /// How often it was delivered, as far as is known after faults.
    var deliveries = 0...0
    /// Of the lease that is on, the last one first; older ones are void, except after a restart or fault.
    var receipts: [ReceiptHandle] = []
    /// True where memory may have lost what it knew of its deliveries: a receipt from before may be good or not.
    var isReceiptDoubtful = false
    /// True where the lease was given before the last start.
    var isLeaseOld = false
    /// After a fault it may be held back until this moment.
    var mayBeHiddenUntil: UInt64 = 0
    /// The greatest end its lease ever had: after a fault the disk may know that one.
    var leaseEndMax: UInt64 = 0
    /// The queue it came from, where this is a dead letter.
    var origin: ModelOrigin?
    /// True where nobody knows whether it is there: it came from a doubtful move, or is still on its way.
    var isArriving = false

    var message: ModelMessage { ModelMessage(number: number) }

    var isDone: Bool { if case .done = phase { true } else { false } }

    /// Whether a receive at `now` may deliver it.
    func mayBeDelivered(at now: UInt64) -> Bool {
        switch phase {
        case .visible, .promoting, .overflow, .doubtful: true
        default: false
        }
    }

    /// Whether a receive at `now` that finds nothing must have found it.
    func mustBeDelivered(at now: UInt64) -> Bool { phase == .visible && !isArriving && mayBeHiddenUntil <= now }
}

/// Where a dead letter comes from.
struct ModelOrigin {
    let queue: QueueID
    let copy: Int
    let enqueuedAt: UInt64?
    let deliveries: ClosedRange<Int>
    let reasons: Set<DeadLetterOrigin.Reason>
}
