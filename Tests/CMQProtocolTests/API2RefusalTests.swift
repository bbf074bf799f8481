import CMQProtocol
import Testing

@Suite("refusals of API 2.0")
struct API2RefusalTests {
    @Test(
        "each with CMQ's own code and module",
        arguments: [
            ("SendMessage", "msgBody=b", "4000 10390"), ("SendMessage", "queueName=q", "4000 10390"),
            ("SendMessage", "queueName=&msgBody=b", "4000 10020"),
            ("SendMessage", "queueName=1q&msgBody=b", "4000 10020"),
            ("SendMessage", "queueName=q%20&msgBody=b", "4000 10020"),
            ("SendMessage", "queueName=q&msgBody=", "4000 10120"),
            ("SendMessage", "queueName=q&msgBody=b&delaySeconds=6048001", "4000 10692"),
            ("SendMessage", "queueName=q&msgBody=b&delaySeconds=-1", "4000 10692"),
            ("SendMessage", "queueName=q&msgBody=b&delaySeconds=99999999999999999999", "4000 10692"),
            ("SendMessage", "queueName=q&msgBody=b&delaySeconds=", "4000 10360"),
            ("SendMessage", "queueName=q&msgBody=b&delaySeconds=1s", "4000 10360"),
            ("SendMessage", "queueName=q&msgBody=b&delaySeconds=+1", "4000 10360"),
            ("SendMessage", "queueName=q&msgBody=b&delayseconds=1", "4000 10320"),
            ("SendMessage", "queueName=q&msgBody=b&trace_id=t1", "4000 10320"),
            ("SendMessage", "queueName=q&msgBody=b&msgBody.1=c", "4000 10320"),
            ("SendMessage", "queueName=q&msgBody=b&msgBody=c", "4000 10330"),
            ("SendMessage", "queueName=q&msgBody=%FF", "4000 10360"),
            ("BatchSendMessage", "queueName=q&msgBody=b", "4000 10390"),
            ("BatchSendMessage", "queueName=q&msgBody.2=b", "4000 10380"),
            ("BatchSendMessage", "queueName=q&msgBody.1=a&msgBody.3=b", "4000 10380"),
            ("BatchSendMessage", "queueName=q&msgBody.0=a&msgBody.2=b", "4000 10380"),
            ("BatchSendMessage", "queueName=q&msgBody.01=a", "4000 10310"),
            ("BatchSendMessage", "queueName=q&msgBody.x=a", "4000 10310"),
            ("BatchSendMessage", "queueName=q&msgBody.=a", "4000 10310"),
            ("BatchSendMessage", "queueName=q&msgBody.99999=a", "4000 10310"),
            ("BatchSendMessage", "queueName=q&msgBody.1=a&msgBody.2=", "4000 10120"),
            ("ReceiveMessage", "queueName=q&pollingWaitSeconds=31", "4000 10350"),
            ("ReceiveMessage", "queueName=q&pollingWaitSeconds=-1", "4000 10350"),
            ("ReceiveMessage", "queueName=q&numOfMsg=1", "4000 10320"),
            ("BatchReceiveMessage", "queueName=q", "4000 10390"),
            ("BatchReceiveMessage", "queueName=q&numOfMsg=0", "4000 10350"),
            ("BatchReceiveMessage", "queueName=q&numOfMsg=17", "4000 10350"),
            ("DeleteMessage", "queueName=q", "4000 10390"),
            ("DeleteMessage", "queueName=q&receiptHandle=", "4000 10470"),
            ("DeleteMessage", "queueName=q&receiptHandle=a.b", "4000 10470"),
            ("BatchDeleteMessage", "queueName=q&receiptHandle.1=a&receiptHandle.2=b%2Fc", "4000 10470"),
            ("PublishMessage", "topicName=t", "4000 10390"), ("PublishMessage", "topicName=-t&msgBody=b", "4000 10590"),
            ("PublishMessage", "topicName=t&msgBody=b&delaySeconds=0", "4000 10320"),
            ("PublishMessage", "topicName=t&msgBody=b&msgTag.1=12345678901234567", "4000 10350"),
            ("PublishMessage", "topicName=t&msgBody=b&msgTag.1=%01", "4000 10110"),
            (
                "PublishMessage", "topicName=t&msgBody=b&routingKey=1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17",
                "4000 10691"
            ),
            ("CreateQueue", "queueName=q&maxMsgHeapNum=999999", "4000 10350"),
            ("CreateQueue", "queueName=q&visibilityTimeout=0", "4000 10350"),
            ("CreateQueue", "queueName=q&visibilityTimeout=43201", "4000 10350"),
            ("CreateQueue", "queueName=q&maxMsgSize=1023", "4000 10350"),
            ("CreateQueue", "queueName=q&maxMsgSize=1048577", "4000 10350"),
            ("CreateQueue", "queueName=q&msgRetentionSeconds=59", "4000 10350"),
            ("CreateQueue", "queueName=q&rewindSeconds=1296001", "4000 10350"),
            ("CreateQueue", "queueName=q&transaction=1", "4490 10790"),
            ("CreateQueue", "queueName=q&policy=0", "4000 10390"),
            ("CreateQueue", "queueName=q&deadLetterQueueName=d", "4000 10390"),
            ("CreateQueue", "queueName=q&deadLetterQueueName=d&policy=1&maxReceiveCount=3", "4000 10390"),
            ("CreateQueue", "queueName=q&deadLetterQueueName=d&policy=2&maxReceiveCount=3", "4000 10350"),
            ("CreateQueue", "queueName=q&deadLetterQueueName=1&maxReceiveCount=3", "4000 10020"),
            ("CreateQueue", "queueName=q&deadLetterQueueName=d&maxReceiveCount=1001", "4000 10350"),
            ("CreateQueue", "queueName=q&trace=maybe", "4000 10360"),
            ("ListQueue", "limit=51", "4000 10350"), ("ListQueue", "offset=x", "4000 10360"),
            ("RewindQueue", "queueName=q", "4000 10390"),
            ("RewindQueue", "queueName=q&startConsumeTime=%01", "4000 10360"),
            ("RewindQueue", "queueName=q&startConsumeTime=1700000000000", "4000 10350"),
            ("CreateTopic", "topicName=t&filterType=3", "4000 10350"),
            ("SetTopicAttributes", "topicName=t&filterType=1", "4000 10320"),
            ("Subscribe", "topicName=t&subscriptionName=s&endpoint=q", "4000 10390"),
            ("Subscribe", "topicName=t&subscriptionName=&protocol=queue&endpoint=q", "4000 10590"),
            ("Subscribe", "topicName=t&subscriptionName=s&protocol=tcp&endpoint=q", "4000 10510"),
            ("Subscribe", "topicName=t&subscriptionName=s&protocol=queue&endpoint=http://h", "4000 10500"),
            ("Subscribe", "topicName=t&subscriptionName=s&protocol=http&endpoint=q", "4000 10500"),
            ("Subscribe", "topicName=t&subscriptionName=s&protocol=http&endpoint=http://", "4000 10500"),
            ("Subscribe", "topicName=t&subscriptionName=s&protocol=http&endpoint=ftp://h", "4000 10500"),
            ("Subscribe", "topicName=t&subscriptionName=s&protocol=http&endpoint=http://h/%00", "4000 10500"),
            ("Subscribe", "topicName=t&subscriptionName=s&protocol=http&endpoint=http://h/+a", "4510 10570"),
            (
                "Subscribe", "topicName=t&subscriptionName=s&protocol=queue&endpoint=q&notifyStrategy=NEVER",
                "4000 10520"
            ),
            (
                "Subscribe", "topicName=t&subscriptionName=s&protocol=queue&endpoint=q&notifyContentFormat=XML",
                "4000 10530"
            ),
            ("ListSubscriptionByTopic", "topicName=t&offset=1001", "4000 10350"),
            ("ListSubscriptionByTopic", "topicName=t&limit=101", "4000 10350"),
            ("QueryQueueRoute", "queueName=q", "4000 10280"), ("QueryTopicRoute", "topicName=t", "4000 10280"),
            ("ChangeMessageVisibility", "queueName=q", "4000 10430"), ("", "queueName=q", "4000 10430"),
        ])
    func refused(_ action: String, _ parameters: String, _ expected: String) {
        #expect(Samples.refusal(action, parameters) == expected)
    }

