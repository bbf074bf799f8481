import CMQProtocol
import QueueStore
import TestSupport
import Testing
import Tillwire
import TopicFanOut

@Suite("Ladders of topic subscribers", .timeLimit(.minutes(4)))
struct LadderTests {
    @Test("backoff: three retries, then the message is dropped for this subscriber and the next one follows")
    func backoff() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            subscriber.stub.script([.status(500), .status(500), .status(500), .status(500)])
            try await world.subscribe("m1", url: subscriber.url)
            try await world.publish("first")
            try await world.publish("second")
            try await world.running { push in
                for attempt in 1...3 {
                    try await push.failed(UInt64(attempt))
                    #expect(await push.subscriber("m1")?.attemptCount == attempt)
                    world.time.advance(milliseconds: 15_000)
                }
                try await until { await push.figures().counts.delivered == 1 }
                let counts = await push.figures().counts
                #expect(counts.dropped == 1 && counts.failedAttempts == 4 && counts.deadLettered == 0)
            }
            #expect(subscriber.stub.bodies == ["first", "first", "first", "first", "second"])
            #expect(try await world.waiting("m1") == 0)
            #expect(try await world.rowCount() == 0)
        }
    }

    @Test("nothing is sent before the ladder says so")
    func notEarly() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            subscriber.stub.script([.status(500)])
            try await world.subscribe("m1", url: subscriber.url)
            try await world.publish("first")
            try await world.publish("second")
            try await world.running { push in
                try await push.failed(1)
                world.time.advance(milliseconds: 14_999)
                for _ in 0..<200 { await Task.yield() }
                #expect(subscriber.stub.count == 1)
                world.time.advance(milliseconds: 1)
                try await until { await push.figures().counts.delivered == 2 }
            }
            #expect(subscriber.stub.bodies == ["first", "first", "second"])
        }
    }

    @Test("exponential decay: 1, 2, 4 … 512 s and 512 s to the end of the day, 177 attempts in all")
    func exponentialDecay() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            subscriber.stub.answer(.status(500))
            try await world.subscribe("m1", url: subscriber.url, strategy: .exponentialDecay)
            let start = world.time.now
            try await world.publish("paid")
            try await world.running { push in
                for attempt in 1...176 {
                    try await push.failed(UInt64(attempt))
                    let next = try #require(await push.subscriber("m1")?.nextAttemptAt)
                    let step = next.millisecondsSince(world.time.now)
                    #expect(step == 1_000 << UInt64(min(attempt - 1, 9)))
                    world.time.advance(milliseconds: step)
                }
                try await until { await push.figures().counts.dropped == 1 }
                #expect(world.time.now.millisecondsSince(start) == 86_015_000)
            }
            #expect(subscriber.stub.count == 177)
            #expect(try await world.waiting("m1") == 0)
        }
    }

    @Test("a restart in mid-ladder goes on where it was: neither shorter nor from the beginning")
    func restart() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            subscriber.stub.answer(.status(500))
            try await world.subscribe("m1", url: subscriber.url)
            try await world.publish("first")
            try await world.publish("second")
            try await world.running { push in
                try await push.failed(1)
                world.time.advance(milliseconds: 15_000)
                try await push.failed(2)
                try await until { try await world.rowCount() == 1 }
            }
            await world.close()
            world.time.advance(milliseconds: 5_000)
            try world.open()
            try await world.running { push in
                try await until { await push.subscriber("m1")?.attemptCount == 2 }
                world.time.advance(milliseconds: 9_999)
                for _ in 0..<200 { await Task.yield() }
                #expect(subscriber.stub.count == 2)
                world.time.advance(milliseconds: 1)
                try await push.failed(1)
                world.time.advance(milliseconds: 15_000)
                try await push.failed(2)
                try await until { await push.figures().counts.dropped == 1 }
                #expect(subscriber.stub.bodies.prefix(4).allSatisfy { $0 == "first" })
            }
            #expect(Array(subscriber.stub.bodies.prefix(4)) == ["first", "first", "first", "first"])
        }
    }

    @Test("several that failed together are tried in the order of the queue, each on its own ladder")
    func together() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            try await world.subscribe("m1", url: subscriber.url)
            for number in 1...3 { try await world.publish("warm-\(number)") }
            try await world.running { push in
                try await until { await push.figures().counts.delivered == 3 }
                subscriber.stub.answer(.status(500))
                let messages = ["a", "b"].map { OutgoingMessage(body: Bytes($0)) }
                _ = try await world.broker.topic("pay-topic").publish(messages)
                try await push.failed(2)
                #expect(Set(subscriber.stub.bodies.suffix(2)) == ["a", "b"])
                subscriber.stub.answer(.status(200))
                try await world.publish("c")
                world.time.advance(milliseconds: 15_000)
                try await until { await push.figures().counts.delivered == 6 }
            }
            #expect(subscriber.stub.bodies.suffix(3) == ["a", "b", "c"])
            #expect(try await world.rowCount() == 0)
        }
    }

    @Test("a message of money is not dropped: after its ladder it waits whole in the subscription's dead-letter queue")
    func money() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            subscriber.stub.script([.status(500), .status(500), .status(500), .status(500)])
            try await world.subscribe("m1", to: "order-payments", url: subscriber.url)
            try await world.publish("paid", to: "order-payments", tags: ["risk"])
            try await world.publish("second", to: "order-payments")
            let waiting = world.queueName("m1", "order-payments")
            let dead = try #require(HTTPSubscriptionQueue.deadLetterName(for: waiting))
            try await world.running(world.settings(["ORDER-payments"])) { push in
                for attempt in 1...3 {
                    try await push.failed(UInt64(attempt))
                    world.time.advance(milliseconds: 15_000)
                }
                try await until { await push.figures().counts.delivered == 1 }
                let counts = await push.figures().counts
                #expect(counts.deadLettered == 1 && counts.dropped == 0)
            }
            #expect(try await world.depth(of: waiting) == 0)
            let kept = try await world.broker.queue(dead).receive(max: 10)
            #expect(kept.map(\.body.text) == ["paid"])
            #expect(kept.first?.properties.tags.map(\.text) == ["risk"])
            #expect(try await world.rowCount() == 0)
        }
    }

    @Test("what waits longer than a day expires; where money is concerned it moves, even while nobody pushes")
    func expiry() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            subscriber.stub.answer(.status(500))
            try await world.subscribe("m1", url: subscriber.url)
            try await world.subscribe("m1", to: "order-payments", url: subscriber.url)
            try await world.running(world.settings(["order-payments"])) { push in
                try await world.publish("plain")
                try await world.publish("paid", to: "order-payments")
                try await push.failed(2)
                try await until { await push.figures().subscriberCount == 2 }
            }
            let waiting = world.queueName("m1", "order-payments")
            let attributes = try world.broker.queue(waiting).attributes
            #expect(attributes.deadLetter?.ageMillisMax == 86_400_000)
            world.time.advance(milliseconds: 86_400_000)
            let dead = try #require(HTTPSubscriptionQueue.deadLetterName(for: waiting))
            #expect(
                try await eventually(moving: world.time) {
                    let plain = try await world.waiting("m1")
                    let paid = try await world.depth(of: waiting)
                    return plain == 0 && paid == 0
                })
            let moved = try await world.broker.queue(dead).receive(max: 10)
            #expect(moved.map(\.body.text) == ["paid"])
            #expect(moved.first?.origin?.reason == .age)
            // Their rows are found to be left over at the next start.
            subscriber.stub.answer(.status(200))
            try await world.running(world.settings(["order-payments"])) { push in
                try await world.publish("later")
                try await world.publish("later", to: "order-payments")
                try await until { await push.figures().counts.delivered == 2 }
                try await until { try await world.rowCount() == 0 }
            }
        }
    }
}
