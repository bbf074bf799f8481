import AccessControl
import CMQProtocol
import HTTPDataPlane
import MessageModel
import NIOCore
import QueueAPI
import TestSupport
import Testing
import Tillwire

@Suite struct DoorRepeatTests {
    private func send(_ client: SignedClient, _ door: Door, nonce: UInt64 = 7) -> DataPlaneRequest {
        client.request(
            "BatchSendMessage", [("queueName", "orders"), ("msgBody.1", "a"), ("msgBody.2", "b")],
            seconds: door.seconds,
            nonce: nonce)
    }

    @Test(
        "an identical send gets the first answer's ids and stores nothing, in one turn, later, and as long as its time is good"
    )
    func identical() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            let request = send(Door.admin, door)
            let answers = try await door.answers([request, request])
            let ids = answers.map { $0.list("msgList").map { $0["msgId"] as? String } }
            #expect(answers.map(\.code) == [0, 0] && ids[0] == ids[1] && ids[0].count == 2)
            door.world.time.advance(milliseconds: 299_000)
            #expect(try await door.answer(request).list("msgList").map { $0["msgId"] as? String } == ids[0])
            #expect(try await door.world.queue("orders").activeCount == 2)
            #expect(door.api.figures().repeats == 2)
            door.world.time.advance(milliseconds: 2_000)
            #expect(try await door.answer(request).code == 4100)
            #expect(try await door.world.queue("orders").activeCount == 2)
        }
    }

    @Test("a repeated nonce with another signature is another request")
    func nonces() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            let bodies = ["a", "b"].map { body in
                Door.admin.request(
                    "SendMessage", [("queueName", "orders"), ("msgBody", body)], seconds: door.seconds, nonce: 3)
            }
            #expect(try await door.answers(bodies).map(\.code) == [0, 0])
            #expect(try await door.answer(send(Door.admin, door, nonce: 3)).code == 0)
            #expect(try await door.world.queue("orders").activeCount == 4)
        }
    }

    @Test("publishes are guarded too, and a repeat is answered though nobody subscribes any more")
    func publishes() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            try await door.world.done(.createTopic("pay-topic", TopicSettings()))
            try await door.world.done(
                .subscribe(Subscribe(topic: "pay-topic", subscription: "s", endpoint: .queue("orders"))))
            let request = Door.admin.request(
                "PublishMessage", [("topicName", "pay-topic"), ("msgBody", "x")], seconds: door.seconds)
            let first = try await door.answer(request)
            try await door.world.done(.unsubscribe(topic: "pay-topic", subscription: "s"))
            #expect(try await door.answer(request).text("msgId") == first.text("msgId"))
            #expect(try await door.call("PublishMessage", [("topicName", "pay-topic"), ("msgBody", "x")]).code == 6030)
            #expect(try await door.world.bodies("orders") == ["x"])
        }
    }

    @Test("the client that draws equal nonces repeats itself only while its first answer was never fully written")
    func sharedSignatures() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            var client = Door.admin
            client.name = "SDK_CPP_1.3"
            let request = client.request(
                "SendMessage", [("queueName", "orders"), ("msgBody", "5 yuan")], seconds: door.seconds)
            let lost = AnswerBox(isWritten: false)
            door.api.handle([DataPlaneExchange(request: request, sink: lost)])
            let first = try Answer(await lost.answer()).text("msgId")
            #expect(try await door.answer(request).text("msgId") == first, "the first answer reached nobody")
            let second = try await door.answer(request).text("msgId")
            let third = try await door.answer(request).text("msgId")
            #expect(
                Set([first, second, third]).count == 3, "each was answered: they are meant as payments of their own")
            #expect(try await door.world.queue("orders").activeCount == 3)
            let figures = door.api.figures()
            #expect(figures.repeats == 1)
        }
    }

    @Test("the repeat of a request that was refused is judged anew")
    func refusedFirst() async throws {
        try await Door.with { door in
            let request = send(Door.admin, door)
            #expect(try await door.answer(request).code == 4440)
            try await door.world.makeQueue("orders")
            #expect(try await door.answer(request).code == 0)
            #expect(try await door.world.queue("orders").activeCount == 2)
        }
    }

    @Test(
        "API 3.0: signed in header fields, the vector is taken, answered in its own form, and repeated without a second message"
    )
    func api3() async throws {
        let records = [
            APIKeyRecord(id: Self.keyID, secret: "testvectorsecret0001", grants: [try Door.grant(.role(.admin))])
        ]
        try await Door.with(keys: records, start: Timestamp(milliseconds: 1_700_000_000_000)) { door in
            try await door.world.makeQueue("pay-order")
            let first = try await door.answer(Self.request(trace: "one"))
            #expect(first.status == 200 && first.contentType == "application/json")
            #expect(first.response["Result"] as? Bool == true && first.response["RequestId"] is String)
            let id = first.response["MsgId"] as? String
            #expect(try await door.answer(Self.request(trace: "one")).response["MsgId"] as? String == id)
            #expect(try await door.answer(Self.request(trace: "two")).response["MsgId"] as? String != id)
            #expect(try await door.world.bodies("pay-order") == ["支付成功", "支付成功"])
            // Without an id of the call: a repeat only while the first answer was not written.
            let one = try await door.answer(Self.request(trace: nil)).response["MsgId"] as? String
            #expect(try await door.answer(Self.request(trace: nil)).response["MsgId"] as? String != one)
            let forged = try await door.answer(Self.request(trace: nil, signature: String(repeating: "0", count: 64)))
            #expect(forged.errorCode == "AuthFailure.SignatureFailure" && forged.status == 200)
            let unknown = try await door.answer(Self.request(trace: nil, id: "AKIDnobody0001"))
            #expect(unknown.errorCode == forged.errorCode)
            #expect(
                (unknown.response["Error"] as? [String: Any])?["Message"] as? String
                    == (forged.response["Error"] as? [String: Any])?["Message"] as? String)
            #expect(
                try await door.answer(Self.request(trace: nil, action: "NoSuchAction")).errorCode == "InvalidAction")
            door.world.time.advance(milliseconds: 301_000)
            #expect(try await door.answer(Self.request(trace: nil)).errorCode == "AuthFailure.SignatureExpire")
        }
    }

    private static let keyID = "AKIDtestvector0001"

    /// Vector T1, with an id of the call where one is given.
    private static func request(
        trace: String?, signature: String = "b0870ff3271adbc3852b9d9cd423a7a752c94999f96c733f1373f3c757a71c4c",
        id: String = keyID, action: String = "SendCmqMsg"
    ) -> DataPlaneRequest {
        var headers: HTTPFields = [
            "Host": "127.0.0.1:8080", "Content-Type": "application/json", "X-TC-Action": action,
            "X-TC-Version": "2020-02-17", "X-TC-Timestamp": "1700000000", "X-TC-Region": "ap-guangzhou",
            "Authorization":
                "TC3-HMAC-SHA256 Credential=\(id)/2023-11-14/tdmq/tc3_request, SignedHeaders=content-type;host, Signature=\(signature)",
        ]
        if let trace { headers.append("X-TC-TraceId", trace) }
        let body = #"{"QueueName": "pay-order", "MsgContent": "\u652f\u4ed8\u6210\u529f", "DelaySeconds": 0}"#
        return DataPlaneRequest(method: "POST", target: "/", headers: headers, body: ByteBuffer(string: body))
    }
}
