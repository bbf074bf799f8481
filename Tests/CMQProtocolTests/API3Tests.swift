import BoundedJSON
import CMQProtocol
import MessageModel
import Testing

@Suite("API 3.0")
struct API3Tests {
    @Test("CreateCmqQueue has its own ranges and defaults")
    func createQueue() throws {
        guard case .createQueue(_, let plain) = try Samples.api3("CreateCmqQueue", #"{"QueueName":"q"}"#).call() else {
            throw OtherCall()
        }
        #expect(plain.retentionSeconds == 3_600 && plain.bodyByteCountMax == 1_048_576 && plain.rewindSeconds == 0)
        #expect(plain.pollSeconds == 0 && plain.visibilitySeconds == 30 && plain.messageCountMax == 100_000_000)
        guard
            case .createQueue(_, let long) = try Samples.api3(
                "CreateCmqQueue", #"{"QueueName":"q","RewindSeconds":86400,"MsgRetentionSeconds":null}"#
            ).call()
        else { throw OtherCall() }
        #expect(long.retentionSeconds == 86_400)
        guard
            case .createQueue(_, let given) = try Samples.api3(
                "CreateCmqQueue", #"{"QueueName":"q","RewindSeconds":86400,"MsgRetentionSeconds":30}"#
            ).call()
        else { throw OtherCall() }
        #expect(given.retentionSeconds == 30)
        #expect(
            Samples.api3Refusal("CreateCmqQueue", #"{"QueueName":"q","MsgRetentionSeconds":29}"#)
                == "InvalidParameterValue")
        #expect(
            Samples.api3Refusal("CreateCmqQueue", #"{"QueueName":"q","MsgRetentionSeconds":43201}"#)
                == "InvalidParameterValue")
        #expect(
            Samples.api3Refusal("CreateCmqQueue", #"{"QueueName":"q","RetentionSizeInMB":5}"#)
                == "InvalidParameterValue")
    }

    @Test("times of RewindCmqQueue are seconds or milliseconds", arguments: [1_700_000_000, 1_700_000_000_000])
    func rewind(_ time: Int) throws {
        guard
            case .rewindQueue(_, let to) = try Samples.api3(
                "RewindCmqQueue", #"{"QueueName":"q","StartConsumeTime":\#(time)}"#
            ).call()
        else { throw OtherCall() }
        #expect(to == Timestamp(milliseconds: 1_700_000_000_000))
    }

