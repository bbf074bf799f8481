import Engine
import MessageModel
import QueueStore
import Synchronization
import TestSupport
import Testing
import Tillwire

/// What came of what was sent.
private final class Arrivals: Sendable {
    let count = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
}

/// The clock stands, so a receive that is not woken waits for ever.
@Suite("Waking receives that wait")
struct StorePollTests {
    @Test("whatever batches are sent and received, nothing stays visible while somebody waits", arguments: 1...3)
    func everythingIsTaken(seed: UInt64) async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("orders")
            let arrivals = Arrivals()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for consumer in 0..<6 {
                    group.addTask {
                        var generator = SeededGenerator(seed: seed * 100 + UInt64(consumer))
                        while !arrivals.isOver.load(ordering: .relaxed) {
                            let most = [1, 2, 10, 100, 256].randomElement(using: &generator) ?? 1
                            let messages = try await queue.receive(max: most, waitMillis: 20_000)
                            arrivals.count.add(messages.count, ordering: .relaxed)
                            if !messages.isEmpty { try await queue.acknowledge(messages) }
                        }
                    }
                }
                group.addTask {
                    var generator = SeededGenerator(seed: seed)
                    var sent = 0
                    for _ in 0..<60 {
                        let count = [1, 3, 30, 256].randomElement(using: &generator) ?? 1
                        _ = try await queue.send((0..<count).map { _ in OutgoingMessage(body: "x") })
                        sent += count
                        guard Int.random(in: 0..<3, using: &generator) == 0 else { continue }
                        let isTaken = try await eventually { arrivals.count.load(ordering: .relaxed) == sent }
                        #expect(isTaken, "\(arrivals.count.load(ordering: .relaxed)) of \(sent)")
                        if !isTaken { break }
                    }
                    arrivals.isOver.store(true, ordering: .relaxed)
                    // One for each that may still wait.
                    for _ in 0..<6 {
                        try await queue.send("end")
                        _ = try await eventually { try await queue.figures().waiting == 0 }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(problems == [])
    }

    @Test("messages that a cancelled receive was woken for go to as many others as it takes")
    func cancelled() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("orders")
            for _ in 0..<40 {
                let first = Task { try await queue.receive(max: 64, waitMillis: 20_000) }
                // It waits before the others.
                await Task.yield()
                let others = (0..<4).map { _ in Task { try await queue.receive(max: 1, waitMillis: 20_000) } }
                async let sent = queue.send((0..<8).map { _ in OutgoingMessage(body: "x") })
                first.cancel()
                _ = try await sent
                let taken = (try? await first.value) ?? []
                if taken.isEmpty {
                    for other in others { #expect(try await other.value.count == 1) }
                } else {
                    for other in others { other.cancel() }
                }
                for other in others { if let more = try? await other.value { try? await queue.acknowledge(more) } }
                if !taken.isEmpty { try await queue.acknowledge(taken) }
                _ = try await queue.purge()
            }
        }
        #expect(problems == [])
    }
}
