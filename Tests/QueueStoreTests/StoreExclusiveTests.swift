import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("A queue's only consumer")
struct StoreExclusiveTests {
    private static let hour: UInt64 = 3_600_000

    private static func texts(_ messages: [Message<Store>]) -> [String?] { messages.map { $0.body.text } }

    @Test("what an earlier start had leased comes at once and in order")
    func takeover() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send(["a", "b", "c", "d"].map { OutgoingMessage(body: Bytes($0)) })
            let held = try await queue.receive(max: 3, visibilityMillis: Self.hour)
            try await held[1].acknowledge()
        }
        let (_, problems) = try await store.run { broker in
            let queue = try broker.queue("orders")
            let all = try await queue.receiveInOrder(max: 10, visibilityMillis: Self.hour)
            #expect(Self.texts(all) == ["a", "c", "d"])
            #expect(all[0].deliveryCount == 2)
            try await queue.acknowledge(all)
            #expect(try await queue.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test("after the store was opened again, the hold on what had been handed out does not stop it")
    func reopened() async throws {
        let faults = FaultSwitch()
        let (_, problems) = try await TemporaryStore(adjust: faults.install).run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send(["a", "b", "c"].map { OutgoingMessage(body: Bytes($0)) })
            _ = try await queue.receiveInOrder(max: 2, visibilityMillis: Self.hour)
            faults.arm([.diskFailed])
            await #expect(throws: BrokerError.self) { try await queue.send("lost") }
            let back = try await queue.receiveInOrder(max: 10, visibilityMillis: Self.hour, waitMillis: 10_000)
            #expect(Self.texts(back) == ["a", "b", "c"])
        }
        #expect(problems == [])
    }

    @Test("nothing overtakes an open delivery; released, it comes first again")
    func order() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("orders")
            _ = try await queue.send(["a", "b", "c"].map { OutgoingMessage(body: Bytes($0)) })
            let first = try await queue.receiveInOrder(max: 2)
            #expect(try await queue.receiveInOrder(max: 2).isEmpty)
            try await first[1].acknowledge()
            #expect(try await queue.receiveInOrder(max: 2).isEmpty)
            try await first[0].release()
            #expect(Self.texts(try await queue.receiveInOrder(max: 5)) == ["a", "c"])
        }
        #expect(problems == [])
    }

    @Test("a waiting receive in order is woken by a message and by the end of an open delivery's lease")
    func polls() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            async let polled = queue.receiveInOrder(max: 5, visibilityMillis: 1_000, waitMillis: 20_000)
            while try await queue.figures().waitingPolls == 0 { await Task.yield() }
            try await queue.send("a")
            #expect(Self.texts(try await polled) == ["a"])
            async let second = queue.receiveInOrder(max: 5, visibilityMillis: 1_000, waitMillis: 20_000)
            while try await queue.figures().waitingPolls == 0 { await Task.yield() }
            store.time.advance(milliseconds: 1_000)
            #expect(Self.texts(try await second) == ["a"])
        }
        #expect(problems == [])
    }
}
