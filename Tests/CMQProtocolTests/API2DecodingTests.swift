import CMQProtocol
import MessageModel
import Testing

@Suite("calls of API 2.0")
struct API2DecodingTests {
    @Test("actions are found whatever their capitalisation")
    func actionCase() throws {
        for action in API2Action.allCases where action != .queryQueueRoute && action != .queryTopicRoute {
            #expect(try Samples.request(action.rawValue.uppercased()).action == action)
            #expect(try Samples.request(action.rawValue.lowercased()).action == action)
        }
        #expect(try Samples.request("ClearSUbscriptionFIlterTags").action == .clearSubscriptionFilterTags)
    }

    @Test("common parameters: method aliases, blanks for +, echo, unsigned mode")
    func common() throws {
        func identity(_ text: String) throws -> API2Request.Identity {
            try API2Request(form: try CMQForm.parse(query: text, body: []), method: "GET").identity
        }
        let head = "Action=SendMessage&SecretId=AKIDx&Timestamp=1&Nonce=0"
        let cases: [(String, CMQSignature.Method)] = [
            ("", .hmacSHA1), ("&SignatureMethod=HmacSHA1", .hmacSHA1), ("&SignatureMethod=HmacSHA256", .hmacSHA256),
            ("&SignatureMethod=sha256", .hmacSHA256), ("&SignatureMethod=sha1", .hmacSHA1),
            ("&SignatureMethod=md5", .hmacSHA1), ("&SignatureMethod=", .hmacSHA1),
        ]
        for (text, method) in cases {
            guard case .signed(let signature) = try identity("\(head)\(text)&Signature=+/8=") else {
                throw OtherCall()
            }
            #expect(signature.method == method && signature.bytes == [0xFB, 0xFF])
        }
        guard case .signed(let wrong) = try identity(head + "&Signature=!") else { throw OtherCall() }
        #expect(wrong.bytes.isEmpty)
        #expect(try identity("Action=SendMessage&appId=125&Timestamp=1&Nonce=1") == .appID("125"))
        let form = try CMQForm.parse(query: "Action=X&clientRequestId=18446744073709551614", body: [])
        #expect(API2Request.clientRequestID(of: form) == 18_446_744_073_709_551_614)
    }

    @Test("arrays count from 0 or from 1, in numeric order", arguments: [0, 1])
    func arrays(_ first: Int) throws {
        for count in [1, 2, 11, 16] {
            let pairs = (first..<first + count).shuffled().map { "msgBody.\($0)=m\($0)" }.joined(separator: "&")
            guard case .sendMessages(let send) = try Samples.call("BatchSendMessage", "queueName=q&\(pairs)") else {
                throw OtherCall()
            }
            #expect(send.bodies == (first..<first + count).map { Bytes("m\($0)") })
        }
        let handles = (first..<first + 16).map { "receiptHandle.\($0)=h\($0)" }.joined(separator: "&")
        guard case .deleteMessages(let delete) = try Samples.call("BatchDeleteMessage", "queueName=q&\(handles)") else {
            throw OtherCall()
        }
        #expect(delete.receiptHandles == (first..<first + 16).map { "h\($0)" } && delete.isBatch)
    }

    @Test("what clients add or leave out does not matter")
    func tolerance() throws {
        guard
            case .receiveMessages(let receive) = try Samples.call(
                "ReceiveMessage", "queueName=q&UserpollingWaitSeconds=30000&Region=gz&Token=t")
        else { throw OtherCall() }
        #expect(receive.waitSeconds == nil && receive.countMax == 1)
        guard
            case .receiveMessages(let longest) = try Samples.call(
                "ReceiveMessage", "queueName=q&pollingWaitSeconds=30000")
        else { throw OtherCall() }
        #expect(longest.waitSeconds == 30)
        guard case .listQueues(let listing) = try Samples.call("ListQueue", "offset+=7&searchWord=") else {
            throw OtherCall()
        }
        #expect(listing.offset == 7 && listing.limit == 20 && listing.searchWord.isEmpty && listing.names == nil)
        guard
            case .publishMessages(let publish) = try Samples.call(
                "PublishMessage", "topicName=t&msgBody=b&routingKey=&msgTag.0=&msgTag.1=a&msgTag.2=")
        else { throw OtherCall() }
        #expect(publish.tags.map(\.text) == ["a"] && publish.routingKey.isEmpty)
    }

