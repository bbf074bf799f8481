import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Closing", .timeLimit(.minutes(2)))
struct CloseTests {
    @Test("closed while senders and consumers run, nothing is lost, nothing settled comes again, nothing stays hidden")
    func underLoad() async throws {
        let store = TemporaryStore()
        let sent = Watch<Set<String>>([])
        let handled = Watch<Set<String>>([])
        let read = Watch<Set<String>>([])
        let first = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<4 { group.addTask { await Self.send(sender, to: queue, sent) } }
                for _ in 0..<2 {
                    group.addTask {
                        try await queue.consume(concurrency: 8, prefetch: 32) { message in
                            await Task.yield()
                            let body = message.text
                            #expect(handled.update { $0.insert(body).inserted }, "\(body) was delivered twice")
                        }
                    }
                }
                group.addTask {
                    for try await message in queue.messages(prefetch: 8) {
                        await Task.yield()
                        try await message.acknowledge()
                        let body = message.text
                        read.update { _ = $0.insert(body) }
                    }
                }
                await handled.wait { $0.count >= 500 }
                await read.wait { $0.count >= 20 }
                await broker.close()
                try await group.waitForAll()
            }
        }
        #expect(first.problems == [])
        let rest = try await store.run { broker in
            let queue = try broker.queue("orders")
            var bodies: [String] = []
            // Without the clock moving: what is not visible now stays unseen.
            while true {
                let messages = try await queue.receive(max: 256)
                if messages.isEmpty { break }
                bodies += messages.map(\.text)
            }
            #expect(try await queue.figures().waiting == UInt64(bodies.count))
            return bodies
        }
        let settled = handled.value.union(read.value)
        #expect(Set(rest.result).count == rest.result.count)
        #expect(settled.isDisjoint(with: rest.result))
        #expect(sent.value.subtracting(settled).subtracting(rest.result) == [])
        #expect(rest.problems == [])
    }

    /// Sends until the broker refuses; notes what it was told is on the disk.
    private static func send(_ sender: Int, to queue: Queue<Store>, _ sent: Watch<Set<String>>) async {
        for number in 0... {
            let body = "\(sender)-\(number)"
            do throws(BrokerError) {
                try await queue.send(Bytes(body))
            } catch {
                #expect(error == .closed)
                return
            }
            sent.update { _ = $0.insert(body) }
        }
    }

    @Test("a handler that does not end is waited for until the grace is over, then cancelled")
    func grace() async throws {
        let problems = try await Bench.run { bench in
            try await bench.send(1)
            let (started, cancelled) = (Watch<Bool>(), Watch<Bool>())
            let consumer = Task {
                try await bench.queue.consume { _ in
                    started.open()
                    await withTaskCancellationHandler {
                        await cancelled.pass()
                    } onCancel: {
                        #expect(bench.time.now >= Timestamp(milliseconds: 1_760_000_003_000))
                        cancelled.open()
                    }
                    throw CancellationError()
                }
            }
            await started.pass()
            let close = Task { await bench.broker.close(graceMillis: 3_000) }
            // The grace begins on the clock's present moment; it may not have begun yet.
            while !cancelled.value {
                bench.time.advance(milliseconds: 10)
                // Others need the processor, too.
                try await Task.sleep(for: .milliseconds(1))
            }
            await close.value
            try await consumer.value
        }
        #expect(problems == [])
    }

    @Test("what is begun on a closed broker ends at once")
    func afterwards() async throws {
        _ = try await Bench.run { bench in
            await bench.broker.close()
            for try await _ in bench.queue.messages(visibilityMillis: 1_000) { Issue.record("the broker is closed") }
            try await bench.queue.consume(visibilityMillis: 1_000) { _ in Issue.record("the broker is closed") }
            await bench.broker.close()
        }
    }
}
