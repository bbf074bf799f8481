import Engine
import MessageModel
import Testing

@testable import QueueStore

@Suite struct GatheringPaceTests {
    @Test("callers that were answered are waited for, for half of a group's time at most")
    func waits() {
        var pace = GatheringPace()
        pace.expect(answered: 8, waiting: 8)
        pace.begin(waiting: 10, groupNanos: 400_000, at: 1_000)
        #expect(pace.expectedCount == 16)
        #expect(!pace.isEnough(8, at: 1_000))
        #expect(pace.rest(at: 1_000) == 200_000)
        #expect(pace.isEnough(16, at: 1_001))
        #expect(pace.isEnough(9, at: 201_000))
        #expect(pace.rest(at: 201_000) == nil)
    }

    @Test("the wait has a bound of its own")
    func bound() {
        var pace = GatheringPace()
        pace.expect(answered: 2, waiting: 0)
        pace.begin(waiting: 0, groupNanos: 60_000_000_000, at: 0)
        #expect(pace.rest(at: 0) == GatheringPace.waitNanosMax)
    }

    @Test("nobody is waited for where nobody was answered, where one caller is alone, or where all are there")
    func nobody() {
        var pace = GatheringPace()
        for (answered, waiting) in [(0, 0), (0, 7), (1, 0)] {
            pace.expect(answered: answered, waiting: waiting)
            pace.begin(waiting: waiting, groupNanos: 400_000, at: 5)
            #expect(pace.rest(at: 5) == nil)
            #expect(pace.isEnough(1, at: 5))
        }
        pace.expect(answered: 8, waiting: 8)
        pace.begin(waiting: 16, groupNanos: 400_000, at: 5)
        #expect(pace.rest(at: 5) == nil)
        pace.expect(answered: 4_000, waiting: 3_000)
        pace.begin(waiting: 3_000, groupNanos: 400_000, at: 5)
        #expect(pace.isEnough(3_000, at: 5))
    }

    @Test("after waiting in vain, ever more groups begin at once, and one good wait ends that")
    func backsOff() {
        var pace = GatheringPace()
        func begin() -> Bool {
            pace.expect(answered: 8, waiting: 0)
            pace.begin(waiting: 0, groupNanos: 400_000, at: 0)
            return pace.rest(at: 0) != nil
        }
        var gaps: [Int] = []
        for _ in 0..<9 {
            #expect(begin())
            pace.end(1)
            var gap = 0
            while !begin() { gap += 1 }
            gaps.append(gap)
            pace.end(1)
            while !begin() {}
            pace.end(8)
            guard gap < GatheringPace.skipCountMax else { break }
            #expect(begin())
            pace.end(8)
            for _ in 0..<gaps.count {
                while !begin() {}
                pace.end(1)
            }
            while !begin() {}
        }
        #expect(gaps.first == 1)
        #expect(gaps.allSatisfy { $0 <= GatheringPace.skipCountMax })
    }

    @Test("callers that bring one message each are gathered, those with several are not")
    func ofOne() {
        func send(_ count: Int) -> Answer? {
            let messages = (0..<count).map { OutgoingMessage(body: Bytes("body \($0)")) }
            return SendTicket(SendBatch(source: .queue(QueueID(rawValue: 1)), messages: messages)).map { .send($0) }
        }
        #expect(send(1)?.isOfOne == true)
        #expect(send(2)?.isOfOne == false)
        #expect(Answer.activated(nil).isOfOne == false)
    }
}
