/// What the document says of one operation besides its route.
struct OpenAPIEntry: Sendable {
    /// A body in one media type; nil is any object.
    typealias Body = (media: NativeAnswer.Media, schema: String?)

    /// An answer of success.
    struct Success: Sendable {
        let status: Int
        let text: String
        let bodies: [Body]

        init(_ status: Int, _ text: String, _ bodies: [Body] = []) {
            self.status = status
            self.text = text
            self.bodies = bodies
        }
    }

    let summary: String
    let details: String
    let bodies: [Body]
    let needsBody: Bool
    let successes: [Success]
    /// Codes besides those that every call may get.
    let errors: [NativeErrorCode]

    init(
        _ summary: String, details: String = "", bodies: [Body] = [], needsBody: Bool = false, _ successes: [Success],
        errors: [NativeErrorCode] = []
    ) {
        self.summary = summary
        self.details = details
        self.bodies = bodies
        self.needsBody = needsBody
        self.successes = successes
        self.errors = errors
    }

    /// All codes by status, in order.
    var errorsByStatus: [(status: Int, codes: [NativeErrorCode])] {
        Dictionary(grouping: errors, by: \.status).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension NativeOperation {
    /// Whether its messages may have keys in the request's fields.
    var takesKeys: Bool {
        switch self {
        case .sendMessages, .publishMessages, .streamMessages, .streamPublications: true
        default: false
        }
    }

    /// What every call with a key may get.
    private static let common: [NativeErrorCode] = [
        .invalidValue, .unauthenticated, .signatureExpired, .forbidden, .insecureTransport, .overloaded, .closed,
    ]
    /// What every call with a body may get.
    private static let withBody: [NativeErrorCode] = common + [.invalidJSON, .unsupportedMediaType]

    private static func queueChange(_ more: [NativeErrorCode] = []) -> [NativeErrorCode] {
        common + [.queueNotFound, .protected] + more
    }

    /// What the document says of it.
    var entry: OpenAPIEntry {
        switch self {
        case .listQueues:
            OpenAPIEntry(
                "Lists queues in the order of their names.", details: "Only queues the key may list.",
                [.init(200, "A page.", [(.json, "QueuePage")])], errors: Self.common)
        case .getQueue:
            OpenAPIEntry(
                "Settings and figures of a queue.", [.init(200, "The queue.", [(.json, "Queue")])],
                errors: Self.common + [.queueNotFound])
        case .putQueue:
            OpenAPIEntry(
                "Makes a queue, or gives one exactly these settings.",
                details: "What is not given gets its default.", bodies: [(.json, "QueueSettings")],
                [
                    .init(200, "It was there and is set.", [(.json, "Queue")]),
                    .init(201, "It was made.", [(.json, "Queue")]),
                ], errors: Self.withBody + [.queueNotFound, .protected])
        case .patchQueue:
            OpenAPIEntry(
                "Changes settings of a queue.", details: "What is not given stays.",
                bodies: [(.json, "QueueSettings")], needsBody: true, [.init(200, "It is set.", [(.json, "Queue")])],
                errors: Self.withBody + [.queueNotFound, .protected])
        case .deleteQueue:
            OpenAPIEntry(
                "Removes a queue with its messages and subscriptions.", [.init(204, "It is gone.")],
                errors: Self.queueChange([.inUse]))
        case .purgeQueue:
            OpenAPIEntry(
                "Removes every message of a queue.", [.init(200, "How many there were.", [(.json, "Removed")])],
                errors: Self.queueChange())
        case .pauseQueue:
            OpenAPIEntry(
                "Stops deliveries of a queue; sends are taken.", [.init(200, "The queue.", [(.json, "Queue")])],
                errors: Self.queueChange())
        case .resumeQueue:
            OpenAPIEntry(
                "Starts deliveries of a queue again.", [.init(200, "The queue.", [(.json, "Queue")])],
                errors: Self.queueChange())
        case .rewindQueue:
            OpenAPIEntry(
                "Makes visible again what was enqueued at a moment or later and acknowledged since.",
                bodies: [(.json, "RewindRequest")], needsBody: true, [.init(204, "Done.")],
                errors: Self.withBody + [.queueNotFound, .rewindOff])
        case .getQueueFigures:
            OpenAPIEntry(
                "Figures of a queue, exact at one moment.", [.init(200, "The figures.", [(.json, "QueueFigures")])],
                errors: Self.common + [.queueNotFound])
        case .sendMessages:
            OpenAPIEntry(
                "Sends one message, or a batch as NDJSON.", details: Self.sending,
                bodies: [(.json, "Message"), (.lines, "Message")], needsBody: true, Self.sent,
                errors: Self.withBody + [.queueNotFound, .queueFull, .tooLarge])
        case .receiveMessages:
            OpenAPIEntry(
                "Leases messages, waiting for the first one.",
                details: """
                    An empty list where none came. With `Accept: application/x-ndjson` one message a line. Bodies of one answer are bounded together; \
                    what was leased beyond that is visible to others at once.
                    """, bodies: [(.json, "ReceiveRequest")],
                [.init(200, "The messages.", [(.json, "ReceivedMessages"), (.lines, "ReceivedMessage")])],
                errors: Self.withBody + [.queueNotFound])
        case .acknowledgeMessages:
            OpenAPIEntry(
                "Ends deliveries: the messages leave the queue.", details: Self.settling,
                bodies: [(.json, "Receipts"), (.lines, "Receipt")], needsBody: true, Self.settled,
                errors: Self.withBody + [.queueNotFound, .tooLarge])
        case .releaseMessages:
            OpenAPIEntry(
                "Gives deliveries back: visible again, at once or later.", details: Self.settling,
                bodies: [(.json, "ReleaseRequest"), (.lines, "ReleaseLine")], needsBody: true, Self.settled,
                errors: Self.withBody + [.queueNotFound, .tooLarge])
        case .extendMessages:
            OpenAPIEntry(
                "Keeps deliveries hidden for longer, from now.", details: Self.settling,
                bodies: [(.json, "ExtendRequest"), (.lines, "ExtendLine")], needsBody: true, Self.settled,
                errors: Self.withBody + [.queueNotFound, .tooLarge])
        case .streamMessages:
            OpenAPIEntry(
                "Sends messages as they come, without bound.", details: Self.streamedSending,
                bodies: [(.lines, "Message")], needsBody: true, Self.streamSent,
                errors: Self.withBody + [.queueNotFound])
        case .streamDeliveries:
            OpenAPIEntry(
                "Leases messages and writes them as they come.",
                details: """
                    One message a line, until max were written, or none came for wait_millis. What could not be written is visible to others at once. A \
                    line with an error is the last one. The client settles by other requests, and reads no further ahead than it can work through: what \
                    is written is hidden from others from the moment it was leased.
                    """, bodies: [(.json, "StreamedReceiveRequest")],
                [.init(200, "The messages.", [(.lines, "DeliveryLine")])], errors: Self.withBody + [.queueNotFound])
        case .streamAcknowledgements: Self.settleStream("Ends deliveries as their receipts come.", "Receipt")
        case .streamReleases: Self.settleStream("Gives deliveries back as their receipts come.", "ReleaseLine")
        case .streamExtensions: Self.settleStream("Keeps deliveries hidden as their receipts come.", "ExtendLine")
        case .traceMessage:
            OpenAPIEntry(
                "What happened to a message in traced queues, oldest first.",
                details: "Only in queues the key may trace; empty where nothing is known.",
                [.init(200, "The events.", [(.json, "Trace")])], errors: Self.common)
        case .getOpenAPI:
            OpenAPIEntry("This document.", [.init(200, "OpenAPI 3.1.", [(.json, nil)])], errors: [.overloaded])
        default: topicEntry
        }
    }

    private var topicEntry: OpenAPIEntry {
        switch self {
        case .listTopics:
            OpenAPIEntry(
                "Lists topics in the order of their names.", details: "Only topics the key may list.",
                [.init(200, "A page.", [(.json, "TopicPage")])], errors: Self.common)
        case .getTopic:
            OpenAPIEntry(
                "Settings of a topic.", [.init(200, "The topic.", [(.json, "Topic")])],
                errors: Self.common + [.topicNotFound])
        case .putTopic:
            OpenAPIEntry(
                "Makes a topic, or gives one exactly these settings.",
                details: "What is not given gets its default; how it routes is fixed when it is made.",
                bodies: [(.json, "TopicSettings")],
                [
                    .init(200, "It was there and is set.", [(.json, "Topic")]),
                    .init(201, "It was made.", [(.json, "Topic")]),
                ], errors: Self.withBody + [.protected, .alreadyExists])
        case .patchTopic:
            OpenAPIEntry(
                "Changes settings of a topic.", details: "What is not given stays.", bodies: [(.json, "TopicSettings")],
                needsBody: true, [.init(200, "It is set.", [(.json, "Topic")])],
                errors: Self.withBody + [.topicNotFound, .protected, .alreadyExists])
        case .deleteTopic:
            OpenAPIEntry(
                "Removes a topic without subscriptions.", [.init(204, "It is gone.")],
                errors: Self.common + [.topicNotFound, .protected, .inUse])
        case .publishMessages:
            OpenAPIEntry(
                "Publishes one message, or a batch as NDJSON.", details: Self.sending,
                bodies: [(.json, "TopicMessage"), (.lines, "TopicMessage")], needsBody: true, Self.sent,
                errors: Self.withBody + [.topicNotFound, .noSubscription, .tooLarge])
        case .streamPublications:
            OpenAPIEntry(
                "Publishes messages as they come, without bound.", details: Self.streamedSending,
                bodies: [(.lines, "TopicMessage")], needsBody: true, Self.streamSent,
                errors: Self.withBody + [.topicNotFound])
        case .listSubscriptions:
            OpenAPIEntry(
                "Lists subscriptions of a topic.", [.init(200, "All of them.", [(.json, "SubscriptionList")])],
                errors: Self.common + [.topicNotFound])
        case .getSubscription:
            OpenAPIEntry(
                "A subscription.", [.init(200, "The subscription.", [(.json, "Subscription")])],
                errors: Self.common + [.topicNotFound, .subscriptionNotFound])
        case .putSubscription:
            OpenAPIEntry(
                "Subscribes a queue, or changes the filter of its subscription.",
                details: "HTTP endpoints are subscribed by CMQ's calls.", bodies: [(.json, "SubscriptionSettings")],
                needsBody: true,
                [
                    .init(200, "The filter is changed.", [(.json, "Subscription")]),
                    .init(201, "It was made.", [(.json, "Subscription")]),
                ], errors: Self.withBody + [.topicNotFound, .queueNotFound, .protected, .alreadyExists])
        default:
            OpenAPIEntry(
                "Ends a subscription.", [.init(204, "It is gone.")],
                errors: Self.common + [.topicNotFound, .subscriptionNotFound, .protected])
        }
    }

    private static let sending = """
        Durable when answered. A repeat under the same key stores nothing and gets the first id. NDJSON: a line that is wrong by itself is passed over; where \
        the store fails, the lines behind it are not attempted. With Idempotency-Key, a batch must be repeated with the same lines in the same order.
        """
    private static let streaming = """
        The answer begins before the body ends, with one line a line, in order, as soon as it is done. A client reads while it sends: where it does not take \
        its answers, its lines are not read. The last line needs its line feed or the end of a complete body. A line with an error beyond the lines sent is \
        the last one and says why the stream broke off; a line without an answer was not done, or nobody knows. With a signature the body is not signed: \
        such a stream is taken over TLS or from the same machine only.
        """
    private static let streamedSending = """
        Durable when answered. A repeat under the same keys stores nothing and gets the first ids: after a broken stream send it again, with the same keys or \
        the same Idempotency-Key and lines. A line that is wrong by itself is passed over; where the store fails the stream ends. \(streaming)
        """
    private static let streamSent = [OpenAPIEntry.Success(200, "One line a message.", [(.lines, "SendLine")])]

    private static func settleStream(_ summary: String, _ line: String) -> OpenAPIEntry {
        OpenAPIEntry(
            summary, details: streaming, bodies: [(.lines, line)], needsBody: true,
            [.init(200, "One line a receipt.", [(.lines, "SettleResult")])], errors: withBody + [.queueNotFound])
    }

    private static let settling = "One result per receipt, in order."
    private static let sent: [OpenAPIEntry.Success] = [
        .init(200, "A repeat; or, of a batch, one line a message.", [(.json, "SendResult"), (.lines, "SendLine")]),
        .init(201, "Stored.", [(.json, "SendResult")]),
    ]
    private static let settled: [OpenAPIEntry.Success] = [
        .init(200, "The results.", [(.json, "SettleResults"), (.lines, "SettleResult")])
    ]
}
