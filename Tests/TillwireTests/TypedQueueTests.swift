import Engine
import MessageModel
import TestSupport
import Testing
import TillwireCodable

private struct Order: Codable, Sendable, Hashable {
    var id: String
    var amount: Int
}

@Suite("Typed payloads", .timeLimit(.minutes(2)))
struct TypedQueueTests {
    /// What `body` threw.
    private static func failure(_ body: () async throws -> Void) async -> TypedQueueError? {
        do { try await body() } catch { return error as? TypedQueueError }
        return nil
    }

    private static func undecodable(_ error: TypedQueueError?) -> MessageID? {
        if case .undecodable(let id, _) = error { id } else { nil }
    }

    @Test("what is sent or published typed arrives typed, as JSON with sorted keys")
    func roundTrip() async throws {
        let problems = try await Bench.run { bench in
            let orders = bench.queue.typed(as: Order.self)
            let topic = try await bench.broker.createTopic("topic")
            try await topic.subscribe(bench.queue, as: "orders")
            let sent = [Order(id: "a/1", amount: 1), Order(id: "b", amount: 2), Order(id: "c", amount: 3)]
            let id = try await orders.send(sent[0])
            try await topic.typed(as: Order.self).publish(sent[1])
            try await bench.broker.transaction { tx in try tx.send(sent[2], to: orders) }
            let received = try await orders.receive(max: 10)
            #expect(received.map(\.payload) == sent)
            #expect(received[0].id == id)
            #expect(received[0].message.text == #"{"amount":1,"id":"a/1"}"#)
            try await bench.broker.transaction { tx in
                for message in received { tx.acknowledge(message) }
                try tx.publish(sent[0], to: topic.typed(as: Order.self))
            }
            for try await message in orders.messages() {
                #expect(message.payload == sent[0])
                try await message.acknowledge()
                break
            }
            #expect(try await bench.queue.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test("a payload that cannot be encoded is not sent")
    func unencodable() async throws {
        let problems = try await Bench.run { bench in
            let numbers = bench.queue.typed(as: Double.self)
            let error = await Self.failure { try await numbers.send(.infinity) }
            if case .unencodable = error {} else { Issue.record("\(String(describing: error))") }
            let figures = try await bench.queue.figures()
            #expect(figures.enqueuedTotal == 0)
        }
        #expect(problems == [])
    }

    @Test("a loop ends with an error at a body it cannot decode, names the message, and settles nothing")
    func loopFails() async throws {
        let problems = try await Bench.run { bench in
            let id = try await bench.queue.send("no order")
            var iterator = bench.queue.typed(as: Order.self).messages().makeAsyncIterator()
            do throws(TypedQueueError) {
                _ = try await iterator.next()
                Issue.record("it was decoded")
            } catch {
                #expect(Self.undecodable(error) == id)
            }
            #expect(try await bench.queue.figures().waiting == 1)
        }
        #expect(problems == [])
    }

    @Test("a loop goes on past what it releases or moves aside")
    func loopGoesOn() async throws {
        let problems = try await Bench.run { bench in
            let orders = bench.queue.typed(as: Order.self)
            let aside = try await bench.broker.createQueue("aside")
            try await bench.queue.send("no order")
            try await orders.send(Order(id: "a", amount: 1))
            for try await message in orders.messages(undecodable: .release) {
                #expect(message.payload.id == "a")
                try await message.acknowledge()
                break
            }
            #expect(try await bench.queue.figures().delayed == 1)
            try await orders.send(Order(id: "b", amount: 1))
            bench.time.advance(milliseconds: 1_000)
            for try await message in orders.messages(undecodable: .moveAside(to: aside)) {
                try await message.acknowledge()
                if try await bench.queue.figures().waiting == 0 { break }
                // The released one is due and comes with the next receive, or came already.
                if try await aside.figures().waiting == 0 { try await orders.send(Order(id: "c", amount: 1)) }
            }
            #expect(try await aside.receive().map(\.text) == ["no order"])
        }
        #expect(problems == [])
    }

    @Test("a consumer that fails at an undecodable body lets others finish and throws")
    func consumeFails() async throws {
        let problems = try await Bench.run { bench in
            let orders = bench.queue.typed(as: Order.self)
            try await orders.send(Order(id: "a", amount: 1))
            let id = try await bench.queue.send("no order")
            let handled = Watch<[String]>([])
            let error = await Self.failure {
                try await orders.consume { message in
                    let id = message.payload.id
                    handled.update { $0.append(id) }
                }
            }
            #expect(Self.undecodable(error) == id)
            #expect(handled.value == ["a"])
            let figures = try await bench.queue.figures()
            #expect(figures.delayed == 1 && figures.leased == 0)
        }
        #expect(problems == [])
    }

    @Test(
        "a consumer moves aside what it cannot decode; released, the dead-letter policy takes it after its deliveries")
    func consumeGoesOn() async throws {
        let problems = try await Bench.run { bench in
            let orders = bench.queue.typed(as: Order.self)
            let (aside, dead) = (
                try await bench.broker.createQueue("aside"), try await bench.broker.createQueue("dead")
            )
            try await bench.queue.setAttributes {
                $0.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 2)
            }
            for policy in [UndecodablePolicy.moveAside(to: aside), .release] {
                let id = try await bench.queue.send("no order")
                try await orders.send(Order(id: "a", amount: 1))
                let (handled, stop) = (Watch(0), StopSignal())
                let consumer = Task {
                    try await orders.consume(backoff: .fixed(millis: 0), until: stop, undecodable: policy) { _ in
                        handled.update { $0 += 1 }
                    }
                }
                await handled.wait { $0 == 1 }
                while try await bench.queue.figures().waiting > 0 { await Task.yield() }
                stop.stop()
                try await consumer.value
                if case .release = policy {
                    let letter = try #require(try await dead.receive().first)
                    #expect(letter.id == id && letter.origin?.deliveryCount == 2)
                } else {
                    #expect(try await aside.receive().map(\.text) == ["no order"])
                }
            }
        }
        #expect(problems == [])
    }
}