    @Test("one tag is also the routing key, several are tags")
    func publish() throws {
        func publish(_ tags: String) throws -> PublishMessages? {
            let call = try Samples.api3("PublishCmqMsg", #"{"TopicName":"t","MsgContent":"b","MsgTag":\#(tags)}"#)
                .call()
            guard case .publishMessages(let publish) = call else { return nil }
            return publish
        }
        #expect(try publish(#"["a.b"]"#)?.routingKey == "a.b")
        #expect(try publish(#"["a","b"]"#)?.routingKey == "")
        #expect(try publish("null")?.tags.isEmpty == true)
    }

    @Test("the older service's names are taken")
    func olderNames() throws {
        #expect(try Samples.api3("DescribeQueueDetail", #"{"QueueName":"q"}"#).action == .describeQueue)
        #expect(try Samples.api3("DescribeTopicDetail", #"{"TopicName":"t"}"#).action == .describeTopic)
        #expect(Set(API3Action.allCases.map(\.rawValue)).count == 21)
    }

    @Test(
        "refusals have API 3.0's codes",
        arguments: [
            ("SendMessages", "{}", "InvalidAction"), ("SendCmqMsg", "{}", "MissingParameter"),
            ("SendCmqMsg", "", "InvalidParameter"), ("SendCmqMsg", "[]", "InvalidParameter"),
            ("SendCmqMsg", "{", "InvalidParameter"),
            ("SendCmqMsg", #"{"QueueName":"a","QueueName":"b"}"#, "InvalidParameter"),
            ("SendCmqMsg", #"{"QueueName":1,"MsgContent":"b"}"#, "InvalidParameter"),
            ("SendCmqMsg", #"{"QueueName":"q","MsgContent":""}"#, "InvalidParameterValue"),
            ("SendCmqMsg", #"{"QueueName":"q","MsgContent":"b","DelaySeconds":"1"}"#, "InvalidParameter"),
            ("SendCmqMsg", #"{"QueueName":"q","MsgContent":"b","DelaySeconds":-1}"#, "InvalidParameterValue"),
            ("SendCmqMsg", #"{"QueueName":"q","MsgContent":"b","DelaySeconds":1.5}"#, "InvalidParameter"),
            ("SendCmqMsg", #"{"QueueName":"q","MsgContent":"b","Extra":1}"#, "UnknownParameter"),
            ("SendCmqMsg", #"{"queueName":"q","MsgContent":"b"}"#, "MissingParameter"),
            ("PublishCmqMsg", #"{"TopicName":"t","MsgContent":"b","MsgTag":"a"}"#, "InvalidParameter"),
            ("PublishCmqMsg", #"{"TopicName":"t","MsgContent":"b","MsgTag":[1]}"#, "InvalidParameter"),
            ("DescribeCmqQueues", #"{"Limit":51}"#, "InvalidParameterValue"),
            ("DescribeCmqQueues", #"{"Filters":[{"Name":"tag:k","Value":["v"]}]}"#, "UnknownParameter"),
            ("DescribeCmqQueues", #"{"Filters":"x"}"#, "InvalidParameter"),
            ("CreateCmqQueue", #"{"QueueName":"q","Trace":"yes"}"#, "InvalidParameter"),
            ("CreateCmqQueue", #"{"QueueName":"q","Transaction":1}"#, "UnsupportedOperation"),
            (
                "CreateCmqSubscribe", #"{"TopicName":"t","SubscriptionName":"s","Protocol":"mqtt","Endpoint":"q"}"#,
                "InvalidParameterValue"
            ),
            ("DescribeCmqSubscriptionDetail", #"{"TopicName":"t","QueryType":"queue"}"#, "MissingParameter"),
            ("DescribeCmqSubscriptionDetail", #"{"TopicName":"t","QueryType":"all"}"#, "InvalidParameterValue"),
        ])
    func refused(_ action: String, _ json: String, _ code: String) {
        #expect(Samples.api3Refusal(action, json) == code)
    }

    @Test(
        "every fault has the code a client can act on",
        arguments: [
            (CMQFault.authenticationFailed(), "AuthFailure.SignatureFailure"),
            (.unknownKey, "AuthFailure.SignatureFailure"),
            (.keyDisabled, "AuthFailure.SignatureFailure"), (.signatureExpired, "AuthFailure.SignatureExpire"),
            (.notPermitted, "AuthFailure.UnauthorizedOperation"), (.noSuchVersion, "NoSuchVersion"),
            (.queueNotFound, "ResourceNotFound"), (.topicNotFound, "ResourceNotFound.Topic"),
            (.subscriptionNotFound, "ResourceNotFound.Subscription"), (.queueExists, "ResourceInUse.Queue"),
            (.topicExists, "ResourceInUse.Topic"), (.subscriptionExists, "ResourceInUse.Subscription"),
            (.subscriptionsLeft, "ResourceInUse.Topic"), (.queueIsDeadLetter, "ResourceInUse.Queue"),
            (.tooManyQueues, "LimitExceeded"), (.tooManyTopics, "LimitExceeded.Topics"),
            (.tooManySubscriptions, "LimitExceeded.Subscriptions"), (.queueFull, "LimitExceeded"),
            (.tooManyInFlight, "LimitExceeded"), (.throttled, "RequestLimitExceeded"),
            (.bodyTooLarge(1), "FailedOperation.MaxMessageSizeError"),
            (.noSubscription, "FailedOperation.CmqBackendError"),
            (.noMatch, "FailedOperation.CmqBackendError"), (.internalError("x"), "InternalError"),
            (.rewindOff, "UnsupportedOperation"), (.rewindTime, "InvalidParameterValue"),
            (.routingKeyMissing, "MissingParameter"), (.bindingKeyMissing, "MissingParameter"),
        ])
    func codes(_ fault: CMQFault, _ code: String) throws {
        #expect(API3ErrorCode(fault).rawValue == code)
        let answer = try Samples.answer3(.failure(fault), for: .sendMessage)
        #expect(answer["Error"]?.text("Code") == code && answer["Error"]?.text("Message") == fault.text)
        #expect(answer["RequestId"]?.string?.utf8.count == 36)
    }

    @Test("request ids are version 4 UUIDs")
    func requestIDs() {
        #expect(API3RequestID(high: 0, low: 0).text == "00000000-0000-4000-8000-000000000000")
        #expect(API3RequestID(high: .max, low: .max).text == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(
            API3RequestID(high: 0x0123_4567_89ab_cdef, low: 0x0123_4567_89ab_cdef).text
                == "01234567-89ab-4def-8123-456789abcdef")
    }

    @Test("answers: milliseconds, no nulls where clients divide, lists in their own fields")
    func answers() throws {
        let sent = try Samples.answer3(.success(.stored([MessageID(rawValue: 7)])), for: .sendMessage)
        #expect(sent["Result"]?.bool == true && sent.text("MsgId") == "7")
        let queue = try #require(
            try Samples.answer3(.success(.queue(Samples.queue())), for: .describeQueue)["QueueDescribe"])
        for name in [
            "MaxMsgHeapNum", "PollingWaitSeconds", "VisibilityTimeout", "MaxMsgSize", "MsgRetentionSeconds",
            "CreateTime",
            "LastModifyTime", "ActiveMsgNum", "InactiveMsgNum", "RewindSeconds", "Qps", "Bps", "MaxDelaySeconds",
            "DelayMsgNum", "RewindMsgNum", "MinMsgTime", "Status", "MaxUnackedMsgNum", "MaxMsgBacklogSize",
            "RetentionSizeInMB", "CreateUin",
        ] { #expect(queue[name]?.kind == .integer, "\(name)") }
        #expect(queue["MaxDelaySeconds"]?.int64 == 3_600 && queue["MsgRetentionSeconds"]?.int64 == 345_600)
        #expect(queue["CreateTime"]?.int64 == 1_700_000_000_999 && queue["MinMsgTime"]?.int64 == 1_700_000_100)
        #expect(queue["DeadLetterPolicy"]?.isNull == true && queue["DeadLetterSource"]?.array?.isEmpty == true)
        var bound = Samples.queue()
        bound.settings.deadLetter = .init(queue: "dead", rule: .ageSeconds(300))
        bound.deadLetterSources = [("queue-2", "other")]
        let policy = try Samples.answer3(.success(.queue(bound)), for: .describeQueue)["QueueDescribe"]
        #expect(policy?["DeadLetterPolicy"]?["MaxTimeToLive"]?.int64 == 300)
        #expect(policy?["DeadLetterSource"]?.array?.first?.text("QueueName") == "other")
        let queues = CMQResult.queues([Samples.queue()], totalCount: 5)
        let list = try Samples.answer3(.success(queues), for: .describeQueues)
        #expect(list["TotalCount"]?.int64 == 5 && list["QueueList"]?.array?.first?["CreateTime"] != nil)
        let sources = try Samples.answer3(.success(queues), for: .describeDeadLetterSources)
        #expect(sources["QueueSet"]?.array?.first?.members?.map(\.key) == ["QueueId", "QueueName"])
        let topic = try Samples.answer3(.success(.topic(Samples.topic())), for: .describeTopic)["TopicDescribe"]
        #expect(topic?["FilterType"]?.int64 == 1 && topic?["SubscriptionCount"]?.int64 == 2)
        let set = try Samples.answer3(
            .success(.subscriptions([Samples.subscription()], totalCount: 1)), for: .describeSubscriptions)
        let subscription = try #require(set["SubscriptionSet"]?.array?.first)
        #expect(subscription["TopicOwner"]?.int64 == 100_015_036 && subscription.text("TopicName") == "pay-topic")
        #expect(try Samples.answer3(.success(.done), for: .deleteQueue).members?.map(\.key) == ["RequestId"])
    }
}
