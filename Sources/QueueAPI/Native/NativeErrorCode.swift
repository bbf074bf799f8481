/// Every `error.code` of the native API, with its HTTP status. A retired code is never used again.
public enum NativeErrorCode: String, Sendable, CaseIterable {
    /// The body is no JSON, or no NDJSON line of it.
    case invalidJSON = "invalid_json"
    /// A member, query parameter, name or header is missing, unknown or has a value that is not allowed; the message names it.
    case invalidValue = "invalid_value"
    /// No credentials, or none that hold; which check failed is not told.
    case unauthenticated
    /// A good credential that came over an unprotected connection.
    case insecureTransport = "insecure_transport"
    /// The signature's timestamp is outside the window.
    case signatureExpired = "signature_expired"
    /// The key has no right to do this to this name, whether it exists or not.
    case forbidden
    /// The entity carries payments and cannot be changed so.
    case protected
    /// Nothing answers at this path.
    case notFound = "not_found"
    case queueNotFound = "queue_not_found"
    case topicNotFound = "topic_not_found"
    case subscriptionNotFound = "subscription_not_found"
    /// The path answers to other methods.
    case methodNotAllowed = "method_not_allowed"
    /// The name stands for something else.
    case alreadyExists = "already_exists"
    /// Others depend on the entity.
    case inUse = "in_use"
    /// The queue holds as many messages or bytes as it may.
    case queueFull = "queue_full"
    /// Forged, superseded, expired, or of another queue.
    case receiptInvalid = "receipt_invalid"
    /// No subscription takes the message; nothing was stored.
    case noSubscription = "no_subscription"
    /// The queue keeps nothing for a rewind.
    case rewindOff = "rewind_off"
    /// The store holds as many of these as it may.
    case tooManyEntities = "too_many_entities"
    /// The body, a message or a batch is too large.
    case tooLarge = "too_large"
    case unsupportedMediaType = "unsupported_media_type"
    /// The body of a stream broke off: the last line of its answer.
    case streamBroken = "stream_broken"
    /// A line behind one that failed for a reason that concerns all of them; nothing was done.
    case notAttempted = "not_attempted"
    /// Try again later.
    case overloaded
    /// The store refuses sends until room is freed.
    case storeFull = "store_full"
    /// Nobody knows whether it was done: repeat it, sends with the same key.
    case outcomeUnknown = "outcome_unknown"
    /// The daemon stops.
    case closed
    /// A fault of the server.
    case `internal`

    /// The status of an answer with this code.
    public var status: Int {
        switch self {
        case .invalidJSON, .invalidValue, .streamBroken: 400
        case .unauthenticated, .signatureExpired: 401
        case .forbidden, .protected, .insecureTransport: 403
        case .notFound, .queueNotFound, .topicNotFound, .subscriptionNotFound: 404
        case .methodNotAllowed: 405
        case .alreadyExists, .inUse, .queueFull, .receiptInvalid, .noSubscription, .rewindOff, .tooManyEntities: 409
        case .tooLarge: 413
        case .unsupportedMediaType: 415
        case .notAttempted, .overloaded, .storeFull, .outcomeUnknown, .closed: 503
        case .internal: 500
        }
    }
}
