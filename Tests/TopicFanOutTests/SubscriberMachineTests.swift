import CMQProtocol
import MessageModel
import Testing

@testable import TopicFanOut

@Suite("What a subscriber is sent")
struct SubscriberMachineTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    private func place(_ sequence: UInt64) -> PushPlace {
        PushPlace(source: .topic(TopicID(rawValue: 1)), sequence: sequence)
    }

    private func batch(_ sequences: ClosedRange<UInt64>) -> [(place: PushPlace, takenAt: Timestamp)] {
        sequences.map { (place($0), now) }
    }

    private func plan(
        _ machine: inout SubscriberMachine, _ sequences: ClosedRange<UInt64>, at moment: Timestamp? = nil
    ) -> SubscriberMachine.Plan {
        machine.plan(batch(sequences), now: moment ?? now, lifeMillis: 1_000_000)
    }

    private func end(
        _ machine: inout SubscriberMachine, _ outcomes: [(UInt64, PushOutcome)], latency: UInt64 = 5
    ) -> [SubscriberMachine.Verdict] {
        machine.ended(
            outcomes.map { (place($0.0), $0.1, latency) }, ladder: NotifyLadder(.backoff), now: now,
            random: { _ in 15_000 })
    }

    private let failed = PushOutcome.failed("500", status: 500)
    private let taken = PushOutcome.delivered(status: 200)

    @Test("the window doubles with full windows that were taken, to its bound, and falls to one message with a failure")
    func window() {
        var machine = SubscriberMachine()
        var widths: [Int] = []
        for _ in 0..<8 {
            widths.append(machine.pullCount)
            _ = end(&machine, (1...UInt64(machine.pullCount)).map { ($0, taken) })
        }
        #expect(widths == [1, 2, 4, 8, 16, 32, 32, 32])
        _ = end(&machine, [(1, taken), (2, taken)])
        #expect(machine.pullCount == 32)
        _ = end(&machine, [(1, taken), (2, failed)])
        #expect(machine.pullCount == 1)
        #expect(machine.isSlow)
    }

    @Test("a subscriber is slow until it has accepted something, while it fails, and while its answers take long")
    func slow() {
        var machine = SubscriberMachine()
        #expect(machine.isSlow)
        _ = end(&machine, [(1, taken)])
        #expect(!machine.isSlow)
        _ = end(&machine, [(2, failed)])
        #expect(machine.isSlow && machine.failingSince == now)
        _ = end(&machine, [(2, taken)])
        #expect(!machine.isSlow && machine.failingSince == nil)
        for sequence in 3...20 as ClosedRange<UInt64> { _ = end(&machine, [(sequence, taken)], latency: 5_000) }
        #expect(machine.isSlow)
        for _ in 0..<4 { _ = end(&machine, (1...UInt64(machine.pullCount)).map { ($0, taken) }, latency: 5_000) }
        #expect(machine.pullCount == 4)
    }

    @Test("a failing message goes alone and when it is due; what is behind it is given back")
    func head() {
        var machine = SubscriberMachine()
        #expect(
            end(&machine, [(1, failed)]) == [
                .retry(
                    PushRecord(
                        attemptCount: 1, dueAt: now.adding(milliseconds: 15_000), failingSince: now, outcome: "500"))
            ])
        #expect(machine.pullCount == 1)
        let early = plan(&machine, 1...3)
        #expect(
            early.attempts == [] && early.rest == [0, 1, 2] && early.waitsUntil == now.adding(milliseconds: 15_000))
        let due = plan(&machine, 1...3, at: now.adding(milliseconds: 15_000))
        #expect(due.attempts == [0] && due.rest == [1, 2] && due.waitsUntil == nil && due.stale == [])
    }

    @Test("a ladder that ends says after how many attempts")
    func exhausted() {
        var machine = SubscriberMachine()
        for _ in 1...3 { _ = end(&machine, [(1, failed)]) }
        #expect(end(&machine, [(1, failed)]) == [.exhausted(attemptCount: 4, hadRecord: true)])
        #expect(machine.records.isEmpty && machine.isSlow)
    }

    @Test("records whose messages are gone are stale: where another message stands first, and where there is none")
    func stale() {
        var machine = SubscriberMachine()
        _ = end(&machine, [(1, failed)])
        let other = plan(&machine, 2...3)
        #expect(other.stale == [place(1)] && other.attempts == [0, 1] && machine.records.isEmpty)
        _ = end(&machine, [(2, failed)])
        let none = machine.plan([], now: now, lifeMillis: 1_000)
        #expect(none.stale == [place(2)] && none.attempts == [])
    }

    @Test("what is too old is ended, whatever its ladder; the first young one is looked at as the first")
    func expired() {
        var machine = SubscriberMachine()
        _ = end(&machine, [(1, failed)])
        let later = now.adding(milliseconds: 1_000_000)
        let plan = machine.plan(
            [(place(1), now), (place(2), now.adding(milliseconds: 1))], now: later, lifeMillis: 1_000_000)
        #expect(plan.expired == [0] && plan.attempts == [1] && plan.stale == [])
        machine.forget(place(1))
        #expect(machine.records.isEmpty)
    }

    @Test("a fault of ours uses no attempt and holds everything back for its time")
    func unsent() {
        var machine = SubscriberMachine()
        #expect(end(&machine, [(1, .notSent("no_resources", afterMillis: 5_000))]) == [.unsent])
        #expect(machine.failingSince == nil && machine.records.isEmpty)
        #expect(plan(&machine, 1...1).waitsUntil == now.adding(milliseconds: 5_000))
        #expect(plan(&machine, 1...1, at: now.adding(milliseconds: 5_000)).attempts == [0])
    }

    @Test("rows are read back as they were written; what is none is told apart")
    func rows() {
        let record = PushRecord(
            attemptCount: 176, dueAt: Timestamp(milliseconds: 5), failingSince: Timestamp(milliseconds: 4),
            outcome: "timeout_total")
        #expect(PushRows.decode(PushRows.encode(record)) == record)
        let key = PushRows.key(QueueID(rawValue: 7), place(9))
        #expect(PushRows.place(key)?.queue == QueueID(rawValue: 7))
        #expect(PushRows.place(key)?.place == place(9))
        #expect(key.slice.starts(with: PushRows.prefix(QueueID(rawValue: 7)).slice))
        #expect(PushRows.place("short") == nil)
        #expect(PushRows.decode("") == nil)
        #expect(PushRows.decode(Bytes([2] + Array(repeating: 0, count: 20))) == nil)
    }
}

