import MessageModel
import Testing

@testable import QueueStore

@Suite struct HeapTests {
    @Test("what is popped comes in order, whatever was pushed", arguments: UInt64(1)...30)
    func sorted(seed: UInt64) {
        var random = RecordGenerator(seed: seed)
        let values = (0..<random.number(0...200)).map { _ in random.number(0...50) }
        var heap = MinHeap<Int>()
        for value in values { heap.push(value) }
        #expect(heap.count == values.count)
        #expect(heap.first == values.min())
        var popped: [Int] = []
        while let value = heap.pop() { popped.append(value) }
        #expect(popped == values.sorted())
        #expect(heap.pop() == nil)
        #expect(heap.first == nil)
        #expect(heap.count == 0)
    }

    @Test("pushes and pops in any mixture agree with a sorted array", arguments: UInt64(31)...50)
    func mixed(seed: UInt64) {
        var random = RecordGenerator(seed: seed)
        var heap = MinHeap<Int>()
        var model: [Int] = []
        for _ in 0..<500 {
            if random.number(0...2) > 0 {
                let value = random.number(0...99)
                heap.push(value)
                model.append(value)
                model.sort()
            } else {
                #expect(heap.pop() == (model.isEmpty ? nil : model.removeFirst()))
            }
            #expect(heap.first == model.first)
        }
    }

    @Test("every order of seven items comes out sorted")
    func permutations() {
        func visit(_ chosen: [Int], _ left: [Int], _ body: ([Int]) -> Void) {
            guard !left.isEmpty else { return body(chosen) }
            for (index, item) in left.enumerated() {
                var rest = left
                rest.remove(at: index)
                visit(chosen + [item], rest, body)
            }
        }
        var wrong = 0
        visit([], Array(0..<7)) { order in
            var heap = MinHeap<Int>()
            for item in order { heap.push(item) }
            for expected in 0..<7 where heap.pop() != expected { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    @Test("a filtered heap keeps what satisfies and its order")
    func filter() {
        var heap = MinHeap<Int>()
        for value in [9, 3, 7, 1, 8, 2, 6, 4, 5] { heap.push(value) }
        heap.filter { $0 % 2 == 1 }
        #expect((0..<5).map { _ in heap.pop() } == [1, 3, 5, 7, 9])
        heap.push(1)
        heap.removeAll()
        #expect(heap.first == nil)
    }

    @Test("lease ends are ordered by deadline, then by sequence")
    func leaseEnds() {
        func end(_ deadline: UInt64, _ sequence: UInt64) -> LeaseEnd {
            LeaseEnd(deadline: Timestamp(milliseconds: deadline), sequence: sequence)
        }
        #expect(end(1, 9) < end(2, 1))
        #expect(end(2, 1) < end(2, 2))
        #expect(!(end(2, 2) < end(2, 2)))
    }
}
