import AccessControl
import CMQProtocol
import HTTPDataPlane
import MessageModel
import NIOCore
import QueueAPI
import Testing
import Tillwire

@Suite struct DoorIdentityTests {
    @Test("wrong keys, forged signatures and clocks that are off: each its code, and nothing is done")
    func refusals() async throws {
        let disabled = SignedClient(id: "AKIDdisabled01", secret: "secretofdisabled1")
        let records = [
            APIKeyRecord(
                id: disabled.id, secret: disabled.secret, isEnabled: false, grants: [try Door.grant(.role(.admin))])
        ]
        try await Door.with(keys: records) { door in
            try await door.world.makeQueue("orders")
            func send(_ client: SignedClient, at seconds: UInt64) async throws -> Answer {
                try await door.answer(
                    client.request("SendMessage", [("queueName", "orders"), ("msgBody", "x")], seconds: seconds))
            }
            var client = Door.admin
            client.id = "AKIDnobody0001"
            #expect(try await send(client, at: door.seconds).message.hasPrefix("(10270)"))
            client = Door.admin
            client.secret += "x"
            let forged = try await send(client, at: door.seconds)
            #expect(forged.code == 4100 && forged.message == "(10030)authentication failed")
            #expect(try await send(disabled, at: door.seconds).message.hasPrefix("(10080)"))
            var guessing = disabled
            guessing.secret = Door.admin.secret
            #expect(try await send(guessing, at: door.seconds).message == "(10030)authentication failed")
            for seconds in [door.seconds - 300, door.seconds + 300] {
                let late = try await send(Door.admin, at: seconds)
                #expect(late.code == 4100 && late.message.hasPrefix("(10030)"))
            }
            for seconds in [door.seconds - 299, door.seconds + 299] {
                #expect(try await send(Door.admin, at: seconds).code == 0)
            }
            let request = Door.admin.request("ListQueue", method: "PUT", seconds: door.seconds)
            #expect(try await door.answer(request).message.hasPrefix("(10410)"))
            var elsewhere = Door.admin
            elsewhere.host = "other.test"
            let signed = elsewhere.request("DeleteQueue", [("queueName", "orders")], seconds: door.seconds)
            let moved = DataPlaneRequest(
                method: "POST", target: "/v2/index.php", headers: ["Host": "cmq.test:8083"], body: signed.body)
            #expect(try await door.answer(moved).message == "(10030)authentication failed")
            #expect(try await door.world.bodies("orders") == ["x", "x"])
        }
    }

