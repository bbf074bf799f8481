import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Messages as a sequence", .timeLimit(.minutes(2)))
struct MessagesTests {
    @Test("at most `prefetch` deliveries are open, and each message comes once and in order")
    func backPressure() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(10)
            var seen: [String] = []
            for try await message in bench.queue.messages(prefetch: 3) {
                #expect(try await bench.queue.figures().leased <= 3)
                seen.append(message.text)
                try await message.acknowledge()
                if seen.count == 10 { break }
            }
            #expect(seen == (0..<10).map { "\($0)" })
            #expect(bench.engine.log.value.receives.allSatisfy { $0.countMax == 3 })
        }
        #expect(problems == [])
    }

    @Test("a loop that works longer than the visibility keeps its message, and those it has not read")
    func keepsHidden() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(2)
            var seen: [Int] = []
            for try await message in bench.queue.messages(prefetch: 2) {
                for _ in 0..<3 { await bench.passMoreThanHalfOfALease() }
                #expect(try await bench.visible().isEmpty)
                try await message.acknowledge()
                seen.append(message.deliveryCount)
                if seen.count == 2 { break }
            }
            #expect(seen == [1, 1])
            #expect(try await bench.queue.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test("messages whose leases ran out before they were read are passed over and come again")
    func lostLease() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(2)
            var iterator = bench.queue.messages(prefetch: 2).makeAsyncIterator()
            let first = try #require(try await iterator.next())
            // In one jump: nobody can extend in time.
            bench.time.advance(milliseconds: 10_001)
            await #expect(throws: BrokerError.receiptInvalid) { try await first.acknowledge() }
            let again = try #require(try await iterator.next())
            #expect(again.text == "0" && again.deliveryCount == 2)
            try await again.acknowledge()
            let second = try #require(try await iterator.next())
            #expect(second.text == "1" && second.deliveryCount == 2)
            try await second.acknowledge()
        }
        #expect(problems == [])
    }

    @Test("cancelled between two messages, it ends and what was not read is visible at once")
    func cancelledInBody() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(5)
            let (hasFirst, isCancelled) = (Watch<Bool>(), Watch<Bool>())
            let loop = Task {
                var count = 0
                for try await _ in bench.queue.messages(prefetch: 5) {
                    count += 1
                    hasFirst.open()
                    await isCancelled.pass()
                }
                return count
            }
            await hasFirst.pass()
            #expect(try await bench.visible().isEmpty)
            loop.cancel()
            isCancelled.open()
            #expect(try await loop.value == 1)
            #expect(try await bench.visible().map(\.text) == ["1", "2", "3", "4"])
        }
        #expect(problems == [])
    }

    @Test("cancelled while it waits, it ends, and the message that comes then is for others")
    func cancelledInWait() async throws {
        let problems = try await Bench.run { bench in
            let loop = Task {
                for try await _ in bench.queue.messages() { Issue.record("there was no message") }
            }
            await bench.engine.log.wait { $0.receives.count == 2 }
            loop.cancel()
            try await loop.value
            try await bench.send(1)
            #expect(try await bench.visible().count == 1)
        }
        #expect(problems == [])
    }

    @Test("a loop that is left gives back what it has not read")
    func left() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(4)
            for try await message in bench.queue.messages() {
                try await message.acknowledge()
                break
            }
            var others: [String] = []
            while others.count < 3 {
                others += try await bench.queue.receive(max: 4, waitMillis: Limits.pollMillisMax).map(\.text)
            }
            #expect(others.sorted() == ["1", "2", "3"])
        }
        #expect(problems == [])
    }

    @Test("an idle sequence asks once and waits; the next message wakes it")
    func idle() async throws {
        let problems = try await Bench.run { bench in
            let loop = Task {
                for try await message in bench.queue.messages() {
                    try await message.acknowledge()
                    return message.text
                }
                return ""
            }
            while try await bench.queue.figures().waitingPolls == 0 { await Task.yield() }
            #expect(bench.engine.log.value.receives.map(\.waitMillis) == [0, Limits.pollMillisMax])
            try await bench.send(1)
            #expect(try await loop.value == "0")
            #expect(bench.engine.log.value.receives.count == 2)
        }
        #expect(problems == [])
    }

    @Test("a stop signal ends it while it waits, and at the next step of the loop")
    func stopped() async throws {
        let problems = try await Bench.run { bench in
            let stop = StopSignal()
            let waiting = Task {
                var count = 0
                for try await message in bench.queue.messages(until: stop) {
                    count += 1
                    try await message.acknowledge()
                }
                return count
            }
            await bench.engine.log.wait { $0.receives.count == 2 }
            stop.stop()
            #expect(try await waiting.value == 0)
            try await bench.send(3)
            for try await _ in bench.queue.messages(until: stop) { Issue.record("it was stopped before") }

            let later = StopSignal()
            for try await message in bench.queue.messages(until: later) {
                #expect(message.text == "0")
                later.stop()
                try await message.acknowledge()
            }
            #expect(try await bench.visible().map(\.text) == ["1", "2"])
        }
        #expect(problems == [])
    }

    @Test("closing the broker ends it without an error, waits for the body, and leaves what was not read visible")
    func closed() async throws {
        let store = TemporaryStore()
        let outcome = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send((0..<5).map { OutgoingMessage(body: Bytes("\($0)")) })
            let (hasFirst, isClosing) = (Watch<Bool>(), Watch<Bool>())
            let loop = Task {
                var seen: [String] = []
                for try await message in queue.messages() {
                    hasFirst.open()
                    await isClosing.pass()
                    try await message.acknowledge()
                    seen.append(message.text)
                }
                return seen
            }
            await hasFirst.pass()
            async let close: Void = broker.close()
            // Once the others are visible again, closing has begun; the body still settles its message.
            while try await queue.figures().leased > 1 { await Task.yield() }
            isClosing.open()
            await close
            return try await loop.value
        }
        #expect(outcome.result == ["0"])
        #expect(outcome.problems == [])
        let rest = try await store.run { broker in
            try await broker.queue("orders").receive(max: 10).map { ($0.text, $0.deliveryCount) }
        }
        #expect(rest.result.map(\.0) == ["1", "2", "3", "4"])
    }

    @Test("a body that settled its message may close the broker")
    func closedInBody() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send((0..<3).map { OutgoingMessage(body: Bytes("\($0)")) })
            var seen: [String] = []
            for try await message in queue.messages() {
                seen.append(message.text)
                try await message.acknowledge()
                await broker.close()
            }
            #expect(seen == ["0"])
        }
        let rest = try await store.run { broker in try await broker.queue("orders").receive(max: 10).map(\.text) }
        #expect(rest.result == ["1", "2"])
    }

    @Test("what makes receiving impossible is thrown: a deleted queue, a prefetch out of range")
    func thrown() async throws {
        let problems = try await Bench.run { bench in
            var none = bench.queue.messages(prefetch: 0).makeAsyncIterator()
            await #expect(throws: BrokerError.self) { try await none.next() }
            var many = bench.queue.messages(prefetch: Limits.prefetchCountMax + 1).makeAsyncIterator()
            await #expect(throws: BrokerError.self) { try await many.next() }
            let loop = Task {
                for try await _ in bench.queue.messages(visibilityMillis: 10_000) {}
            }
            await bench.engine.log.wait { $0.receives.count == 2 }
            try await bench.broker.deleteQueue("orders")
            await #expect(throws: BrokerError.queueNotFound("\(bench.queue.id.rawValue)")) { try await loop.value }
        }
        #expect(problems == [])
    }
}
