import CMQProtocol
import MessageModel
import Testing

@Suite("Queues behind HTTP subscriptions")
struct HTTPSubscriptionQueueTests {
    @Test("the name is fixed: a later start must find the queue again")
    func fixedName() {
        let name = HTTPSubscriptionQueue.name(topic: "pay-topic", subscription: "m1")
        #expect(name.text == HTTPSubscriptionQueue.name(topic: "PAY-topic", subscription: "M1").text)
        #expect(name.text.hasPrefix("cmq-http-m1-"))
        #expect(name.text == "cmq-http-m1-mdwlh5ujb2v3kyfa6b3k7cj74c")
    }

    @Test("names of full length fit, and no two pairs of names share one")
    func longNames() throws {
        let longest = try EntityName("t" + String(repeating: "x", count: 63))
        var names: Set<EntityName> = []
        for topic in [longest, "a", "ab", "a-b", "a_b"] {
            for subscription in [longest, "b", "c", "b-c", "bc"] as [EntityName] {
                let name = HTTPSubscriptionQueue.name(topic: topic, subscription: subscription)
                #expect(name.text.utf8.count <= Limits.nameByteCountMax)
                #expect(HTTPSubscriptionQueue.isReserved(name))
                let dead = try #require(HTTPSubscriptionQueue.deadLetterName(for: name))
                #expect(dead.text.utf8.count <= Limits.nameByteCountMax)
                names.insert(name)
                names.insert(dead)
            }
        }
        #expect(names.count == 50)
    }

    @Test("the prefix is reserved in any case of letters, other names are free")
    func reserved() {
        #expect(HTTPSubscriptionQueue.isReserved("cmq-http-x"))
        #expect(HTTPSubscriptionQueue.isReserved("CMQ-Http-x"))
        #expect(!HTTPSubscriptionQueue.isReserved("cmq-http"))
        #expect(!HTTPSubscriptionQueue.isReserved("order-payments"))
    }

    @Test("only a waiting queue has a dead-letter queue")
    func deadLetters() throws {
        let waiting = HTTPSubscriptionQueue.name(topic: "order-payments", subscription: "m1")
        #expect(!HTTPSubscriptionQueue.isDeadLetter(waiting))
        let dead = try #require(HTTPSubscriptionQueue.deadLetterName(for: waiting))
        #expect(HTTPSubscriptionQueue.isDeadLetter(dead))
        #expect(HTTPSubscriptionQueue.deadLetterName(for: dead) == nil)
        #expect(HTTPSubscriptionQueue.deadLetterName(for: "merchant-orders") == nil)
        #expect(!HTTPSubscriptionQueue.isDeadLetter("x-dead"))
    }
}
