import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

private struct Broken: Error {}

@Suite("Consuming with handlers", .timeLimit(.minutes(2)))
struct ConsumeTests {
    /// What handlers of a test did.
    private struct Seen: Sendable {
        var running = 0
        var runningMax = 0
        var bodies: [String] = []
        var cancelled = 0
    }

    @Test("a handler that runs longer than the visibility keeps its message, and it is acknowledged once it returned")
    func keepsHidden() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(3)
            let (started, gate, stop) = (Watch(0), Watch<Bool>(), StopSignal())
            let consumer = Task {
                try await bench.queue.consume(concurrency: 2, prefetch: 3, until: stop) { message in
                    #expect(message.deliveryCount == 1)
                    started.update { $0 += 1 }
                    await gate.pass()
                }
            }
            await started.wait { $0 == 2 }
            for _ in 0..<3 { await bench.passMoreThanHalfOfALease() }
            #expect(try await bench.visible().isEmpty)
            #expect(bench.engine.log.value.acknowledgements == 0)
            gate.open()
            await started.wait { $0 == 3 }
            stop.stop()
            try await consumer.value
            #expect(try await bench.queue.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test("a message whose lease was lost is never acknowledged, though its handler returned")
    func lostLease() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(1)
            let (started, gate, stop, lost) = (Watch<Bool>(), Watch<Bool>(), StopSignal(), Watch(0))
            let consumer = Task {
                try await bench.queue.consume(
                    concurrency: 1, until: stop,
                    report: { event in if case .leaseLost = event { lost.update { $0 += 1 } } }
                ) { message in
                    started.open()
                    await gate.pass()
                }
            }
            await started.pass()
            // No new message for the consumer, whose poll would else take it again.
            stop.stop()
            // In one jump: nobody can extend in time.
            bench.time.advance(milliseconds: 10_001)
            let other = try #require(try await bench.visible().first)
            #expect(other.deliveryCount == 2)
            gate.open()
            try await consumer.value
            #expect(lost.value == 1)
            #expect(bench.engine.log.value.acknowledgements == 0)
            try await other.acknowledge()
        }
        #expect(problems == [])
    }

    @Test("no more handlers than allowed run at once, and no more messages than allowed are held")
    func bounds() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(40)
            let (seen, permits, stop) = (Watch(Seen()), Watch(0), StopSignal())
            let consumer = Task {
                try await bench.queue.consume(concurrency: 3, prefetch: 5, until: stop) { message in
                    seen.update {
                        $0.running += 1
                        $0.runningMax = max($0.runningMax, $0.running)
                    }
                    // Passes only as far as the test has looked.
                    await permits.wait { $0 > (Int(message.text) ?? 0) }
                    seen.update {
                        $0.running -= 1
                        $0.bodies.append(message.text)
                    }
                }
            }
            for done in 0..<38 {
                await seen.wait { $0.running == 3 }
                #expect(try await bench.queue.figures().leased <= 5)
                permits.update { $0 = done + 1 }
                await seen.wait { $0.bodies.count == done + 1 }
            }
            permits.update { $0 = 40 }
            await seen.wait { $0.bodies.count == 40 }
            stop.stop()
            try await consumer.value
            #expect(seen.value.runningMax == 3)
            #expect(Set(seen.value.bodies).count == 40)
            #expect(try await bench.queue.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test("what finishes while the disk works is acknowledged in one call")
    func batchedAcknowledgements() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(64)
            bench.engine.settleGate.update { $0 = false }
            let (done, stop) = (Watch(0), StopSignal())
            let consumer = Task {
                try await bench.queue.consume(concurrency: 64, prefetch: 64, until: stop) { _ in
                    done.update { $0 += 1 }
                }
            }
            await done.wait { $0 == 64 }
            stop.stop()
            bench.engine.settleGate.open()
            try await consumer.value
            #expect(try await bench.queue.figures().waiting == 0)
            // The first call took what was there, the second all the rest; a third where a handler's task was slow to say so.
            #expect(bench.engine.log.value.acknowledgements <= 3)
        }
        #expect(problems == [])
    }

    @Test("a message whose handler throws comes back after its backoff, not earlier")
    func backoff() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(1)
            let (counts, failures, stop) = (Watch<[Int]>([]), Watch(0), StopSignal())
            let consumer = Task {
                try await bench.queue.consume(
                    backoff: .exponential(firstMillis: 1_000, maxMillis: 60_000), until: stop,
                    report: { if case .handlerFailed(_, _ as Broken) = $0 { failures.update { $0 += 1 } } }
                ) { message in
                    counts.update { $0.append(message.deliveryCount) }
                    if message.deliveryCount < 3 { throw Broken() }
                }
            }
            await bench.engine.log.wait { $0.settles.count == 1 }
            #expect(bench.engine.log.value.settles[0].map(\.action) == [.release(delayMillis: 1_000)])
            bench.time.advance(milliseconds: 999)
            #expect(try await bench.queue.figures().delayed == 1)
            bench.time.advance(milliseconds: 1)
            await bench.engine.log.wait { $0.settles.count == 2 }
            #expect(bench.engine.log.value.settles[1].map(\.action) == [.release(delayMillis: 2_000)])
            bench.time.advance(milliseconds: 2_000)
            await bench.engine.log.wait { $0.acknowledgements == 1 }
            stop.stop()
            try await consumer.value
            #expect(counts.value == [1, 2, 3])
            #expect(failures.value == 2)
        }
        #expect(problems == [])
    }

    @Test("cancellation reaches the handlers; what they did not finish and what none had is visible at once")
    func cancelled() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(6)
            let seen = Watch(Seen())
            let consumer = Task {
                try await bench.queue.consume(concurrency: 2, prefetch: 5) { message in
                    seen.update { $0.running += 1 }
                    // The first one takes no notice and finishes, the second one ends early.
                    await withTaskCancellationHandler {
                        await seen.wait { $0.cancelled == 2 }
                    } onCancel: {
                        seen.update { $0.cancelled += 1 }
                    }
                    if message.text != "0" { throw CancellationError() }
                }
            }
            await seen.wait { $0.running == 2 }
            consumer.cancel()
            try await consumer.value
            #expect(try await bench.visible().map(\.text) == ["1", "2", "3", "4", "5"])
            #expect(try await bench.queue.figures().waiting == 5)
        }
        #expect(problems == [])
    }

    @Test("stopped, it takes nothing new, gives back what no handler had, and lets running handlers finish")
    func stopped() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(6)
            let (seen, gate, stop) = (Watch(Seen()), Watch<Bool>(), StopSignal())
            let consumer = Task {
                try await bench.queue.consume(concurrency: 2, prefetch: 4, until: stop) { message in
                    seen.update { $0.running += 1 }
                    await gate.pass()
                    #expect(!Task.isCancelled)
                    seen.update { $0.bodies.append(message.text) }
                }
            }
            await seen.wait { $0.running == 2 }
            stop.stop()
            while try await bench.queue.figures().leased > 2 { await Task.yield() }
            #expect(try await bench.visible().map(\.text) == ["2", "3", "4", "5"])
            gate.open()
            try await consumer.value
            #expect(seen.value.bodies.sorted() == ["0", "1"])
            #expect(try await bench.queue.figures().waiting == 4)
        }
        #expect(problems == [])
    }

    @Test("one handler at a time takes the messages in the order of the queue")
    func inOrder() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(100)
            let (seen, stop) = (Watch(Seen()), StopSignal())
            let consumer = Task {
                try await bench.queue.consume(concurrency: 1, prefetch: 16, until: stop) { message in
                    seen.update { $0.bodies.append(message.text) }
                }
            }
            await seen.wait { $0.bodies.count == 100 }
            stop.stop()
            try await consumer.value
            #expect(seen.value.bodies == (0..<100).map { "\($0)" })
        }
        #expect(problems == [])
    }

    @Test("a settlement that is refused for now is tried again; until then its message stays hidden")
    func settleAgain() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(1)
            bench.engine.settleFailures.update { $0 = [.overloaded("a test"), .outcomeUnknown("a test")] }
            let stop = StopSignal()
            // Leases so long that none must be extended while the clock moves.
            let consumer = Task {
                try await bench.queue.consume(visibilityMillis: Limits.visibilityMillisMax, until: stop) { _ in }
            }
            for count in 1...2 {
                await bench.engine.log.wait { $0.failedSettles == count }
                // The pause begins on the clock's present moment; it may not have begun yet.
                while bench.engine.log.value.failedSettles == count, bench.engine.log.value.acknowledgements == 0 {
                    bench.time.advance(milliseconds: 50)
                    #expect(try await bench.visible().isEmpty)
                    await Task.yield()
                }
            }
            await bench.engine.log.wait { $0.acknowledgements == 1 }
            stop.stop()
            try await consumer.value
            #expect(try await bench.queue.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test("a message that its handler settled itself, in a transaction, is not repeated")
    func settledByHandler() async throws {
        let problems = try await Bench.run { bench in
            let done = try await bench.broker.createQueue("done")
            try await bench.send(20)
            let (count, stop) = (Watch(0), StopSignal())
            let consumer = Task {
                try await bench.queue.consume(concurrency: 4, until: stop) { message in
                    try await bench.broker.transaction { tx in
                        tx.acknowledge(message)
                        tx.send(message.body, to: done)
                    }
                    count.update { $0 += 1 }
                }
            }
            await count.wait { $0 == 20 }
            stop.stop()
            try await consumer.value
            #expect(try await bench.queue.figures().waiting == 0)
            #expect(Set(try await done.receive(max: 100).map(\.text)).count == 20)
            #expect(try await done.figures().enqueuedTotal == 20)
        }
        #expect(problems == [])
    }

    @Test("a deleted queue ends it with an error, numbers out of range do not begin it")
    func thrown() async throws {
        let problems = try await Bench.run { bench in
            await #expect(throws: BrokerError.self) { try await bench.queue.consume(concurrency: 0) { _ in } }
            await #expect(throws: BrokerError.self) { try await bench.queue.consume(concurrency: .max) { _ in } }
            await #expect(throws: BrokerError.self) {
                try await bench.queue.consume(concurrency: 4, prefetch: 3) { _ in }
            }
            await #expect(throws: BrokerError.self) { try await bench.queue.consume(visibilityMillis: 0) { _ in } }
            let consumer = Task { try await bench.queue.consume { _ in } }
            while try await bench.queue.figures().waitingPolls == 0 { await Task.yield() }
            try await bench.broker.deleteQueue("orders")
            await #expect(throws: BrokerError.queueNotFound("\(bench.queue.id.rawValue)")) {
                try await consumer.value
            }
        }
        #expect(problems == [])
    }
}
