internal import BoundedJSON
public import MessageModel

extension SubscriptionAnnotation {
    /// The annotation to store: a JSON object of at most ``CMQPushLimits/annotationByteCountMax`` bytes, version first.
    public var encoded: Bytes {
        var json = JSONWriter(reservingByteCount: 256)
        json.beginObject()
        json.member("v", Self.version)
        switch endpoint {
        case .queue: json.member("protocol", "queue")
        case .http(let url):
            json.member("protocol", "http")
            json.member("endpoint", url)
        }
        json.member("strategy", strategy.rawValue)
        json.member("format", format.rawValue)
        json.member("owner", Int64(topicOwner))
        json.endObject()
        return Bytes(json.bytes)
    }

    /// Reads a stored annotation; an empty one is ``ofDaemon``.
    ///
    /// - Throws: ``SubscriptionAnnotationError``.
    public static func decode(_ stored: Bytes) throws(SubscriptionAnnotationError) -> SubscriptionAnnotation {
        guard !stored.isEmpty else { return .ofDaemon }
        let limits = JSONLimits(
            byteCountMax: CMQPushLimits.annotationByteCountMax, depthMax: 2,
            nodeCountMax: CMQPushLimits.annotationNodeCountMax)
        let json: JSONValue
        do { json = try JSONValue.parse(Array(stored.slice), limits: limits) } catch { throw .malformed }
        guard let version = json["v"]?.int64 else { throw .malformed }
        guard version == Int64(Self.version) else { throw .version(version) }
        guard let strategy = json["strategy"]?.string.flatMap(NotifyStrategy.init(rawValue:)),
            let format = json["format"]?.string.flatMap(NotifyContentFormat.init(rawValue:)),
            let owner = json["owner"]?.int64, owner >= 0, let endpoint = endpoint(json)
        else { throw .malformed }
        do {
            return try SubscriptionAnnotation(
                endpoint: endpoint, strategy: strategy, format: format, topicOwner: UInt64(owner))
        } catch { throw .malformed }
    }

    private static var version: Int { 1 }

    private static func endpoint(_ json: JSONValue) -> Endpoint? {
        switch (json["protocol"]?.string, json["endpoint"]?.string) {
        case ("queue", nil): .queue
        case ("http", let url?): .http(url)
        default: nil
        }
    }
}

/// Why stored bytes are no annotation: the subscription was made by a program of its own, or by a later version.
public enum SubscriptionAnnotationError: Error, Sendable, Hashable {
    /// Not the JSON that ``SubscriptionAnnotation/encoded`` writes.
    case malformed
    /// Of a version that is not known here.
    case version(Int64)
}