    @Test("queue settings: what is not named is nil, a blank dead-letter name unbinds")
    func queueSettings() throws {
        guard
            case .setQueueAttributes(_, let few) = try Samples.call(
                "SetQueueAttributes", "queueName=q&pollingWaitSeconds=20")
        else { throw OtherCall() }
        var expected = QueueSettings()
        expected.pollSeconds = 20
        #expect(few == expected)
        guard
            case .createQueue(let name, let all) = try Samples.call(
                "CreateQueue",
                "queueName=Q_1&maxMsgHeapNum=1000000&pollingWaitSeconds=30&visibilityTimeout=43200&maxMsgSize=1024"
                    + "&msgRetentionSeconds=1296000&rewindSeconds=0&deadLetterQueueName=d&policy=1&maxTimeToLive=300"
                    + "&transaction=0&firstQueryInterval=1&maxQueryCount=2&trace=True")
        else { throw OtherCall() }
        expected = QueueSettings()
        expected.messageCountMax = 1_000_000
        expected.pollSeconds = 30
        expected.visibilitySeconds = 43_200
        expected.bodyByteCountMax = 1_024
        expected.retentionSeconds = 1_296_000
        expected.rewindSeconds = 0
        expected.deadLetter = .init(queue: "d", rule: .ageSeconds(300))
        expected.isTraced = true
        #expect(name == "Q_1" && all == expected)
        guard
            case .setQueueAttributes(_, let unbound) = try Samples.call(
                "SetQueueAttributes", "queueName=q&deadLetterQueueName=")
        else { throw OtherCall() }
        #expect(unbound.unbindsDeadLetter && unbound.deadLetter == nil)
        guard
            case .setQueueAttributes(_, let bound) = try Samples.call(
                "SetQueueAttributes", "queueName=q&deadLetterQueueName=d&maxReceiveCount=1000")
        else { throw OtherCall() }
        #expect(bound.deadLetter == .init(queue: "d", rule: .receiveCount(1_000)) && !bound.unbindsDeadLetter)
    }

    @Test("subscriptions: C++ counts from 0, JSON with a queue means the body, HTTP in capitals, https")
    func subscribe() throws {
        guard
            case .subscribe(let queue) = try Samples.call(
                "Subscribe",
                "topicName=t&subscriptionName=s&protocol=queue&endpoint=q&notifyContentFormat=JSON&filterTag.0=a&filterTag.1=b"
            )
        else { throw OtherCall() }
        #expect(queue.endpoint == .queue("q") && queue.format == .simplified && queue.strategy == .exponentialDecay)
        #expect(queue.filterTags.map(\.text) == ["a", "b"])
        guard
            case .subscribe(let web) = try Samples.call(
                "Subscribe",
                "topicName=t&subscriptionName=s&protocol=HTTP&endpoint=http://h.test/a%3Fb%3D1%26c%3D2&notifyStrategy=BACKOFF_RETRY"
                    + "&bindingKey.1=a.%23&bindingKey.2=*.b")
        else { throw OtherCall() }
        #expect(web.endpoint == .http("http://h.test/a?b=1&c=2") && web.format == .json && web.strategy == .backoff)
        #expect(web.bindingKeys.map(\.text) == ["a.#", "*.b"])
        guard
            case .subscribe(let secure) = try Samples.call(
                "Subscribe",
                "topicName=t&subscriptionName=s&protocol=https&endpoint=https://h.test&notifyContentFormat=SIMPLIFIED")
        else { throw OtherCall() }
        #expect(secure.endpoint == .http("https://h.test") && secure.format == .simplified)
        guard
            case .setSubscriptionAttributes(let change) = try Samples.call(
                "SetSubscriptionAttributes", "topicName=t&subscriptionName+=s&filterTag.1=")
        else { throw OtherCall() }
        #expect(change.filterTags == nil && change.bindingKeys == nil && change.strategy == nil && change.format == nil)
    }

    @Test("a text that contains & is taken as long as it cannot be read as another request")
    func ampersands() throws {
        guard
            case .sendMessages(let send) = try Samples.call(
                "SendMessage", "queueName=q&msgBody=a%26b%3Dc%26queueName%3Dx%26msgBody.1%3Dy")
        else { throw OtherCall() }
        #expect(send.bodies == ["a&b=c&queueName=x&msgBody.1=y"])
        let batch = "queueName=q&msgBody.0=a%26msgBody.1%3Db"
        #expect(Samples.refusal("BatchSendMessage", batch) == "4000 10110")
        // The end of one body, or the beginning of the next.
        #expect(Samples.refusal("BatchSendMessage", batch + "&msgBody.1=c") == "4000 10110")
        #expect(Samples.refusal("BatchSendMessage", batch.replacing(".1", with: ".2") + "&msgBody.1=c") == "")
        #expect(Samples.refusal("PublishMessage", "topicName=t&msgBody=a%26msgTag.1%3Dx") == "4000 10110")
        #expect(Samples.refusal("PublishMessage", "topicName=t&msgBody=a%26routingKey%3Dx") == "4000 10110")
        #expect(Samples.refusal("PublishMessage", "topicName=t&msgBody=a%26routingKey%3Dx&routingKey=") == "")
        #expect(Samples.refusal("PublishMessage", "topicName=t&msgBody=a%26delaySeconds%3D1") == "")
        // Blanks around the name within do not hide it.
        for name in ["msgTag.1%20", "msgTag.1%09", "routingKey%20%20"] {
            #expect(Samples.refusal("PublishMessage", "topicName=t&msgBody=a%26\(name)%3Dx") == "4000 10110", "\(name)")
        }
        let list = "ListSubscriptionByTopic"
        #expect(Samples.refusal(list, "topicName=t&limit+=5&searchWord=x") == "")
        #expect(Samples.refusal(list, "limit=5&searchWord=x%26topicName+%3Dt") == "4000 10390")
        #expect(Samples.refusal(list, "limit=5%26offset+%3D1&searchWord=x&topicName=t") == "4000 10360")
        // Two tags in one, and the other way round.
        #expect(Samples.refusal("PublishMessage", "topicName=t&msgBody=a&msgTag.1=x%26msgTag.2%3Dy") == "4000 10110")
    }
}