    @Test("counts: 17 in a batch, 6 tags, keys of 65 bytes, sizes above 1 MiB")
    func counts() {
        func list(_ name: String, _ count: Int, _ value: String = "v") -> String {
            (1...count).map { "\(name).\($0)=\(value)" }.joined(separator: "&")
        }
        #expect(Samples.refusal("BatchSendMessage", "queueName=q&" + list("msgBody", 17)) == "4000 10370")
        #expect(Samples.refusal("BatchDeleteMessage", "queueName=q&" + list("receiptHandle", 17)) == "4000 10370")
        #expect(Samples.refusal("BatchSendMessage", "queueName=q&" + list("msgBody", 100)) == "4000 10370")
        #expect(Samples.refusal("PublishMessage", "topicName=t&msgBody=b&" + list("msgTag", 5)) == "")
        #expect(Samples.refusal("PublishMessage", "topicName=t&msgBody=b&" + list("msgTag", 6)) == "4000 10720")
        let subscribe = "topicName=t&subscriptionName=s&protocol=queue&endpoint=q&"
        #expect(Samples.refusal("Subscribe", subscribe + list("filterTag", 6)) == "4000 10490")
        #expect(Samples.refusal("Subscribe", subscribe + list("bindingKey", 6)) == "4000 10680")
        let long = String(repeating: "k", count: 65)
        #expect(Samples.refusal("Subscribe", subscribe + "bindingKey.1=\(long)") == "4000 10350")
        #expect(Samples.refusal("PublishMessage", "topicName=t&msgBody=b&routingKey=\(long)") == "4000 10350")
        #expect(Samples.refusal("SendMessage", "queueName=\(long)&msgBody=b") == "4000 10020")
        let handle = String(repeating: "h", count: 257)
        #expect(Samples.refusal("DeleteMessage", "queueName=q&receiptHandle=\(handle)") == "4000 10470")
        #expect(Samples.refusal("DeleteMessage", "queueName=q&receiptHandle=\(handle.dropLast())") == "")
        let address = "http://" + String(repeating: "a", count: 493)
        let http = "topicName=t&subscriptionName=s&protocol=http&endpoint="
        #expect(Samples.refusal("Subscribe", http + address) == "")
        #expect(Samples.refusal("Subscribe", http + address + "a") == "4000 10350")
        let megabyte = String(repeating: "x", count: 1_048_576)
        #expect(Samples.refusal("SendMessage", "queueName=q&msgBody=" + megabyte) == "")
        #expect(Samples.refusal("SendMessage", "queueName=q&msgBody=x" + megabyte) == "4400 10230")
        #expect(Samples.refusal("BatchSendMessage", "queueName=q&msgBody.1=x&msgBody.2=" + megabyte) == "4470 10300")
    }

