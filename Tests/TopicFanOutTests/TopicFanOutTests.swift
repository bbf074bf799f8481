import CMQProtocol
import HTTPDataPlane
import NIOCore
import QueueStore
import TestSupport
import Testing
import Tillwire
import TopicFanOut

@Suite("Push to topic subscribers", .timeLimit(.minutes(2)))
struct TopicFanOutTests {
    @Test("JSON arrives as documented: the fields in order, the body byte for byte")
    func json() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            try await world.subscribe("m1", url: subscriber.url, format: .json)
            let id = try await world.publish("支付成功 \"a\"", tags: ["risk", "promo"])
            try await world.running { push in try await until { await push.figures().counts.delivered == 1 } }
            let request = try #require(subscriber.stub.requests.first)
            #expect(request.method == "POST")
            #expect(request.path == "/cgi")
            let body =
                #"{"TopicOwner":100015036,"topicName":"pay-topic","subscriptionName":"m1","msgId":"\#(id)","msgBody":"支付成功 \"a\"","publishTime":1760000000}"#
            #expect(String(buffer: request.body) == body)
            let fields = request.headers.filter { $0.name.lowercased() != "connection" }
            #expect(
                fields.map { "\($0.name): \($0.value)" } == [
                    "Host: 127.0.0.1:\(subscriber.port)", "Content-Type: text/plain",
                    "User-Agent: Qcloud Notification Service Agent", "x-cmq-request-id: 2394928735",
                    "x-cmq-message-id: \(id)", "x-cmq-message-tag: risk, promo",
                    "Content-Length: \(body.utf8.count)",
                ])
            #expect(try await world.waiting("m1") == 0)
        }
    }

    @Test("simplified is the published message and nothing else")
    func simplified() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            try await world.subscribe("m1", url: subscriber.url)
            let id = try await world.publish("{\"已\":1}\n")
            try await world.running { push in try await until { await push.figures().counts.delivered == 1 } }
            let request = try #require(subscriber.stub.requests.first)
            #expect(String(buffer: request.body) == "{\"已\":1}\n")
            #expect(request.headers["x-cmq-message-id"] == id.description)
            #expect(request.headers["x-cmq-message-tag"] == "")
        }
    }

    @Test("filters hold: a subscriber gets what its tags take, under the same id as every other")
    func filters() async throws {
        try await FanOutWorld.with { world in
            let (all, risk) = (try await world.subscriber(), try await world.subscriber())
            try await world.subscribe("all", url: all.url)
            try await world.subscribe("risk", url: risk.url, filterTags: [MessageTag("risk")])
            try await world.publish("a", tags: ["promo"])
            try await world.publish("b", tags: ["risk"])
            try await world.running { push in try await until { await push.figures().counts.delivered == 3 } }
            #expect(Set(all.stub.bodies) == ["a", "b"])
            #expect(risk.stub.bodies == ["b"])
            let ids = all.stub.requests.compactMap { $0.headers["x-cmq-message-id"] }
            #expect(ids.contains(risk.stub.requests.first?.headers["x-cmq-message-id"] ?? "-"))
        }
    }

    @Test("every 2xx is success", arguments: [200, 201, 204, 299])
    func success(status: Int) async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            subscriber.stub.answer(.status(status))
            try await world.subscribe("m1", url: subscriber.url)
            try await world.publish("paid")
            try await world.running { push in
                try await until { await push.figures().counts.delivered == 1 }
                #expect(await push.subscriber("m1")?.lastOutcome == "\(status)")
            }
            #expect(try await world.waiting("m1") == 0)
        }
    }

    @Test(
        "every other answer is a failure; redirects are not followed",
        arguments: [301, 307, 400, 404, 410, 429, 500, 503])
    func failure(status: Int) async throws {
        try await FanOutWorld.with { world in
            let (subscriber, other) = (try await world.subscriber(), try await world.subscriber())
            subscriber.stub.script([.status(status, headers: ["Location": other.url])])
            try await world.subscribe("m1", url: subscriber.url)
            try await world.publish("paid")
            try await world.running { push in
                try await push.failed(1)
                let figures = try #require(await push.subscriber("m1"))
                #expect(figures.lastOutcome == "\(status)")
                #expect(figures.failingSince == world.time.now)
                #expect(figures.attemptCount == 1)
                #expect(figures.nextAttemptAt == world.time.now.adding(milliseconds: 15_000))
                #expect(figures.waiting == 1)
                world.time.advance(milliseconds: 15_000)
                try await until { await push.figures().counts.delivered == 1 }
                #expect(await push.subscriber("m1")?.failingSince == nil)
            }
            #expect(subscriber.stub.bodies == ["paid", "paid"])
            #expect(other.stub.count == 0)
            #expect(try await world.rowCount() == 0)
        }
    }

    @Test("no answer in time, and nobody listening, are failures; the same message is tried again")
    func noAnswer() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            subscriber.stub.script([.keep])
            try await world.subscribe("hangs", url: subscriber.url)
            try await world.subscribe("closed", url: "http://127.0.0.1:1/")
            try await world.publish("paid")
            var settings = world.settings()
            settings.answerMillisMax = 200
            try await world.running(settings) { push in
                try await push.failed(2)
                #expect(await push.subscriber("hangs")?.lastOutcome == "timeout_total")
                #expect(await push.subscriber("closed")?.lastOutcome == "refused")
                world.time.advance(milliseconds: 15_000)
                try await until { await push.figures().counts.delivered == 1 }
            }
            subscriber.stub.releaseAll()
            let ids = subscriber.stub.requests.map { $0.headers["x-cmq-message-id"] }
            #expect(ids.count == 2 && ids[0] == ids[1])
            let attempts = subscriber.stub.requests.map { $0.headers["x-cmq-request-id"] }
            #expect(attempts[0] != attempts[1])
        }
    }

    @Test("what the operator does not allow is held, not failed, and arrives once it is allowed")
    func notAllowed() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            try await world.subscribe("m1", url: subscriber.url)
            try await world.publish("paid")
            try await world.running(TopicFanOutSettings(policy: .production)) { push in
                try await until { await push.figures().counts.notSent == 1 }
                #expect(await push.subscriber("m1")?.lastOutcome == "endpoint_not_allowed")
                world.time.advance(milliseconds: 60_000)
                try await until { await push.figures().counts.notSent == 2 }
                #expect(await push.figures().counts.failedAttempts == 0)
            }
            #expect(subscriber.stub.count == 0)
            #expect(try await world.waiting("m1") == 1)
            try await world.running { push in try await until { await push.figures().counts.delivered == 1 } }
        }
    }

    @Test("a dead subscriber delays nobody else, and what waits behind its first failure is not sent to it")
    func isolation() async throws {
        try await FanOutWorld.with { world in
            let (dead, alive) = (try await world.subscriber(), try await world.subscriber())
            dead.stub.answer(.keep)
            try await world.subscribe("dead", url: dead.url)
            try await world.subscribe("alive", url: alive.url)
            for number in 1...100 { try await world.publish("\(number)") }
            var settings = world.settings()
            settings.answerMillisMax = 300
            try await world.running(settings) { push in
                try await until { alive.stub.count == 100 }
                try await push.failed(1)
                #expect(dead.stub.bodies == ["1"])
                dead.stub.releaseAll()
                dead.stub.answer(.status(200))
                world.time.advance(milliseconds: 15_000)
                try await until { await push.figures().counts.delivered == 200 }
            }
            #expect(Array(dead.stub.bodies.prefix(2)) == ["1", "1"])
            #expect(Set(dead.stub.bodies).count == 100)
        }
    }

    @Test("many hanging subscribers take only the places of the slow")
    func slowPlaces() async throws {
        try await FanOutWorld.with { world in
            let (hanging, alive) = (try await world.subscriber(), try await world.subscriber())
            hanging.stub.answer(.keep)
            try await world.subscribe("alive", url: alive.url)
            var settings = world.settings()
            settings.slotCountMax = 4
            try await world.running(settings) { push in
                try await world.publish("proof")
                try await until { await push.figures().counts.delivered == 1 }
                for number in 1...5 { try await world.subscribe(EntityName("hanging-\(number)"), url: hanging.url) }
                push.topologyChanged()
                for number in 1...20 { try await world.publish("\(number)") }
                try await until { await push.figures().counts.delivered == 21 }
                // One of them has the only place of the slow, the others wait for it.
                try await until { hanging.stub.count == 1 }
                try await until { await push.figures().waitingForSlotCount == 4 }
                hanging.stub.answer(.status(200))
                hanging.stub.releaseAll()
                try await until { await push.figures().counts.delivered == 121 }
            }
        }
    }

    @Test("while all is well, several messages are under way at once")
    func window() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            try await world.subscribe("m1", url: subscriber.url)
            for number in 1...15 { try await world.publish("\(number)") }
            try await world.running { push in
                try await until { await push.figures().counts.delivered == 15 }
                subscriber.stub.answer(.keep)
                for number in 16...31 { try await world.publish("\(number)") }
                try await until { subscriber.stub.keptCount >= 1 }
                subscriber.stub.releaseAll()
                try await until { subscriber.stub.keptCount > 4 }
                subscriber.stub.answer(.status(200))
                subscriber.stub.releaseAll()
                try await until { await push.figures().counts.delivered == 31 }
            }
            #expect(Set(subscriber.stub.bodies).count == 31)
        }
    }

    @Test("a message of the largest size arrives, in JSON with every character escaped")
    func largest() async throws {
        try await FanOutWorld.with { world in
            let subscriber = try await world.subscriber()
            try await world.subscribe("m1", url: subscriber.url, format: .simplified)
            try await world.publish(String(repeating: "\u{1}", count: Limits.bodyByteCountMax))
            try await world.running { push in try await until { await push.figures().counts.delivered == 1 } }
            #expect(subscriber.stub.requests.first?.body.readableBytes == Limits.bodyByteCountMax)
        }
    }
}
