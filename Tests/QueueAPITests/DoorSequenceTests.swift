import CMQProtocol
import HTTPDataPlane
import MessageModel
import NIOCore
import QueueAPI
import TestSupport
import Testing
import Tillwire

@Suite struct DoorSequenceTests {
    @Test(
        "the whole sequence of the Python client: queue, messages, rewind, topic, subscription, publish, and all away again"
    )
    func pythonSequence() async throws {
        try await Door.with { door in
            let made = try await door.call(
                "CreateQueue",
                [
                    ("queueName", "pay-order"), ("pollingWaitSeconds", "0"), ("visibilityTimeout", "30"),
                    ("maxMsgSize", "65536"), ("msgRetentionSeconds", "345600"), ("rewindSeconds", "3600"),
                ])
            #expect(made.status == 200 && made.code == 0 && made.contentType == "application/json")
            #expect(made.text("queueId").hasPrefix("queue-") && made.text("requestId").utf8.count == 17)
            let set = try await door.call(
                "SetQueueAttributes", [("queueName", "pay-order"), ("visibilityTimeout", "60")])
            #expect(set.code == 0 && set.number("visibilityTimeout") == 60)
            let got = try await door.call("GetQueueAttributes", [("queueName", "pay-order")], method: "GET")
            #expect(got.number("rewindSeconds") == 3_600 && got.number("activeMsgNum") == 0)
            let list = try await door.call("ListQueue", [("searchWord", "PAY"), ("offset", "0"), ("limit", "20")])
            #expect(list.number("totalCount") == 1 && list.list("queueList")[0]["queueName"] as? String == "pay-order")

            let body = #"{"desc":"支付成功 ✓","fee":100,"q":"a&b=c+d%20e"}"#
            let sent = try await door.call(
                "SendMessage", [("queueName", "pay-order"), ("msgBody", body), ("delaySeconds", "0")])
            #expect(sent.code == 0 && !sent.text("msgId").isEmpty)
            let received = try await door.call(
                "ReceiveMessage", [("queueName", "pay-order"), ("UserpollingWaitSeconds", "30")])
            #expect(received.text("msgBody") == body && received.text("msgId") == sent.text("msgId"))
            #expect(received.number("dequeueCount") == 1 && received.number("enqueueTime") == Int(door.seconds))
            #expect(received.number("nextVisibleTime") == Int(door.seconds) + 60)
            let handle = received.text("receiptHandle")
            #expect(
                try await door.call("DeleteMessage", [("queueName", "pay-order"), ("receiptHandle", handle)]).code == 0)
            #expect(
                try await door.call("DeleteMessage", [("queueName", "pay-order"), ("receiptHandle", handle)]).code == 0)
            let empty = try await door.call(
                "ReceiveMessage", [("queueName", "pay-order"), ("pollingWaitSeconds", "0")])
            #expect(empty.status == 200 && empty.code == 7000 && empty.message == "(10200)no message")

