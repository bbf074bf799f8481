import BoundedJSON
import CMQProtocol
import MessageModel
import Testing

@Suite("answers of API 2.0")
struct API2AnswerTests {
    @Test("the envelope is whole in success and failure, and in the order of the reference")
    func envelope() throws {
        var writer = JSONWriter()
        API2Answer.write(
            .success(.stored([MessageID(rawValue: 17)])), for: .sendMessage, clientRequestID: 0,
            requestID: 39_410_804_591_689_901, into: &writer)
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"code":0,"message":"","requestId":"39410804591689901","clientRequestId":0,"msgId":"17"}"#)
        let empty = try Samples.answer(.failure(.noMessage), for: .receiveMessage)
        #expect(empty["code"]?.int64 == 7000 && empty.text("message") == "(10200)no message")
        #expect(empty["requestId"]?.string == "39410804591689901" && empty["clientRequestId"]?.int64 == 0)
        let unread = try Samples.answer(.failure(.actionMissing), for: nil, clientRequestID: .max)
        #expect(unread["clientRequestId"]?.numberText == "18446744073709551615")
    }

    @Test("a body comes back as it was sent")
    func bodies() throws {
        for body in ["订单😀\nline2\ttab", "\"\\/\u{1}\u{1F}\u{7F}", "a&b=c+d%20e", "@all paid", "{\"fee\":100}"] {
            let answer = try Samples.answer(.success(.received([Samples.delivery(body)])), for: .receiveMessage)
            #expect(answer.text("msgBody") == body)
        }
        var binary = Samples.delivery()
        binary.body = Bytes([0x61, 0xFF, 0x22])
        let answer = try Samples.answer(.success(.received([binary])), for: .receiveMessage)
        #expect(answer.text("msgBody") == "a\u{FFFD}\"")
    }

    @Test("the seven fields of a delivery: strings and whole seconds, rounded down")
    func delivery() throws {
        let one = try Samples.answer(.success(.received([Samples.delivery()])), for: .receiveMessage)
        let many = try Samples.answer(
            .success(.received([Samples.delivery(), Samples.delivery()])), for: .batchReceiveMessage)
        let list = try #require(many["msgInfoList"]?.array)
        #expect(list.count == 2 && many["msgBody"] == nil && one["msgInfoList"] == nil)
        for fields in [one, list[0]] {
            #expect(fields.text("msgBody") == "paid" && fields.text("msgId") == "6942316962")
            #expect(fields.text("receiptHandle") == "283748239349283")
            #expect(fields["enqueueTime"]?.int64 == 1_700_000_000 && fields["firstDequeueTime"]?.int64 == 1_700_000_004)
            #expect(fields["nextVisibleTime"]?.int64 == 1_700_000_034 && fields["dequeueCount"]?.int64 == 1)
        }
    }

    @Test(
        "what Py3 dereferences is there, by type",
        arguments: [
            (API2Action.createQueue, CMQResult.queueMade(Samples.queue()), ["queueId"], [String](), [String]()),
            (.listQueue, .queues([], totalCount: 0), [], ["totalCount"], ["queueList"]),
            (.sendMessage, .stored([MessageID(rawValue: 1)]), ["msgId"], [], []),
            (.publishMessage, .stored([MessageID(rawValue: 1)]), ["msgId"], [], []),
            (.batchSendMessage, .stored([]), [], [], ["msgList"]),
            (.batchPublishMessage, .stored([]), [], [], ["msgList"]),
            (.createTopic, .topicMade(Samples.topic()), ["topicId"], [], []),
            (.listTopic, .topics([], totalCount: 0), [], ["totalCount"], ["topicList"]),
            (.subscribe, .subscriptionMade(Samples.subscription()), ["subscriptionId"], [], []),
            (.listSubscriptionByTopic, .subscriptions([], totalCount: 0), [], ["totalCount"], ["subscriptionList"]),
            (.deleteQueue, .done, [], [], []),
            // Go-old and the Java TCP client want every number of a queue, Java every number of a topic.
            (
                .getQueueAttributes, .queue(Samples.queue()), ["queueName", "queueId"],
                [
                    "maxMsgHeapNum", "pollingWaitSeconds", "visibilityTimeout", "maxMsgSize", "msgRetentionSeconds",
                    "rewindSeconds", "createTime", "lastModifyTime", "activeMsgNum", "inactiveMsgNum", "delayMsgNum",
                    "rewindMsgNum", "rewindmsgNum", "minMsgTime",
                ], []
            ),
            (
                .setQueueAttributes, .queueChanged(Samples.queue()), ["queueId"],
                [
                    "maxMsgHeapNum", "pollingWaitSeconds", "visibilityTimeout", "maxMsgSize", "msgRetentionSeconds",
                    "rewindSeconds",
                ], []
            ),
            (
                .getTopicAttributes, .topic(Samples.topic()), ["topicId"],
                [
                    "msgCount", "maxMsgSize", "msgRetentionSeconds", "createTime", "lastModifyTime", "filterType",
                    "createUin", "qps",
                ], []
            ),
            (
                .getSubscriptionAttributes, .subscription(Samples.subscription()),
                ["topicOwner", "protocol", "protocal", "endpoint", "notifyStrategy", "notifyContentFormat"],
                ["msgCount", "createTime", "lastModifyTime"], ["filterTag", "filterTags", "bindingKey"]
            ),
        ])
    func fields(
        _ action: API2Action, _ result: CMQResult, _ texts: [String], _ numbers: [String], _ lists: [String]
    ) throws {
        let answer = try Samples.answer(.success(result), for: action)
        #expect(answer["code"]?.int64 == 0 && answer.text("message").isEmpty && answer["requestId"]?.string != nil)
        for name in texts { #expect(answer[name]?.kind == .string, "\(name)") }
        for name in numbers { #expect(answer[name]?.kind == .integer, "\(name)") }
        for name in lists { #expect(answer[name]?.kind == .array, "\(name)") }
    }

    @Test("values of descriptions")
    func values() throws {
        let queue = try Samples.answer(.success(.queue(Samples.queue())), for: .getQueueAttributes)
        #expect(queue["createTime"]?.int64 == 1_700_000_000 && queue["minMsgTime"]?.int64 == 1_700_000_100)
        #expect(queue["rewindMsgNum"]?.int64 == 5 && queue["rewindmsgNum"]?.int64 == 5)
        let tags = [try MessageTag("risk"), try MessageTag("风控")]
        let subscription = try Samples.answer(
            .success(.subscription(Samples.subscription(filterTags: tags))), for: .getSubscriptionAttributes)
        #expect(subscription["filterTags"]?.array?.compactMap(\.string) == ["risk", "风控"])
        #expect(subscription.text("protocal") == "queue" && subscription.text("topicOwner") == "100015036")
        let list = try Samples.answer(
            .success(.subscriptions([Samples.subscription()], totalCount: 9)), for: .listSubscriptionByTopic)
        #expect(list["totalCount"]?.int64 == 9)
        #expect(list["subscriptionList"]?.array?.first?.text("subscriptionName") == "risk-sub")
        let queues = try Samples.answer(.success(.queues([Samples.queue()], totalCount: 1)), for: .listQueue)
        #expect(queues["queueList"]?.array?.first?.text("queueId") == "queue-1")
        let topics = try Samples.answer(.success(.topics([Samples.topic()], totalCount: 1)), for: .listTopic)
        #expect(topics["topicList"]?.array?.first?.text("topicName") == "pay-topic")
        var policy = Samples.queue()
        policy.settings.deadLetter = .init(queue: "dead", rule: .receiveCount(3))
        let dead = try Samples.answer(.success(.queue(policy)), for: .getQueueAttributes)
        #expect(
            dead.text("deadLetterQueueName") == "dead" && dead["policy"]?.int64 == 0
                && dead["maxReceiveCount"]?.int64 == 3)
    }

    @Test("a batch delete names each failed handle; a single one is that handle's fault")
    func deletes() throws {
        let result = CMQResult.deleteFailed(.deletePartlyFailed, [("1", .handleInvalid)])
        let batch = try Samples.answer(.success(result), for: .batchDeleteMessage)
        #expect(batch["code"]?.int64 == 6010 && batch.text("message") == "(10150)delete message partially failed")
        let item = try #require(batch["errorList"]?.array?.first)
        #expect(item["code"]?.int64 == 4430 && item.text("receiptHandle") == "1")
        #expect(item.text("message") == "(10260)receipt handle is invalid")
        let single = try Samples.answer(.success(result), for: .deleteMessage)
        #expect(single["code"]?.int64 == 4430 && single["errorList"] == nil)
    }
}
