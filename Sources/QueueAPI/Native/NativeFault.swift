internal import BoundedJSON
internal import HTTPDataPlane
internal import MessageModel

/// Why a request, or a line of one, was refused; nothing was changed, except where the code says that nobody knows.
struct NativeFault: Error, Sendable, Hashable {
    let code: NativeErrorCode
    /// One sentence: what was wrong and what is allowed; never a payload or a secret.
    let message: String

    init(_ code: NativeErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What the engine said.
    init(_ error: BrokerError) {
        let code: NativeErrorCode =
            switch error {
            case .invalidName, .invalidTag, .tooManyTags, .invalidRoutingKey, .routingKeyMissing, .propertiesTooLarge,
                .invalidIdempotencyKey, .invalidBatchCount, .outOfRange:
                .invalidValue
            case .bodyTooLarge, .batchTooLarge: .tooLarge
            case .queueNotFound: .queueNotFound
            case .topicNotFound: .topicNotFound
            case .subscriptionNotFound: .subscriptionNotFound
            case .alreadyExists: .alreadyExists
            case .queueFull: .queueFull
            case .queueInUse: .inUse
            case .rewindOff: .rewindOff
            case .tooManyEntities: .tooManyEntities
            case .noMatchingSubscription: .noSubscription
            case .receiptInvalid: .receiptInvalid
            case .tooManyUnacknowledged, .overloaded, .cancelled: .overloaded
            case .storeFull: .storeFull
            case .outcomeUnknown: .outcomeUnknown
            case .closed: .closed
            case .rowConflict, .corrupted, .storeInUse, .storeUnusable, .system: .internal
            }
        // What the machine said is for the operator's log, not for clients.
        self.init(code, code == .internal ? "the store failed; see the daemon's log" : error.description)
    }

    static let forbidden = NativeFault(.forbidden, "the key has no right to do this here")
    static let unauthenticated = NativeFault(
        .unauthenticated, "a key is needed: Authorization: Bearer <id>.<secret>, or a TC3-HMAC-SHA256 signature")
    static let overloaded = NativeFault(.overloaded, "too many requests are under way; try again later")

    /// The value of `error`.
    func write(to writer: inout JSONWriter) {
        writer.key("error")
        writer.beginObject()
        writer.member("code", code.rawValue)
        writer.member("message", message)
        writer.endObject()
    }

    /// `{"error":{…}}`.
    var json: [UInt8] {
        var writer = JSONWriter(reservingByteCount: 128)
        writer.beginObject()
        write(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// The whole answer.
    var answer: NativeAnswer {
        var answer = NativeAnswer(status: code.status, json: json)
        if code.status == 401 { answer.headers = [("WWW-Authenticate", "Bearer, TC3-HMAC-SHA256")] }
        if code.status == 503 { answer.headers = [("Retry-After", "1")] }
        return answer
    }
}
