import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Transactions", .timeLimit(.minutes(2)))
struct TransactionBuilderTests {
    private static let space = RowSpace.state(ConsumerID(rawValue: 7))

    @Test("acknowledgement, sends, publish and rows are committed together, ids come in the order of the calls")
    func together() async throws {
        let problems = try await Bench.run { bench in
            let target = try await bench.broker.createQueue("target")
            let topic = try await bench.broker.createTopic("topic")
            let subscriber = try await bench.broker.createQueue("subscriber")
            try await topic.subscribe(subscriber, as: "all")
            try await bench.send(1)
            let message = try #require(try await bench.visible().first)
            let key = try IdempotencyKey("once")
            let earlier = try await target.send("earlier", key: key)
            let sent = try await bench.broker.transaction { tx in
                tx.acknowledge(message)
                tx.send("first", to: target)
                tx.publish("second", to: topic)
                tx.send("third", to: target)
                tx.send("fourth", to: target, key: key)
                tx.setRow("balance", in: Self.space, to: "12", where: .ifUnchanged(nil))
            }
            #expect(sent.map(\.isRepeat) == [false, false, false, true])
            #expect(sent[3].id == earlier)
            let arrived = try await target.receive(max: 10)
            #expect(arrived.map(\.text) == ["earlier", "first", "third"])
            #expect(arrived.map(\.id) == [earlier, sent[0].id, sent[2].id])
            #expect(try await subscriber.receive(max: 10).map(\.id) == [sent[1].id])
            #expect(try await bench.broker.row(Self.space, key: "balance") == "12")
            #expect(try await bench.queue.figures().waiting == 0)
        }
        #expect(problems == [])
    }

    @Test("whatever refuses one part refuses all of them", arguments: ["receipt", "row", "topic", "body", "closure"])
    func allOrNothing(part: String) async throws {
        let problems = try await Bench.run { bench in
            let target = try await bench.broker.createQueue("target")
            let topic = try await bench.broker.createTopic("topic")
            var small = QueueAttributes()
            small.bodyByteCountMax = 4
            let narrow = try await bench.broker.createQueue("narrow", attributes: small)
            try await bench.send(2)
            let messages = try await bench.visible()
            if part == "receipt" { try await messages[1].release() }
            await #expect(throws: (any Error).self) {
                try await bench.broker.transaction { tx in
                    tx.send("never", to: target)
                    tx.acknowledge(messages[0])
                    tx.setRow("row", in: Self.space, to: "value")
                    switch part {
                    case "receipt": tx.acknowledge(messages[1])
                    case "row": tx.setRow("other", in: Self.space, to: "value", where: .ifUnchanged("expected"))
                    case "topic": tx.publish("nobody takes it", to: topic)
                    case "body": tx.send("too long", to: narrow)
                    default: throw CancellationError()
                    }
                }
            }
            #expect(try await target.figures().enqueuedTotal == 0)
            #expect(try await bench.broker.row(Self.space, key: "row") == nil)
            #expect(try await bench.queue.figures().waiting == 2)
            // The acknowledgement that was a part of it can still be made.
            try await messages[0].acknowledge()
        }
        #expect(problems == [])
    }

    @Test("more messages than one batch holds travel in several, up to the bound of parts")
    func manySends() async throws {
        let problems = try await Bench.run { bench in
            let count = Limits.transactionPartCountMax
            let sent = try await bench.broker.transaction { tx in
                for number in 0..<count { tx.send(Bytes("\(number)"), to: bench.queue) }
            }
            #expect(Set(sent.map(\.id)).count == count)
            var bodies: [String] = []
            while bodies.count < count { bodies += try await bench.visible().map(\.text) }
            #expect(bodies == (0..<count).map { "\($0)" })
            await #expect(throws: BrokerError.self) {
                try await bench.broker.transaction { tx in
                    for number in 0...count { tx.send(Bytes("\(number)"), to: bench.queue) }
                }
            }
            let large = Bytes([UInt8](repeating: 7, count: Limits.bodyByteCountMax))
            let three = try await bench.broker.transaction { tx in
                for _ in 0..<3 { tx.send(large, to: bench.queue) }
            }
            #expect(three.count == 3)
        }
        #expect(problems == [])
    }

    @Test("a moved message is gone here and there once")
    func moved() async throws {
        let problems = try await Bench.run { bench in
            let aside = try await bench.broker.createQueue("aside")
            let tags = try MessageProperties(tags: [MessageTag("odd")])
            try await bench.queue.send("body", properties: tags)
            let message = try #require(try await bench.visible().first)
            let id = try await message.move(to: aside)
            let moved = try #require(try await aside.receive().first)
            #expect(moved.id == id && moved.text == "body" && moved.properties == tags)
            #expect(try await bench.queue.figures().waiting == 0)
            await #expect(throws: BrokerError.receiptInvalid) { try await message.move(to: aside) }
            #expect(try await aside.figures().enqueuedTotal == 1)
        }
        #expect(problems == [])
    }
}
