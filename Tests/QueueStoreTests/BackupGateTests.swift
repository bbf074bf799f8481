import MessageModel
import Testing

@testable import QueueStore

@Suite struct BackupGateTests {
    @Test("one backup runs at a time; the next may begin when it has ended")
    func oneAtATime() {
        let gate = BackupGate()
        #expect(gate.begin() != nil)
        #expect(gate.begin() == nil)
        gate.end()
        #expect(gate.begin() != nil)
    }

    @Test("a stopped backup ends with the first reason it was given; the one after it is not concerned")
    func stop() throws {
        let gate = BackupGate()
        gate.stop(.closed)
        let run = try #require(gate.begin())
        try run.check()
        gate.stop(.closed)
        gate.stop(.cancelled)
        #expect(throws: BrokerError.closed) { try run.check() }
        gate.end()
        let next = try #require(gate.begin())
        try next.check()
    }
}
