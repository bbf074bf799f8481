import Engine
import MessageModel
import QueueStore
import Synchronization
import TestSupport
import Testing
import Tillwire

/// Whether everything was sent.
private final class End: Sendable {
    let isReached = Atomic<Bool>(false)
}

@Suite("Receives beside commits")
struct StoreRaceTests {
    @Test(
        "a receive that runs between a commit and the moment memory learns of it leaves no message behind",
        arguments: [false, true])
    func nothingIsPassedOver(isExclusive: Bool) async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let topic = try await broker.createTopic("orders")
            var queues: [Queue<Store>] = []
            for number in 0..<8 {
                let name = try EntityName("q\(number)")
                queues.append(try await broker.createQueue(name))
                try await topic.subscribe(queues[number], as: name)
            }
            let count = 3_000
            let end = End()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for queue in queues {
                    group.addTask {
                        let seen = try await Self.drain(queue, isExclusive: isExclusive, until: end)
                        #expect(seen.count == count, "queue \(queue.name.text)")
                    }
                }
                for number in 0..<count { try await topic.publish(Bytes("\(number)")) }
                end.isReached.store(true, ordering: .releasing)
                try await group.waitForAll()
            }
            for queue in queues { #expect(try await queue.figures().waiting == 0) }
        }
        #expect(problems == [])
    }

    /// Receives without ever waiting, so that as many receives as possible meet the end of a commit. Once all is sent, one empty answer is the end.
    fileprivate static func drain(
        _ queue: Queue<Store>, isExclusive: Bool, until end: End
    ) async throws -> Set<String> {
        var seen: Set<String> = []
        while true {
            let wasSent = end.isReached.load(ordering: .acquiring)
            let messages = isExclusive ? try await queue.receiveInOrder(max: 256) : try await queue.receive(max: 256)
            for message in messages { seen.insert(message.body.text ?? "") }
            if messages.isEmpty {
                if wasSent { return seen }
                await Task.yield()
            } else {
                try await queue.acknowledge(messages)
            }
        }
    }
}
