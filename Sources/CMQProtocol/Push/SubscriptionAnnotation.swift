/// What CMQ knows of a subscription and the engine does not: kept as JSON in the subscription's annotation.
///
/// An empty annotation is that of a subscription which the daemon made for a queue of its own.
public struct SubscriptionAnnotation: Sendable, Hashable {
    /// Where the messages go.
    public enum Endpoint: Sendable, Hashable {
        /// Into the queue that the subscription names.
        case queue
        /// To this URL, from the hidden queue that the subscription names (``HTTPSubscriptionQueue``).
        case http(String)
    }

    /// Where the messages go.
    public let endpoint: Endpoint
    /// How a failed push is repeated; means nothing where a queue takes the messages, but is told as it was given.
    public let strategy: NotifyStrategy
    /// What a push carries; always ``NotifyContentFormat/simplified`` where a queue takes the messages (`cmq-protocol.md` §13, row 7).
    public let format: NotifyContentFormat
    /// The account that is told as the topic's owner, 0…`Int64.max`.
    public let topicOwner: UInt64

    /// That of a subscription without one.
    public static let ofDaemon = SubscriptionAnnotation(
        unchecked: .queue, strategy: .backoff, format: .simplified, topicOwner: 0)

    /// Checks and joins the members.
    ///
    /// - Throws: ``CMQFault/endpointBlanks``, ``CMQFault/endpointFormat(_:)``, ``CMQFault/illegalEndpoint(_:)``, ``CMQFault/outOfRange(_:_:)``.
    public init(
        endpoint: Endpoint, strategy: NotifyStrategy, format: NotifyContentFormat, topicOwner: UInt64 = 0
    ) throws(CMQFault) {
        if case .http(let url) = endpoint { try Self.check(url) }
        guard topicOwner <= UInt64(Int64.max) else { throw .outOfRange("topicOwner", "0 to \(Int64.max)") }
        self.init(unchecked: endpoint, strategy: strategy, format: format, topicOwner: topicOwner)
    }

    /// What a call asked for.
    ///
    /// - Throws: as the other initialiser.
    public init(_ call: Subscribe, topicOwner: UInt64 = 0) throws(CMQFault) {
        let endpoint: Endpoint =
            switch call.endpoint {
            case .queue: .queue
            case .http(let url): .http(url)
            }
        try self.init(endpoint: endpoint, strategy: call.strategy, format: call.format, topicOwner: topicOwner)
    }

    /// The same with what a call changes.
    public func with(strategy: NotifyStrategy?, format: NotifyContentFormat?) -> SubscriptionAnnotation {
        SubscriptionAnnotation(
            unchecked: endpoint, strategy: strategy ?? self.strategy, format: format ?? self.format,
            topicOwner: topicOwner)
    }

    /// The URL that is pushed to; nil where a queue takes the messages.
    public var url: String? {
        switch endpoint {
        case .queue: nil
        case .http(let url): url
        }
    }

    init(unchecked endpoint: Endpoint, strategy: NotifyStrategy, format: NotifyContentFormat, topicOwner: UInt64) {
        self.endpoint = endpoint
        self.strategy = strategy
        self.format = endpoint == .queue ? .simplified : format
        self.topicOwner = topicOwner
    }

    /// The form only: whether the address may be pushed to is judged where it is pushed to.
    private static func check(_ url: String) throws(CMQFault) {
        let bytes = Array(url.utf8)
        guard bytes.count <= CMQPushLimits.endpointByteCountMax else {
            throw .endpointFormat("\(bytes.count) bytes: at most \(CMQPushLimits.endpointByteCountMax) are allowed")
        }
        guard bytes.allSatisfy({ $0 > 32 }) else { throw .endpointBlanks }
        let lower = String(decoding: bytes.prefix(8).map { 65...90 ~= $0 ? $0 + 32 : $0 }, as: UTF8.self)
        let schemeByteCount = lower.hasPrefix("https://") ? 8 : lower.hasPrefix("http://") ? 7 : 0
        guard schemeByteCount > 0 else { throw .endpointFormat("it begins with http:// or https://") }
        guard bytes.count > schemeByteCount else { throw .illegalEndpoint("there is no host") }
        guard bytes.allSatisfy({ $0 < 127 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else {
            throw .illegalEndpoint("it holds a character that a URL writes percent-encoded")
        }
    }
}
