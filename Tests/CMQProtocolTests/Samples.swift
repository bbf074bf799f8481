import BoundedJSON
import CMQProtocol
import MessageModel

/// Requests as tests write them: pairs behind an action and the common parameters.
enum Samples {
    static let common =
        "&RequestClient=SDK_Python_1.3&SecretId=AKIDtestvector0001&Nonce=11886&Timestamp=1700000000"
        + "&SignatureMethod=HmacSHA1&Signature=pBvCA3uGBJeHoKiDjWnOLzfjCN0%3D"

    /// A request of API 2.0 by POST.
    static func request(_ action: String, _ parameters: String = "") throws(CMQFault) -> API2Request {
        let text = "Action=\(action)\(parameters.isEmpty ? "" : "&")\(parameters)\(common)"
        return try API2Request(form: try CMQForm.parse(query: nil, body: Array(text.utf8)), method: "POST")
    }

    /// Its call.
    static func call(_ action: String, _ parameters: String = "") throws(CMQFault) -> CMQRequest {
        try request(action, parameters).call()
    }

    /// Why it is refused, as `code module`; empty where it is not.
    static func refusal(_ action: String, _ parameters: String = "") -> String {
        do throws(CMQFault) {
            _ = try call(action, parameters)
            return ""
        } catch { return "\(error.code) \(error.module)" }
    }

    /// A request of API 3.0 with a JSON body.
    static func api3(_ action: String, _ json: String) throws(CMQFault) -> API3Request {
        let fields = [
            "X-TC-Action": action, "X-TC-Version": "2020-02-17", "X-TC-Timestamp": "1700000000",
            "Authorization": "TC3-HMAC-SHA256 Credential=AKIDtestvector0001/2023-11-14/tdmq/tc3_request, "
                + "SignedHeaders=content-type;host, Signature=" + String(repeating: "ab", count: 32),
        ]
        return try API3Request(method: "POST", field: { fields[$0] }, query: nil, body: Array(json.utf8))
    }

    /// The error code its refusal is answered with; empty where it is not refused.
    static func api3Refusal(_ action: String, _ json: String) -> String {
        do throws(CMQFault) {
            _ = try api3(action, json).call()
            return ""
        } catch { return API3ErrorCode(error).rawValue }
    }

    /// The answer of API 2.0.
    static func answer(
        _ result: Result<CMQResult, CMQFault>, for action: API2Action?, clientRequestID: UInt64 = 0
    ) throws -> JSONValue {
        var writer = JSONWriter()
        API2Answer.write(
            result, for: action, clientRequestID: clientRequestID, requestID: 39_410_804_591_689_901, into: &writer)
        return try JSONValue.parse(writer.bytes)
    }

    /// What is inside `Response` in the answer of API 3.0.
    static func answer3(_ result: Result<CMQResult, CMQFault>, for action: API3Action?) throws -> JSONValue {
        var writer = JSONWriter()
        API3Answer.write(result, for: action, requestID: API3RequestID(high: 1, low: 2), into: &writer)
        let answer = try JSONValue.parse(writer.bytes)
        return answer["Response"] ?? answer
    }

    static func queue() -> QueueDescription {
        var settings = QueueSettings()
        settings.messageCountMax = 100_000_000
        settings.pollSeconds = 0
        settings.visibilitySeconds = 30
        settings.bodyByteCountMax = 65_536
        settings.retentionSeconds = 345_600
        settings.rewindSeconds = 60
        return QueueDescription(
            id: "queue-1", name: "pay-order", settings: settings, createdAt: .init(milliseconds: 1_700_000_000_999),
            changedAt: .init(milliseconds: 1_700_000_001_500), activeCount: 12, inactiveCount: 3, delayedCount: 4,
            rewindableCount: 5, delaySecondsMax: 3_600, oldestAt: .init(milliseconds: 1_700_000_100_999))
    }

    static func topic() -> TopicDescription {
        var settings = TopicSettings()
        settings.bodyByteCountMax = 65_536
        settings.filterType = .tags
        return TopicDescription(
            id: "topic-1", name: "pay-topic", settings: settings, createdAt: .init(milliseconds: 1_700_000_000_000),
            changedAt: .init(milliseconds: 1_700_000_000_000), waitingCount: 0, subscriptionCount: 2)
    }

    static func subscription(filterTags: [MessageTag] = []) -> SubscriptionDescription {
        SubscriptionDescription(
            id: "subsc-1", topic: "pay-topic", name: "risk-sub", endpoint: .queue("risk-q"), strategy: .backoff,
            format: .simplified, filterTags: filterTags, bindingKeys: [],
            createdAt: .init(milliseconds: 1_700_000_000_000), changedAt: .init(milliseconds: 1_700_000_000_000),
            waitingCount: 7, topicOwner: 100_015_036)
    }

    static func delivery(_ body: String = "paid") -> ReceivedMessage {
        ReceivedMessage(
            body: Bytes(body), id: MessageID(rawValue: 6_942_316_962), receiptHandle: "283748239349283",
            enqueuedAt: .init(milliseconds: 1_700_000_000_400), firstReceivedAt: .init(milliseconds: 1_700_000_004_000),
            hiddenUntil: .init(milliseconds: 1_700_000_034_999), deliveryCount: 1)
    }
}

/// A request was read as another call than the test means.
struct OtherCall: Error {}