@Suite("Places of pushes", .timeLimit(.minutes(1)))
struct PushSlotsTests {
    @Test("the pools are apart, and served in the order of arrival")
    func order() async {
        let slots = PushSlots(count: 4)
        for _ in 0..<3 { #expect(await slots.take(isSlow: false)) }
        #expect(await slots.take(isSlow: true))
        let (feed, taken) = AsyncStream.makeStream(of: Int.self)
        await withTaskGroup(of: Void.self) { group in
            for number in 1...3 {
                group.addTask {
                    _ = await slots.take(isSlow: true)
                    taken.yield(number)
                }
                while slots.waitingCount < number { await Task.yield() }
            }
            var order: [Int] = []
            var numbers = feed.makeAsyncIterator()
            for _ in 1...3 {
                slots.give(isSlow: true)
                if let number = await numbers.next() { order.append(number) }
            }
            #expect(order == [1, 2, 3])
        }
    }

    @Test("who is cancelled while it waits takes no place")
    func cancelled() async {
        let slots = PushSlots(count: 4)
        #expect(await slots.take(isSlow: true))
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await slots.take(isSlow: true) }
            while slots.waitingCount < 1 { await Task.yield() }
            group.cancelAll()
            #expect(await group.next() == false)
        }
        #expect(slots.waitingCount == 0)
        slots.give(isSlow: true)
        #expect(await slots.take(isSlow: true))
    }
}