            let bodies = (1...11).map { ("msgBody.\($0)", "m\($0)") }
            let batch = try await door.call("BatchSendMessage", [("queueName", "pay-order")] + bodies)
            #expect(batch.list("msgList").count == 11)
            let many = try await door.call("BatchReceiveMessage", [("queueName", "pay-order"), ("numOfMsg", "16")])
            #expect(many.list("msgInfoList").map { $0["msgBody"] as? String } == (1...11).map { "m\($0)" })
            let handles = many.list("msgInfoList").enumerated().map {
                ("receiptHandle.\($0)", $1["receiptHandle"] as? String ?? "")
            }
            let deleted = try await door.call("BatchDeleteMessage", [("queueName", "pay-order")] + handles)
            #expect(deleted.code == 0)
            let partly = try await door.call(
                "BatchDeleteMessage",
                [("queueName", "pay-order"), handles[0], ("receiptHandle.1", "283748239349283")])
            #expect(partly.code == 6010 && partly.list("errorList").count == 1)
            #expect(
                try await door.call(
                    "RewindQueue", [("queueName", "pay-order"), ("startConsumeTime", "\(door.seconds)")]
                ).code == 0)

            #expect(try await door.call("CreateTopic", [("topicName", "pay-topic"), ("filterType", "1")]).code == 0)
            #expect(
                try await door.call("SetTopicAttributes", [("topicName", "pay-topic"), ("maxMsgSize", "1024")]).code
                    == 0)
            let topic = try await door.call("GetTopicAttributes", [("topicName", "pay-topic")])
            #expect(topic.number("maxMsgSize") == 1_024 && topic.number("filterType") == 1)
            #expect(try await door.call("ListTopic").number("totalCount") == 1)
            let subscribed = try await door.call(
                "Subscribe",
                [
                    ("topicName", "pay-topic"), ("subscriptionName", "risk-sub"), ("protocol", "queue"),
                    ("endpoint", "pay-order"), ("notifyStrategy", "BACKOFF_RETRY"), ("notifyContentFormat", "JSON"),
                    ("filterTag.1", "risk"),
                ])
            #expect(subscribed.code == 0 && subscribed.text("subscriptionId").hasPrefix("subsc-"))
            let unmatched = try await door.call(
                "PublishMessage", [("topicName", "pay-topic"), ("msgBody", "x"), ("routingKey", "")])
            #expect(unmatched.code == 6030 && unmatched.message.hasPrefix("(10730)"))
            let published = try await door.call(
                "BatchPublishMessage",
                [
                    ("topicName", "pay-topic"), ("routingKey", ""), ("msgBody.1", "p1"), ("msgBody.2", "p2"),
                    ("msgTag.1", "risk"),
                ])
            #expect(published.code == 0 && published.list("msgList").count == 2)
            let subscription = try await door.call(
                "GetSubscriptionAttributes", [("topicName", "pay-topic"), ("subscriptionName", "risk-sub")])
            #expect(
                subscription.text("endpoint") == "pay-order" && subscription.text("notifyStrategy") == "BACKOFF_RETRY")
            #expect(
                try await door.call("ListSubscriptionByTopic", [("topicName", "pay-topic")]).number("totalCount") == 1)
            let pair = [("topicName", "pay-topic"), ("subscriptionName", "risk-sub")]
            #expect(try await door.call("ClearSUbscriptionFIlterTags", pair).code == 0)
            #expect(
                try await door.call("SetSubscriptionAttributes", pair + [("notifyStrategy", "EXPONENTIAL_DECAY_RETRY")])
                    .code == 0)
            #expect(try await door.call("DeleteTopic", [("topicName", "pay-topic")]).message.hasPrefix("(10540)"))
            #expect(try await door.call("Unsubscribe", pair).code == 0)
            #expect(try await door.call("DeleteTopic", [("topicName", "pay-topic")]).code == 0)
            #expect(try await door.call("DeleteQueue", [("queueName", "pay-order")]).code == 0)
            #expect(door.world.broker.topology.queues.isEmpty && door.world.broker.topology.topics.isEmpty)
            #expect(door.api.figures().answers[.unread] == nil)
            #expect(try await eventually { door.api.figures().inFlight == 0 })
        }
    }

    @Test("the path does not decide: what is routed to the door is served")
    func paths() async throws {
        try await Door.with { door in
            for path in ["/", "/v2/index.php", "//v2/index.php"] {
                for method in ["GET", "POST"] {
                    let request = Door.admin.request("ListQueue", method: method, seconds: door.seconds, path: path)
                    let answer = try await door.answer(request)
                    #expect(answer.code == 0)
                }
            }
            // A GET that is sent again with its parameters in the body, as one client does.
            let get = Door.admin.request("ListQueue", method: "GET", seconds: door.seconds)
            let moved = DataPlaneRequest(
                method: "GET", target: get.path, headers: get.headers, body: ByteBuffer(string: get.query ?? ""))
            let answer = try await door.answer(moved)
            #expect(answer.code == 0)
        }
    }

    @Test("what one turn brings is done together and answered one by one")
    func oneTurn() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            func send(_ queue: String, _ nonce: UInt64) -> DataPlaneRequest {
                Door.admin.request(
                    "SendMessage", [("queueName", queue), ("msgBody", "b\(nonce)")], seconds: door.seconds, nonce: nonce
                )
            }
            let list = Door.admin.request("ListQueue", seconds: door.seconds)
            let answers = try await door.answers([
                send("orders", 1), send("absent", 2), list, send("orders", 3),
                Door.admin.request("Nothing", seconds: door.seconds),
            ])
            #expect(answers.map(\.code) == [0, 4440, 0, 0, 4000])
            #expect(try await door.world.bodies("orders") == ["b1", "b3"])
            let figures = door.api.figures()
            #expect(figures.answers[.send] == [.success: 2, .notFound: 1])
            #expect(figures.answers[.control] == [.success: 1] && figures.answers[.unread] == [.invalid: 1])
            #expect(figures.answerCount == 5)
        }
    }
}
