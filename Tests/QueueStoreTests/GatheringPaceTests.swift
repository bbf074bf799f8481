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

    /// Begins groups until one is waited for; returns how many were not.
    private func skipped(_ pace: inout GatheringPace) -> Int {
        for count in 0...GatheringPace.skipCountMax + 1 {
            pace.expect(answered: 8, waiting: 0)
            pace.begin(waiting: 0, groupNanos: 400_000, at: 0)
            if pace.rest(at: 0) != nil { return count }
            pace.end(1, at: 0)
        }
        return .max
    }

    @Test("after waiting in vain, ever more groups begin at once; where all come back soon, ever fewer do")
    func backsOff() {
        var pace = GatheringPace()
        #expect(skipped(&pace) == 0)
        for count in [1, 2, 4, 8, 16, 32, 64, 64] {
            pace.end(1, at: 200_000)
            #expect(skipped(&pace) == count)
        }
        for count in [31, 15, 7, 3, 1, 0, 0] {
            pace.end(8, at: 50_000)
            #expect(skipped(&pace) == count)
        }
    }

    @Test("those who make up the number only late undo nothing of what was learned")
    func lateComers() {
        var pace = GatheringPace()
        for _ in 0..<4 {
            _ = skipped(&pace)
            pace.end(1, at: 200_000)
        }
        #expect(skipped(&pace) == 8)
        for _ in 0..<3 {
            pace.end(8, at: 150_000)
            #expect(skipped(&pace) == 15)
        }
    }
}
