import CMQProtocol
import MessageModel
import Testing

@Suite("Topic pushes on the wire")
struct PushRequestTests {
    private func message(_ tags: [String] = ["risk", "promo"], body: Bytes = "paid") throws -> PushedMessage {
        PushedMessage(
            topic: "pay-topic", subscription: "m1", id: MessageID(rawValue: 6_942_316_970),
            tags: try tags.map { try MessageTag($0) }, body: body,
            publishedAt: Timestamp(milliseconds: 1_700_000_000_999))
    }

    private func annotation(_ format: NotifyContentFormat) throws -> SubscriptionAnnotation {
        try SubscriptionAnnotation(
            endpoint: .http("http://merchant.example/cgi"), strategy: .backoff, format: format,
            topicOwner: 100_015_036)
    }

    @Test("the documented example, byte for byte")
    func json() throws {
        let push = PushRequest(try message(), as: try annotation(.json), requestID: 2_394_928_735)
        #expect(
            push.headers.map { "\($0.name): \($0.value)" } == [
                "Content-Type: text/plain", "User-Agent: Qcloud Notification Service Agent",
                "x-cmq-request-id: 2394928735", "x-cmq-message-id: 6942316970", "x-cmq-message-tag: risk, promo",
            ])
        #expect(
            push.body.text
                == #"{"TopicOwner":100015036,"topicName":"pay-topic","subscriptionName":"m1","msgId":"6942316970","msgBody":"paid","publishTime":1700000000}"#
        )
    }

    @Test("simplified: the published bytes and nothing else, whatever they are")
    func simplified() throws {
        let bytes = Bytes([0, 255, 10, 13, 34])
        let push = PushRequest(try message(body: bytes), as: try annotation(.simplified), requestID: 1)
        #expect(push.body == bytes)
        #expect(push.headers.map(\.name).prefix(2) == ["Content-Type", "User-Agent"])
    }

    @Test("JSON escapes what JSON must escape and keeps other text as UTF-8")
    func escapes() throws {
        let push = PushRequest(
            try message(body: "支付成功 ✓ \"q\" \\ \n\u{1}"), as: try annotation(.json), requestID: 1)
        let text = try #require(push.body.text)
        #expect(text.contains(#""msgBody":"支付成功 ✓ \"q\" \\ \n\u0001","#))
    }

    @Test("JSON carries a body that is no UTF-8 with U+FFFD in the broken places")
    func brokenUTF8() throws {
        let push = PushRequest(try message(body: Bytes([97, 255, 98])), as: try annotation(.json), requestID: 1)
        #expect(push.body.text?.contains("\"msgBody\":\"a\u{FFFD}b\"") == true)
    }

    @Test("no tags give an empty field; a tag cannot end the line")
    func tags() throws {
        func field(_ tags: [String]) throws -> String? {
            PushRequest(try message(tags), as: try annotation(.json), requestID: 1).headers.last?.value
        }
        #expect(try field([]) == "")
        #expect(try field(["a"]) == "a")
        #expect(try field(["a\r\nHost: b", "促销"]) == "a??Host: b, 促销")
    }
}
