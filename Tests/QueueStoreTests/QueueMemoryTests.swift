import Engine
import MessageModel
import TestSupport
import Testing

@testable import QueueStore

@Suite("What memory knows of a queue")
struct QueueMemoryTests {
    private static let start = Timestamp(milliseconds: 1_760_000_000_000)

    /// A queue of 5,000 messages; after a crash nobody knows who has those below 2,000.
    private static func memory(
        afterCrash: Bool, _ change: (inout QueueAttributes) -> Void = { _ in }
    ) -> QueueMemory {
        var counters = QueueCounters()
        (counters.nextSequence, counters.waiting, counters.handedMark) = (5_001, 5_000, 2_000)
        (counters.isQuiet, counters.leaseHorizonMillis) = (!afterCrash, 30_000)
        var attributes = QueueAttributes()
        change(&attributes)
        return QueueMemory(counters, attributes, startedAt: start)
    }

    private static func lease(_ deliveries: Int, number: UInt32 = 1) -> Lease {
        Lease(
            state: .leased, rowFirst: 1, member: 0, rawByteCount: 1, deliveryNumber: number, deliveries: deliveries,
            firstReceivedAt: start, deadline: start.adding(milliseconds: 1_000), isDirty: true)
    }

    @Test(
        "while a crash is waited out, the cursor does not go back to what others may hold, however many messages come back"
    )
    func hold() {
        var memory = Self.memory(afterCrash: true)
        for sequence in 1...1_100 { memory.giveBack(SequenceNumber(sequence)) }
        #expect(memory.returned.count == 1_100)
        #expect(memory.cursor == 2_000)
        memory.endHold(at: Self.start.adding(milliseconds: 30_000))
        #expect(memory.cursor == 1)
        #expect(memory.returned.isEmpty)
    }

    @Test("a rewind does not show before its time what others may hold since before a crash")
    func rewindInHold() {
        var memory = Self.memory(afterCrash: true)
        memory.counters.walkPosition = 10
        memory.rewind()
        #expect(memory.cursor == 2_000)
        memory.endHold(at: Self.start.adding(milliseconds: 30_000))
        #expect(memory.cursor == 1)
    }

    @Test("a longer life shows again what a receive passed over because its time seemed to be over")
    func longerLife() {
        var memory = Self.memory(afterCrash: false) { $0.retentionMillis = 30_000 }
        memory.cursor = 4_000
        let epoch = memory.visibilityEpoch
        var longer = memory.attributes
        longer.visibilityMillis = 7_000
        _ = memory.replace(longer)
        #expect(memory.cursor == 4_000)
        longer.retentionMillis = 60_000
        _ = memory.replace(longer)
        #expect(memory.cursor == 1)
        #expect(memory.visibilityEpoch > epoch)
    }

    @Test("a lease whose message could not be read counts as no delivery", arguments: [1, 2])
    func takenBack(deliveries: Int) {
        var memory = Self.memory(afterCrash: false) {
            $0.deadLetter = DeadLetterPolicy(queue: QueueID(rawValue: 2), deliveryCountMax: deliveries)
        }
        memory.cursor = 8
        memory.setLease(7, Self.lease(deliveries))
        memory.takeBack(7, deliveryNumber: 2)
        #expect(memory.leasedCount == 1)
        memory.takeBack(7, deliveryNumber: 1)
        #expect(memory.dying.isEmpty)
        #expect(memory.leasedCount == 0)
        #expect(memory.leases[7]?.deliveries == deliveries - 1)
        #expect(memory.returned.count == 1)
    }

    @Test("settings that spare many dying messages show them all again")
    func spared() {
        var memory = Self.memory(afterCrash: false) {
            $0.deadLetter = DeadLetterPolicy(queue: QueueID(rawValue: 2), deliveryCountMax: 2)
        }
        memory.cursor = 4_000
        for sequence in 1...3 {
            memory.setLease(SequenceNumber(sequence), Self.lease(sequence))
            memory.endLease(SequenceNumber(sequence))
        }
        #expect(memory.dying == [2, 3])
        var attributes = memory.attributes
        attributes.deadLetter?.deliveryCountMax = 3
        _ = memory.replace(attributes)
        #expect(memory.dying == [3])
        #expect(memory.leasedCount == 1)
    }
}
