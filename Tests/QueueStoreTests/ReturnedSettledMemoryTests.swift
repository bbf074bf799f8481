import MessageModel
import Testing

@testable import QueueStore

@Suite struct ReturnedSettledMemoryTests {
    @Test("a delivery is remembered by its number")
    func remembers() {
        var settled = SettledMemory()
        #expect(!settled.contains(1, deliveryNumber: 7))
        settled.remember(1, deliveryNumber: 7)
        #expect(settled.contains(1, deliveryNumber: 7))
        #expect(!settled.contains(1, deliveryNumber: 8))
        #expect(!settled.contains(2, deliveryNumber: 7))
    }

    @Test("the latest are remembered, the oldest leaves first")
    func bound() {
        var settled = SettledMemory()
        let most = UInt64(Limits.settledMemoryPerQueueMax)
        for sequence in 0..<most { settled.remember(sequence, deliveryNumber: UInt32(sequence)) }
        let forgotten = (0..<most).filter { !settled.contains($0, deliveryNumber: UInt32($0)) }
        #expect(forgotten.isEmpty)
        var wrong: [SequenceNumber] = []
        for more in 0..<3 * most {
            settled.remember(most + more, deliveryNumber: UInt32(most + more))
            let isBounded = !settled.contains(more, deliveryNumber: UInt32(more))
            let isKept = [more + 1, most + more].allSatisfy { settled.contains($0, deliveryNumber: UInt32($0)) }
            if !isBounded || !isKept { wrong.append(more) }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    }
}
