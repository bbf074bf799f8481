import MessageModel
import Testing

@testable import QueueStore

@Suite struct ReturnedSequencesTests {
    @Test("the lowest come out first, each once, whatever the order they came back in", arguments: UInt64(1)...20)
    func model(seed: UInt64) {
        var random = RecordGenerator(seed: seed)
        var returned = ReturnedSequences()
        var model = Set<SequenceNumber>()
        for _ in 0..<300 {
            if random.number(0...3) > 0 {
                let sequence = UInt64(random.number(0...200))
                let isIn = returned.insert(sequence)
                #expect(isIn)
                model.insert(sequence)
            } else {
                let count = random.number(0...5)
                let expected = Array(model.sorted().prefix(count))
                #expect(returned.take(count) == expected)
                model.subtract(expected)
            }
            #expect(returned.count == model.count)
            #expect(returned.isEmpty == model.isEmpty)
        }
        #expect(returned.take(1_000) == model.sorted())
    }

    @Test("a full list refuses another sequence but not one it holds")
    func bound() {
        var returned = ReturnedSequences()
        for sequence in 0..<UInt64(Limits.returnedCountPerQueueMax) {
            let isIn = returned.insert(sequence * 2)
            #expect(isIn)
        }
        let refused = returned.insert(1)
        let held = returned.insert(2)
        #expect(!refused)
        #expect(held)
        #expect(returned.count == Limits.returnedCountPerQueueMax)
        #expect(returned.take(1) == [0])
        let later = returned.insert(1)
        #expect(later)
        #expect(returned.take(2) == [1, 2])
    }

    @Test("clearing tells the lowest")
    func clear() {
        var returned = ReturnedSequences()
        let nothing = returned.clear()
        #expect(nothing == nil)
        for sequence in [UInt64(9), 4, 7] { _ = returned.insert(sequence) }
        let lowest = returned.clear()
        #expect(lowest == 4)
        #expect(returned.isEmpty)
    }
}
