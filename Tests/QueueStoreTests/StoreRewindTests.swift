import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Rewind")
struct StoreRewindTests {
    private static func orders(
        _ broker: EmbeddedBroker, rewindMillis: UInt64 = 600_000, _ change: (inout QueueAttributes) -> Void = { _ in }
    ) async throws -> Queue<Store> {
        var attributes = QueueAttributes()
        attributes.rewindMillis = rewindMillis
        change(&attributes)
        return try await broker.createQueue("orders", attributes: attributes)
    }

    @Test("what was acknowledged since the moment comes back as if never delivered; what was not is left alone")
    func sinceMoment() async throws {
        let store = TemporaryStore()
        let start = store.time.now
        let (ids, first) = try await store.run { broker in
            let queue = try await Self.orders(broker)
            var ids: [MessageID] = []
            for number in 0..<6 {
                ids.append(try await queue.send(Bytes("m\(number)")))
                store.time.advance(milliseconds: 1_000)
            }
            let received = try await queue.receive(max: 6, visibilityMillis: 3_600_000)
            try await queue.acknowledge(received.filter { $0.body != "m4" })
            let figures = try await queue.figures()
            #expect((figures.waiting, figures.kept, figures.leased) == (1, 5, 1))
            return ids
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker)
            try await queue.rewind(to: start.adding(milliseconds: 2_000))
            let back = try await queue.receive(max: 10)
            #expect(back.texts == ["m2", "m3", "m5"])
            #expect(back.map(\.id) == [ids[2], ids[3], ids[5]])
            #expect(back.map(\.deliveryCount) == [1, 1, 1])
            #expect(try await queue.comesTo(moving: store.time) { $0.waiting == 4 && $0.kept == 2 })
            #expect(try await queue.figures().rawByteCount == 8)
            try await queue.acknowledge(back)
            #expect(try await queue.receive(max: 10).isEmpty)
            #expect(try await queue.figures().kept == 5)
        }
        #expect(problems == [])
    }

    @Test("the moment must lie between now and what is kept; a queue that keeps nothing cannot be rewound")
    func range() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, rewindMillis: 60_000) { $0.retentionMillis = 60_000 }
            let plain = try await broker.createQueue("plain")
            let now = store.time.now
            await #expect(throws: BrokerError.rewindOff(queue: "plain")) { try await plain.rewind(to: now) }
            await #expect(throws: BrokerError.self) { try await queue.rewind(to: now.adding(milliseconds: 1)) }
            await #expect(throws: BrokerError.self) {
                try await queue.rewind(to: Timestamp(milliseconds: now.milliseconds - 60_001))
            }
            try await queue.rewind(to: Timestamp(milliseconds: now.milliseconds - 60_000))
            try await queue.rewind(to: now)
            await #expect(throws: BrokerError.self) { try await queue.setAttributes { $0.rewindMillis = 60_001 } }
        }
        #expect(problems == [])
    }

    @Test("what is kept is freed when its time is over, and with the switch")
    func freed() async throws {
        let store = TemporaryStore()
        let start = store.time.now
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, rewindMillis: 60_000)
            try await queue.sendEach(["a", "b"])
            try await queue.acknowledge(try await queue.receive(max: 10))
            #expect(try await queue.figures().kept == 2)
            store.time.advance(milliseconds: 30_000)
            try await queue.sendEach(["c"])
            try await queue.acknowledge(try await queue.receive(max: 10))
            store.time.advance(milliseconds: 30_000)
            #expect(try await queue.comesTo(moving: store.time) { $0.kept == 1 })
            try await queue.rewind(to: start)
            #expect(try await queue.receive(max: 10).texts == ["c"])
            try await queue.setAttributes { $0.rewindMillis = 0 }
            await #expect(throws: BrokerError.self) { try await queue.rewind(to: store.time.now) }
            store.time.advance(milliseconds: 30_000)
            try await queue.acknowledge(try await queue.receive(max: 10))
            #expect(try await queue.figures().kept == 0)
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }

    @Test("switching rewind off frees what was kept, also in more than one step and over a restart")
    func switchedOff() async throws {
        let store = TemporaryStore()
        let (_, first) = try await store.run { broker in
            let queue = try await Self.orders(broker)
            for _ in 0..<3 {
                _ = try await queue.send((1...200).map { OutgoingMessage(body: Bytes("x"), delayMillis: UInt64($0)) })
            }
            store.time.advance(milliseconds: 200)
            #expect(try await queue.comesTo(moving: store.time) { $0.delayed == 0 })
            while try await queue.figures().waiting > 1 {
                let messages = try await queue.receive(max: 250)
                try await queue.acknowledge(Array(messages.dropLast(messages.count == 100 ? 1 : 0)))
            }
            try await queue.setAttributes { $0.rewindMillis = 0 }
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let queue = try broker.queue("orders")
            #expect(try await eventually(moving: store.time) { try await broker.verify().blockCount <= 1 })
            #expect(try await queue.figures().kept == 0)
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 1)
    }

    @Test("an acknowledgement after the rewind stays, whether or not the rewind has reached its row on the disk")
    func acknowledgedMeanwhile() async throws {
        let store = TemporaryStore()
        let start = store.time.now
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker)
            for part in 0..<6 {
                try await queue.sendTogether((0..<50).map { "m\(part * 50 + $0)" })
            }
            var first: [String] = []
            while first.count < 300 {
                let messages = try await queue.receive(max: 40)
                try await queue.acknowledge(messages)
                first += messages.texts
            }
            for _ in 0..<3 {
                #expect(try await Self.canRewind(queue, to: start, store.time))
                var second: [String] = []
                while second.count < 300 {
                    let messages = try await queue.receive(max: 17)
                    #expect(!messages.isEmpty)
                    guard !messages.isEmpty else { return }
                    #expect(messages.allSatisfy { $0.deliveryCount == 1 })
                    try await queue.acknowledge(messages)
                    second += messages.texts
                }
                #expect(second == first)
                #expect(try await queue.receive(max: 10).isEmpty)
                #expect(try await queue.comesTo(moving: store.time) { $0.waiting == 0 && $0.kept == 300 })
            }
        }
        #expect(problems == [])
    }

    /// Whether a rewind is taken soon: the one before it has come to its end.
    private static func canRewind(
        _ queue: Queue<Store>, to moment: Timestamp, _ time: ManualTimeSource
    ) async throws -> Bool {
        try await eventually(moving: time) {
            do {
                try await queue.rewind(to: moment)
                return true
            } catch BrokerError.overloaded { return false }
        }
    }

    @Test("a rewind comes to its end while hundreds of rows arrive behind it")
    func besideArrivals() async throws {
        let store = TemporaryStore()
        let start = store.time.now
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker)
            _ = try await queue.send((1...250).map { OutgoingMessage(body: "old", delayMillis: UInt64($0)) })
            store.time.advance(milliseconds: 250)
            #expect(try await queue.comesTo(moving: store.time) { $0.delayed == 0 })
            try await queue.sendTogether((0..<250).map { "last \($0)" })
            while try await queue.figures().waiting > 0 {
                try await queue.acknowledge(try await queue.receive(max: 256))
            }
            for _ in 0..<3 {
                // A row for each message: many rows stand behind the last one that the rewind is to reach.
                let arrivals = (1...256).map { OutgoingMessage(body: "new", delayMillis: 1_000_000 + UInt64($0)) }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        let rewinds = try await Self.canRewind(queue, to: start, store.time)
                        #expect(rewinds)
                    }
                    for _ in 0..<6 { group.addTask { _ = try await queue.send(arrivals) } }
                    try await group.waitForAll()
                }
                let isBack = try await queue.comesTo(moving: store.time) { $0.waiting == 500 }
                #expect(isBack)
                while try await queue.figures().waiting > 0 {
                    try await queue.acknowledge(try await queue.receive(max: 256))
                }
            }
            #expect(try await Self.canRewind(queue, to: start, store.time))
        }
        #expect(problems == [])
    }

    @Test("what came back by itself is not delivered twice by the receive that follows a rewind")
    func returnedToo() async throws {
        let store = TemporaryStore()
        let start = store.time.now
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker)
            try await queue.sendTogether(["a", "b", "c"])
            let messages = try await queue.receive(max: 3)
            try await messages[0].acknowledge()
            try await messages[1].release()
            try await messages[2].release(delayMillis: 100)
            store.time.advance(milliseconds: 100)
            #expect(try await queue.comesTo { $0.delayed == 0 })
            try await queue.rewind(to: start)
            #expect(try await queue.receive(max: 10).texts.sorted() == ["a", "b", "c"])
            #expect(try await queue.receive(max: 10).isEmpty)
        }
        #expect(problems == [])
    }

    @Test("a rewind after a crash brings nothing back that somebody may still hold")
    func duringHold() async throws {
        let faults = CommitFaults()
        let store = TemporaryStore(adjust: faults.install)
        let start = store.time.now
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker)
            try await queue.sendTogether(["a", "b"])
            let messages = try await queue.receive(max: 2, visibilityMillis: 10_000)
            try await messages[0].acknowledge()
            faults.arm(.before)
            await #expect(throws: BrokerError.self) { try await queue.send("x") }
            try await queue.rewind(to: start)
            store.time.advance(milliseconds: 9_000)
            #expect(!(try await queue.receive(max: 10).texts.contains("b")))
            store.time.advance(milliseconds: 1_000)
            #expect(try await queue.receive(max: 10).texts.contains("b"))
        }
        #expect(problems == [])
    }

    @Test("a message that moved to the dead-letter queue comes back here too, and may move again")
    func deadLetters() async throws {
        let store = TemporaryStore()
        let start = store.time.now
        let (_, problems) = try await store.run { broker in
            let dead = try await broker.createQueue("dead")
            let queue = try await Self.orders(broker) {
                $0.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 2)
            }
            let id = try await queue.send("x")
            for round in 1...2 {
                for _ in 0..<2 { try await queue.receive()[0].release() }
                #expect(try await dead.comesTo(moving: store.time) { $0.waiting == UInt64(round) })
                #expect(try await queue.figures().kept == 1)
                if round == 1 { try await queue.rewind(to: start) }
            }
            let moved = try await dead.receive(max: 10)
            #expect(moved.map(\.id) == [id, id])
            try await dead.acknowledge(moved)
        }
        #expect(problems == [])
    }

    @Test("what a rewind brings back beyond its age leaves again at once, uncounted soon")
    func beyondAge() async throws {
        let store = TemporaryStore()
        let start = store.time.now
        let (_, problems) = try await store.run { broker in
            let dead = try await broker.createQueue("dead")
            let queue = try await Self.orders(broker, rewindMillis: 3_600_000) {
                $0.deadLetter = DeadLetterPolicy(queue: dead.id, ageMillisMax: 60_000)
            }
            try await queue.send("x")
            try await queue.acknowledge(try await queue.receive())
            #expect(try await store.advance(milliseconds: 120_000, committing: broker))
            try await queue.rewind(to: start)
            #expect(try await queue.receive().isEmpty)
            store.time.advance(milliseconds: 1_000)
            #expect(try await dead.comesTo(moving: store.time) { $0.waiting == 1 })
            #expect(try await queue.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test("what came back before a rewind is delivered once by the receive after it")
    func cameBack() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            var attributes = QueueAttributes()
            attributes.rewindMillis = 60_000
            let queue = try await broker.createQueue("q", attributes: attributes)
            let start = store.time.now
            try await queue.sendEach(["a", "b", "c"])
            let messages = try await queue.receive(max: 3)
            try await messages[0].acknowledge()
            try await messages[1].release()
            try await queue.rewind(to: start)
            #expect(try await queue.receive(max: 10).texts.sorted() == ["a", "b"])
        }
        #expect(problems == [])
    }

    @Test(
        "the oldest unacknowledged message is found behind kept ones, and before them once a rewind brought them back")
    func oldest() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            var attributes = QueueAttributes()
            attributes.rewindMillis = 60_000
            let queue = try await broker.createQueue("q", attributes: attributes)
            var moments: [Timestamp] = []
            for body in ["a", "b", "c"] {
                store.time.advance(milliseconds: 10)
                moments.append(store.time.now)
                try await queue.send(Bytes(body))
            }
            for moment in moments {
                #expect(try await queue.figures().oldestEnqueuedAt == moment)
                try await queue.acknowledge(try await queue.receive())
            }
            #expect(try await queue.figures().oldestEnqueuedAt == nil)
            try await queue.rewind(to: moments[1])
            #expect(try await queue.comesTo(moving: store.time) { $0.waiting == 2 })
            #expect(try await queue.figures().oldestEnqueuedAt == moments[1])
            #expect(try await queue.receive(max: 3).texts == ["b", "c"])
        }
        #expect(problems == [])
    }
}