    @Test(
        "common parameters",
        arguments: [
            ("SecretId=a&Timestamp=1&Nonce=1&Signature=x", 10010),
            ("Action=ListQueue&Timestamp=1&Nonce=1&Signature=x", 10390),
            ("Action=ListQueue&SecretId=a&Nonce=1&Signature=x", 10390),
            ("Action=ListQueue&SecretId=a&Timestamp=1&Signature=x", 10390),
            ("Action=ListQueue&SecretId=a&Timestamp=1&Nonce=1", 10390),
            ("Action=ListQueue&SecretId=a&Timestamp=now&Nonce=1&Signature=x", 10360),
            ("Action=ListQueue&SecretId=a&Timestamp=&Nonce=1&Signature=x", 10360),
            ("Action=ListQueue&SecretId=a&Timestamp=1700000000000&Nonce=1&Signature=x", 10350),
            ("Action=ListQueue&SecretId=a&Timestamp=1&Nonce=-1&Signature=x", 10360),
            ("Action=ListQueue&SecretId=a&Timestamp=1&Nonce=9223372036854775808&Signature=x", 10350),
            ("Action=ListQueue&SecretId=a&Timestamp=1&Nonce=1&Signature=x&clientRequestId=a", 10360),
        ])
    func common(_ text: String, _ module: Int) {
        let error = #expect(throws: CMQFault.self) {
            try API2Request(form: try CMQForm.parse(query: text, body: []), method: "GET")
        }
        #expect(error?.module == module && error?.code == 4000)
    }

    @Test("only GET and POST")
    func methods() throws {
        let form = try CMQForm.parse(query: "Action=ListQueue", body: [])
        for method in ["PUT", "get", "HEAD", ""] {
            let error = #expect(throws: CMQFault.self) { try API2Request(form: form, method: method) }
            #expect(error?.module == 10410)
        }
    }

    @Test("a fault repeats only printable ASCII of what was sent, and little of it")
    func quoting() {
        let action = "%E6%94%AF%0A" + String(repeating: "x", count: 500)
        let error = #expect(throws: CMQFault.self) { try Samples.call(action) }
        #expect(error?.text.utf8.allSatisfy { 0x20...0x7E ~= $0 } == true && (error?.text.utf8.count ?? 999) < 120)
    }
}
