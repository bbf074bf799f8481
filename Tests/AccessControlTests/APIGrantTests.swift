import AccessControl
import Testing

@Suite struct APIGrantTests {
    static func key(_ grants: [APIGrant]) -> APIKey {
        APIKey(APIKeyRecord(id: "AKIDgrants01", secret: "0123456789abcdef", grants: grants))
    }

    static func patterns(_ texts: String...) -> [NamePattern] { texts.compactMap { NamePattern($0) } }

    @Test("without grants everything is denied")
    func denyByDefault() {
        let key = Self.key([])
        for action in APIAction.allCases {
            for resource in [APIResource.queue("q"), .topic("t"), .all] { #expect(!key.allows(action, on: resource)) }
        }
    }

    @Test("a role allows its actions on what its patterns name, and nothing else")
    func roles() throws {
        let producer = Self.key([
            try APIGrant(.role(.producer), queues: Self.patterns("pay-*"), topics: Self.patterns("Orders"))
        ])
        #expect(producer.allows(action: "SendMessage", on: .queue("pay-order")))
        #expect(producer.allows(action: "BatchSendMessage", on: .queue("PAY-order")))
        #expect(producer.allows(action: "SendCmqMsg", on: .queue("pay-")))
        #expect(producer.allows(action: "sendmessage", on: .queue("pay-order")))
        #expect(producer.allows(action: "PublishMessage", on: .topic("orders")))
        #expect(!producer.allows(action: "PublishMessage", on: .topic("orders2")))
        #expect(!producer.allows(action: "SendMessage", on: .queue("pay")))
        #expect(!producer.allows(action: "SendMessage", on: .topic("pay-order")))
        #expect(!producer.allows(action: "ReceiveMessage", on: .queue("pay-order")))
        #expect(!producer.allows(action: "DeleteQueue", on: .queue("pay-order")))
        #expect(!producer.allows(action: "NoSuchAction", on: .queue("pay-order")))
        let consumer = Self.key([try APIGrant(.role(.consumer), queues: Self.patterns("*"))])
        #expect(consumer.allows(action: "BatchDeleteMessage", on: .queue("any")))
        #expect(!consumer.allows(action: "SendMessage", on: .queue("any")))
        let admin = Self.key([try APIGrant(.role(.admin), queues: Self.patterns("*"), topics: Self.patterns("*"))])
        for action in APIAction.allCases {
            for resource in [APIResource.queue("q"), .topic("t"), .all] { #expect(admin.allows(action, on: resource)) }
        }
    }

    @Test("lists of everything need the pattern *, of queues or of topics as the action lists")
    func lists() throws {
        let queues = Self.key([try APIGrant(.named(["List*"]), queues: Self.patterns("*"))])
        #expect(queues.allows(.listQueue, on: .all) && !queues.allows(.listTopic, on: .all))
        let some = Self.key([try APIGrant(.named(["ListQueue"]), queues: Self.patterns("a*"))])
        #expect(!some.allows(.listQueue, on: .all) && some.allowsSomewhere(.listQueue))
        #expect(some.allows(.listQueue, on: .queue("abc")) && !some.allows(.listQueue, on: .queue("b")))
    }

    @Test("actions are named in any spelling, or by the beginning of their own name")
    func actions() throws {
        let key = Self.key([
            try APIGrant(
                .named(["DescribeCmqQueueDetail", "Delete*"]), queues: Self.patterns("q"), topics: Self.patterns("t"))
        ])
        #expect(key.allows(.getQueueAttributes, on: .queue("q")) && key.allows(.deleteQueue, on: .queue("q")))
        #expect(key.allows(.deleteMessage, on: .queue("q")) && key.allows(.deleteTopic, on: .topic("t")))
        #expect(!key.allows(.sendMessage, on: .queue("q")))
        #expect(throws: APIGrantError.unknownAction("Fly")) {
            try APIGrant(.named(["Fly"]), queues: Self.patterns("q"))
        }
        #expect(throws: APIGrantError.unknownAction("Fly*")) {
            try APIGrant(.named(["Fly*"]), queues: Self.patterns("q"))
        }
        #expect(throws: APIGrantError.actionCount(0)) { try APIGrant(.named([]), queues: Self.patterns("q")) }
        #expect(throws: APIGrantError.noResource) { try APIGrant(.role(.admin)) }
        for action in APIAction.allCases { #expect(APIAction(named: action.rawValue) == action) }
    }

    @Test("a pattern is a name, or its beginning and a *")
    func patterns() {
        for text in [
            "", "*a", "a*b", "a.b", "a b", "ä", "a**", String(repeating: "a", count: 65),
            String(repeating: "a", count: 65) + "*",
        ] {
            #expect(NamePattern(text) == nil, "\(text)")
        }
        let long = String(repeating: "a", count: 64)
        #expect(NamePattern(long)?.matches(long) == true && NamePattern(long + "*")?.matches(long) == true)
        #expect(NamePattern("a*")?.matches("") == false && NamePattern("*")?.matches("") == true)
        #expect(NamePattern("ab")?.matches("a") == false && NamePattern("ab")?.matches("abc") == false)
    }
}
