import CMQProtocol
import HTTPDataPlane
import QueueStore
import TestSupport
import Testing
import Tillwire
import TopicFanOut

@Suite("Subscriptions that come, change and go", .timeLimit(.minutes(2)))
struct TopologyTests {
    @Test("a subscription made while it runs is served, at the latest at the next look")
    func added() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            try await world.running { push in
                try await world.subscribe("m1", url: subscriber.url)
                try await world.publish("paid")
                push.topologyChanged()
                try await until { await push.figures().counts.delivered == 1 }
                try await world.subscribe("m2", url: subscriber.url)
                try await world.publish("again")
                // Nobody tells of it.
                try await until {
                    world.time.advance(milliseconds: 1_000)
                    return await push.figures().counts.delivered == 3
                }
            }
        }
    }

    @Test("a change of endpoint, strategy and format holds from the next push on")
    func changed() async throws {
        try await FanOutWorld.with { world in
            let (old, new) = (try await world.subscriber(), try await world.subscriber())
            old.stub.answer(.status(500))
            try await world.subscribe("m1", url: old.url)
            try await world.publish("paid")
            try await world.running { push in
                try await push.failed(1)
                new.stub.script([.status(500)])
                try await world.change("m1", of: "pay-topic", url: new.url, strategy: .exponentialDecay, format: .json)
                // Made behind the change: where it is served, the change was seen.
                try await world.subscribe("marker", url: new.url)
                push.topologyChanged()
                try await until { await push.figures().subscriberCount == 2 }
                world.time.advance(milliseconds: 15_000)
                try await push.failed(2)
                // The second step of the other ladder.
                let next = try #require(await push.subscriber("m1")?.nextAttemptAt)
                let since = try #require(await push.subscriber("m1")?.lastAttemptAt)
                #expect(next.millisecondsSince(since) == 2_000)
                world.time.advance(milliseconds: 2_000)
                try await until { await push.figures().counts.delivered == 1 }
            }
            #expect(old.stub.count == 1)
            #expect(new.stub.bodies.last?.hasPrefix("{\"TopicOwner\":") == true)
        }
    }

    @Test("a subscription that ends in mid-flight and in mid-ladder leaves nothing behind, and can be made again")
    func removed() async throws {
        try await FanOutWorld.with { world in
            let (flying, failing) = (try await world.subscriber(), try await world.subscriber())
            flying.stub.answer(.keep)
            failing.stub.answer(.status(500))
            try await world.subscribe("flying", url: flying.url)
            try await world.subscribe("failing", url: failing.url)
            try await world.publish("first")
            try await world.publish("second")
            try await world.running { push in
                try await until { flying.stub.keptCount == 1 }
                try await push.failed(1)
                try await world.unsubscribe("flying")
                try await world.unsubscribe("failing")
                push.topologyChanged()
                flying.stub.releaseAll()
                try await until { await push.figures().subscriberCount == 0 }
                try await until { try await world.rowCount() == 0 }
                // Only now: a lane that has not heard of the end yet may push what it holds when its time comes.
                world.time.advance(milliseconds: 15_000)
                #expect(flying.stub.count == 1 && failing.stub.count == 1)

                flying.stub.answer(.status(200))
                try await world.subscribe("flying", url: flying.url)
                try await world.publish("third")
                push.topologyChanged()
                try await until { flying.stub.count == 2 }
            }
            #expect(flying.stub.bodies == ["first", "third"])
        }
    }

    @Test("queue subscriptions, foreign annotations and queues that others may use are left alone")
    func others() async throws {
        try await FanOutWorld.with { world in
            let broker = try world.broker
            let topic = try await broker.createTopic("pay-topic")
            let queue = try await broker.createQueue("risk-q")
            try await topic.subscribe(queue, as: "risk")
            try await world.publish("paid")
            try await world.running { push in
                for _ in 0..<50 { await Task.yield() }
                #expect(await push.figures().subscriberCount == 0)
                #expect(await push.figures().unusableCount == 0)
            }
            #expect(try await queue.figures().waiting == 1)
        }
    }

    @Test("a graceful stop lets a push under way end and commits what it came to")
    func stop() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            subscriber.stub.answer(.keep)
            try await world.subscribe("m1", url: subscriber.url)
            try await world.publish("paid")
            try await world.running { _ in
                try await until { subscriber.stub.keptCount == 1 }
                Task {
                    for _ in 0..<100 { await Task.yield() }
                    subscriber.stub.releaseAll()
                }
            }
            #expect(try await world.waiting("m1") == 0)
            #expect(subscriber.stub.count == 1)
        }
    }

    @Test(
        "a stop that takes too long breaks the push off; the message is pushed again at the next start, with no attempt used"
    )
    func brokenOff() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            subscriber.stub.answer(.keep)
            try await world.subscribe("m1", url: subscriber.url)
            let id = try await world.publish("paid")
            var settings = world.settings()
            settings.stopMillisMax = 1
            try await world.running(settings) { _ in try await until { subscriber.stub.keptCount == 1 } }
            subscriber.stub.answer(.status(200))
            subscriber.stub.releaseAll()
            #expect(try await world.rowCount() == 0)
            try await world.running { push in try await until { await push.figures().counts.delivered == 1 } }
            #expect(
                subscriber.stub.requests.map { $0.headers["x-cmq-message-id"] } == [id.description, id.description])
        }
    }

    @Test("figures name failing subscribers first and tell what waits")
    func figures() async throws {
        try await FanOutWorld.with { world in
            let (good, bad) = (try await world.subscriber(), try await world.subscriber())
            bad.stub.answer(.status(503))
            try await world.subscribe("a-good", url: good.url)
            try await world.subscribe("z-bad", url: bad.url)
            for number in 1...3 { try await world.publish("\(number)") }
            try await world.running { push in
                try await until { await push.figures().counts.delivered == 3 }
                try await push.failed(1)
                let figures = await push.figures()
                #expect(figures.subscriberCount == 2 && figures.failingCount == 1)
                #expect(figures.subscribers.map(\.subscription.text) == ["z-bad", "a-good"])
                #expect(figures.subscribers.map(\.waiting) == [3, 0])
                #expect(figures.subscribers.map(\.lastOutcome) == ["503", "200"])
            }
        }
    }
}