    @Test("a signature covers every parameter: a change of any is noticed, an addition refused")
    func changes() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            let request = Door.admin.request(
                "SendMessage", [("queueName", "orders"), ("msgBody", "pay 100")], seconds: door.seconds)
            let form = String(buffer: request.body)
            for (from, to) in [
                ("100", "900"), ("orders", "0rders"), ("Nonce=1", "Nonce=2"), ("SDK_Python", "SDK_Pythom"),
            ] {
                let changed = form.replacing(from, with: to)
                #expect(changed != form)
                let answer = try await door.answer(
                    SignedClient.http("POST", "/v2/index.php", changed, host: Door.admin.host))
                #expect(answer.code == 4100)
            }
            for addition in ["&msgTag.1=@x", "&delaySeconds=60", "&queueName=other"] {
                let answer = try await door.answer(
                    SignedClient.http("POST", "/v2/index.php", form + addition, host: Door.admin.host))
                #expect([4000, 4100].contains(answer.code))
            }
            // Signed, and still refused: the signed text could be cut in another way.
            let odd = Door.admin.request(
                "SendMessage", [("queueName", "orders"), ("msgBody", "x"), ("trace_id", "t")], seconds: door.seconds)
            #expect(try await door.answer(odd).code != 0)
            #expect(try await door.world.bodies("orders").isEmpty)
        }
    }

    @Test("SHA-1 only where the key allows it")
    func sha1() async throws {
        let form =
            "queueName=pay-order&msgBody=helloworld&delaySeconds=0&Action=SendMessage&RequestClient=SDK_Python_1.3"
            + "&SecretId=AKIDtestvector0001&Nonce=11886&Timestamp=1700000000&SignatureMethod=HmacSHA1"
            + "&Signature=pBvCA3uGBJeHoKiDjWnOLzfjCN0%3D"
        for (allowsHMACSHA1, code) in [(true, 0), (false, 4100)] {
            let record = APIKeyRecord(
                id: "AKIDtestvector0001", secret: "testvectorsecret0001", allowsHMACSHA1: allowsHMACSHA1,
                grants: [try Door.grant(.role(.admin))])
            try await Door.with(keys: [record], start: Timestamp(milliseconds: 1_700_000_000_000)) { door in
                try await door.world.makeQueue("pay-order")
                let request = SignedClient.http("POST", "/v2/index.php", form, host: "cmq-gz.example.test")
                let answer = try await door.answer(request)
                #expect(answer.code == code)
                #expect(try await door.world.queue("pay-order").activeCount == (code == 0 ? 1 : 0))
            }
        }
    }

    @Test("rights are by action and name, and the answer is the same whether the name exists or not")
    func rights() async throws {
        let client = SignedClient(id: "AKIDproducer01", secret: "secretofproducer1")
        let grants = [
            try Door.grant(.named(["SendMessage", "ListQueue", "CreateQueue"]), queues: ["pay-*"], topics: []),
            try Door.grant(.named(["Subscribe"]), queues: ["pay-*"], topics: ["pay-topic"]),
        ]
        try await Door.with(keys: [APIKeyRecord(id: client.id, secret: client.secret, grants: grants)]) { door in
            try await door.world.makeQueue("pay-order")
            try await door.world.makeQueue("risk")
            try await door.world.done(.createTopic("pay-topic", TopicSettings()))
            #expect(
                try await door.call("SendMessage", [("queueName", "pay-order"), ("msgBody", "x")], by: client).code == 0
            )
            #expect(
                try await door.call("SendMessage", [("queueName", "pay-none"), ("msgBody", "x")], by: client).code
                    == 4440)
            for (action, parameters) in [
                ("SendMessage", [("queueName", "risk"), ("msgBody", "x")]),
                ("SendMessage", [("queueName", "absent"), ("msgBody", "x")]),
                ("ReceiveMessage", [("queueName", "pay-order")]),
                ("DeleteQueue", [("queueName", "pay-order")]), ("CreateQueue", [("queueName", "risk-2")]),
                ("ListTopic", []), ("PublishMessage", [("topicName", "pay-topic"), ("msgBody", "x")]),
                (
                    "Subscribe",
                    [
                        ("topicName", "pay-topic"), ("subscriptionName", "s"), ("protocol", "queue"),
                        ("endpoint", "risk"),
                    ]
                ),
            ] {
                let answer = try await door.call(action, parameters, by: client)
                #expect(answer.code == 4000 && answer.message == "(10461)no cam authentication", "\(action)")
            }
            let list = try await door.call("ListQueue", by: client)
            #expect(list.number("totalCount") == 1)
            let mine = [
                ("topicName", "pay-topic"), ("subscriptionName", "s"), ("protocol", "queue"), ("endpoint", "pay-order"),
            ]
            #expect(try await door.call("Subscribe", mine, by: client).code == 0)
            // A new set of keys is in force at once.
            door.keys.replace(with: [])
            #expect(try await door.call("ListQueue", by: client).message.hasPrefix("(10270)"))
        }
    }

    @Test("unsigned requests only where the operator takes them; a public host stands in for the Host field")
    func unsignedAndPublicHosts() async throws {
        let form = "Action=ListQueue&Timestamp=1760000000&Nonce=1&appId=1255"
        try await Door.with { door in
            let answer = try await door.answer(SignedClient.http("POST", "/", form, host: "h"))
            #expect(answer.code == 4000)
        }
        let open: @Sendable (inout QueueAPISettings) -> Void = {
            $0.allowsUnsigned = true
            $0.publicHosts = ["cmq.example.test"]
        }
        try await Door.with(settings: open) { door in
            let unsigned = try await door.answer(SignedClient.http("POST", "/", form, host: "h"))
            #expect(unsigned.code == 0)
            var client = Door.admin
            client.host = "cmq.example.test"
            let signed = client.request("ListQueue", seconds: door.seconds)
            let proxied = DataPlaneRequest(
                method: "POST", target: "/v2/index.php", headers: ["Host": "10.0.0.7:8083"], body: signed.body)
            let answer = try await door.answer(proxied)
            #expect(answer.code == 0)
        }
    }

    @Test("who changed what is written down, without secrets, signatures and bodies")
    func audit() async throws {
        try await Door.with { door in
            try await door.call("CreateQueue", [("queueName", "orders")])
            try await door.call("CreateQueue", [("queueName", "orders")])
            try await door.call("GetQueueAttributes", [("queueName", "orders")])
            try await door.call("SendMessage", [("queueName", "orders"), ("msgBody", "planted-body")])
            let lines = door.log.all
            #expect(lines.count == 2 && lines.allSatisfy { $0.contains("CreateQueue") && $0.contains(Door.admin.id) })
            #expect(lines[0].contains("\"code\": 0") && lines[1].contains("\"code\": 4460"))
            #expect(!lines.contains { $0.contains(Door.admin.secret) || $0.contains("planted-body") })
        }
    }
}
