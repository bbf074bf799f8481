import CMQProtocol
import MessageModel
import Testing

@Suite("Subscription annotations")
struct SubscriptionAnnotationTests {
    private func http(_ url: String) throws(CMQFault) -> SubscriptionAnnotation {
        try SubscriptionAnnotation(endpoint: .http(url), strategy: .exponentialDecay, format: .json, topicOwner: 7)
    }

    @Test("what was encoded is read back, whichever endpoint, strategy and format")
    func roundTrip() throws {
        let endpoints: [SubscriptionAnnotation.Endpoint] = [.queue, .http("https://m.example/a?b=c")]
        for endpoint in endpoints {
            for strategy in NotifyStrategy.allCases {
                for format in NotifyContentFormat.allCases {
                    let annotation = try SubscriptionAnnotation(
                        endpoint: endpoint, strategy: strategy, format: format, topicOwner: 100_015_036)
                    #expect(try SubscriptionAnnotation.decode(annotation.encoded) == annotation)
                }
            }
        }
    }

    @Test("the encoded form is fixed: rows of an older start must stay readable")
    func encodedForm() throws {
        #expect(
            try http("http://m.example/cgi").encoded.text
                == #"{"v":1,"protocol":"http","endpoint":"http://m.example/cgi","strategy":"EXPONENTIAL_DECAY_RETRY","format":"JSON","owner":7}"#
        )
    }

    @Test("an endpoint of 500 characters fits the store's bound, one of 501 is refused")
    func longestEndpoint() throws {
        let longest = "https://" + String(repeating: "a", count: 492)
        let annotation = try http(longest)
        #expect(annotation.encoded.count <= Limits.annotationByteCountMax)
        #expect(try SubscriptionAnnotation.decode(annotation.encoded).url == longest)
        #expect(throws: CMQFault.endpointFormat("501 bytes: at most 500 are allowed")) { try http(longest + "a") }
    }

    @Test("blanks, other schemes, no host and characters that no URL holds are refused")
    func refusals() {
        #expect(throws: CMQFault.endpointBlanks) { try http("http://m.example/a b") }
        #expect(throws: CMQFault.endpointBlanks) { try http("http://m.example/a\n") }
        #expect(throws: CMQFault.endpointFormat("it begins with http:// or https://")) { try http("ftp://m.example/") }
        #expect(throws: CMQFault.endpointFormat("it begins with http:// or https://")) { try http("") }
        #expect(throws: CMQFault.illegalEndpoint("there is no host")) { try http("http://") }
        let illegal = CMQFault.illegalEndpoint("it holds a character that a URL writes percent-encoded")
        for url in ["http://m.example/支付", #"http://m.example/""#, #"http://m.example/\"#, "http://m.example/\u{7f}"] {
            #expect(throws: illegal) { try http(url) }
        }
    }

    @Test("a queue's subscription is always simplified; an absent annotation is that of the daemon")
    func queues() throws {
        let annotation = try SubscriptionAnnotation(endpoint: .queue, strategy: .backoff, format: .json)
        #expect(annotation.format == .simplified)
        #expect(annotation.with(strategy: nil, format: .json).format == .simplified)
        #expect(try SubscriptionAnnotation.decode(.empty) == .ofDaemon)
        #expect(SubscriptionAnnotation.ofDaemon.url == nil)
    }

    @Test("a change replaces what it names and keeps the rest")
    func changes() throws {
        let annotation = try http("HTTP://m.example/")
        let changed = annotation.with(strategy: .backoff, format: nil)
        #expect(changed.strategy == .backoff)
        #expect(changed.format == .json)
        #expect(changed.url == "HTTP://m.example/")
        #expect(changed.topicOwner == 7)
    }

    @Test("bytes that are no annotation are told apart from those of a later version")
    func damaged() {
        for text in [
            "x", "[]", "{}", #"{"v":1}"#,
            #"{"v":1,"protocol":"queue","endpoint":"http://a.b","strategy":"BACKOFF_RETRY","format":"JSON","owner":0}"#,
            #"{"v":1,"protocol":"http","strategy":"BACKOFF_RETRY","format":"JSON","owner":0}"#,
            #"{"v":1,"protocol":"http","endpoint":"no","strategy":"BACKOFF_RETRY","format":"JSON","owner":0}"#,
            #"{"v":1,"protocol":"queue","strategy":"NEVER","format":"JSON","owner":0}"#,
            #"{"v":1,"protocol":"queue","strategy":"BACKOFF_RETRY","format":"JSON","owner":-1}"#,
            String(repeating: " ", count: 1_001),
        ] {
            #expect(throws: SubscriptionAnnotationError.malformed) {
                try SubscriptionAnnotation.decode(Bytes(text))
            }
        }
        #expect(throws: SubscriptionAnnotationError.version(2)) {
            try SubscriptionAnnotation.decode(#"{"v":2}"#)
        }
    }
}
