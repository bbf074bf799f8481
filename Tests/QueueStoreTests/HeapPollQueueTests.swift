import MessageModel
import Testing

@testable import QueueStore

@Suite struct HeapPollQueueTests {
    /// Runs `body` with a way to make polls; none of them is resumed, their one continuation is when `body` is done.
    private static func withPolls(_ body: (_ make: (UInt64, UInt64) -> PollQueue.Poll) -> Void) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            body { id, deadline in
                PollQueue.Poll(id: id, deadline: Timestamp(milliseconds: deadline), continuation: continuation)
            }
            continuation.resume()
        }
    }

    @Test("first come, first woken")
    func order() async {
        await Self.withPolls { make in
            var queue = PollQueue()
            for number in UInt64(0)..<10 { queue.append(make(queue.makeID(), 100 - number)) }
            #expect(queue.count == 10)
            #expect(queue.take(3).map(\.id) == [1, 2, 3])
            queue.append(make(queue.makeID(), 1))
            #expect(queue.take(0).isEmpty)
            #expect(queue.take(100).map(\.id) == [4, 5, 6, 7, 8, 9, 10, 11])
            #expect(queue.isEmpty)
            #expect(queue.take(1).isEmpty)
        }
    }

    @Test("those whose time is over leave in the order they came, and the others stay")
    func expiry() async {
        await Self.withPolls { make in
            var queue = PollQueue()
            for deadline in [UInt64(50), 10, 40, 10, 30] { queue.append(make(queue.makeID(), deadline)) }
            #expect(queue.earliestDeadline == Timestamp(milliseconds: 10))
            #expect(queue.takeExpired(at: Timestamp(milliseconds: 9)).isEmpty)
            #expect(queue.takeExpired(at: Timestamp(milliseconds: 30)).map(\.id) == [2, 4, 5])
            #expect(queue.earliestDeadline == Timestamp(milliseconds: 40))
            #expect(queue.take(9).map(\.id) == [1, 3])
            #expect(queue.earliestDeadline == nil)
        }
    }

    @Test("one is taken out by its id, once")
    func byID() async {
        await Self.withPolls { make in
            var queue = PollQueue()
            for _ in 0..<4 { queue.append(make(queue.makeID(), 5)) }
            #expect(queue.take(id: 3)?.id == 3)
            #expect(queue.take(id: 3) == nil)
            #expect(queue.take(id: 99) == nil)
            #expect(queue.take(9).map(\.id) == [1, 2, 4])
        }
    }

    @Test("ids are never given twice")
    func ids() {
        var queue = PollQueue()
        let ids = (0..<100).map { _ in queue.makeID() }
        #expect(Set(ids).count == 100)
    }
}
