/// The error codes of API 3.0 that an answer may carry, and the one for each fault (`cmq-protocol.md` §10.4).
///
/// Which code each CMQ action answers is not published; the choice follows what a client can do about it: mend the request, get a right, wait,
/// or look at the thing named. Texts are those of API 2.0, so nothing is lost.
public enum API3ErrorCode: String, Sendable, CaseIterable {
    /// Wrong signature, or unknown or disabled key: which of them is not told (`reliability.md` rule 30).
    case signatureFailure = "AuthFailure.SignatureFailure"
    /// Signed too long ago, or in the future.
    case signatureExpire = "AuthFailure.SignatureExpire"
    /// A secret id that cannot be one by its form.
    case secretIDNotFound = "AuthFailure.SecretIdNotFound"
    /// No right to do this there.
    case unauthorized = "AuthFailure.UnauthorizedOperation"
    /// Unknown action.
    case invalidAction = "InvalidAction"
    /// A version of the interface that is not served.
    case noSuchVersion = "NoSuchVersion"
    /// A request that cannot be read: wrong type, repeated parameter, malformed text.
    case invalidParameter = "InvalidParameter"
    /// A value that is not allowed.
    case invalidParameterValue = "InvalidParameterValue"
    /// A parameter is missing.
    case missingParameter = "MissingParameter"
    /// A parameter that the action does not have.
    case unknownParameter = "UnknownParameter"
    /// Too many requests for now.
    case requestLimitExceeded = "RequestLimitExceeded"
    /// A limit of queues or messages is reached.
    case limitExceeded = "LimitExceeded"
    /// The number of topics is.
    case topicLimitExceeded = "LimitExceeded.Topics"
    /// The number of subscriptions is.
    case subscriptionLimitExceeded = "LimitExceeded.Subscriptions"
    /// The queue does not exist.
    case notFound = "ResourceNotFound"
    /// The topic does not exist.
    case topicNotFound = "ResourceNotFound.Topic"
    /// The subscription does not exist.
    case subscriptionNotFound = "ResourceNotFound.Subscription"
    /// The queue exists already, or is needed by others.
    case queueInUse = "ResourceInUse.Queue"
    /// The topic exists already, or has subscriptions.
    case topicInUse = "ResourceInUse.Topic"
    /// The subscription exists already.
    case subscriptionInUse = "ResourceInUse.Subscription"
    /// The queue or topic cannot take it as it stands: nobody subscribes, or nobody's filter matches.
    case backendError = "FailedOperation.CmqBackendError"
    /// A body above the largest size.
    case messageSize = "FailedOperation.MaxMessageSizeError"
    /// Something failed here.
    case internalError = "InternalError"
    /// Not served, or switched off.
    case unsupported = "UnsupportedOperation"

    /// The code for a fault.
    public init(_ fault: CMQFault) {
        self = Self.named(fault) ?? Self.general(code: fault.code, module: fault.module)
    }

    /// Faults that share code and module with others and differ in what they are about.
    private static func named(_ fault: CMQFault) -> API3ErrorCode? {
        switch fault {
        case .signatureExpired: .signatureExpire
        case .noSuchVersion: .noSuchVersion
        case .queueIsDeadLetter: .queueInUse
        case .topicExists: .topicInUse
        case .subscriptionNotFound: .subscriptionNotFound
        case .routingKeyMissing: .missingParameter
        default: nil
        }
    }

    private static func general(code: Int, module: Int) -> API3ErrorCode {
        switch (code, module) {
        case (4000, 10010), (4000, 10390), (4000, 10400), (4000, 10710): .missingParameter
        case (4000, 10280), (4000, 10430): .invalidAction
        case (4000, 10320): .unknownParameter
        case (4000, 10000), (4000, 10310), (4000, 10330), (4000, 10360), (4000, 10420): .invalidParameter
        case (4000, 10410): .unsupported
        case (4000, 10450): .secretIDNotFound
        case (4000, 10461): .unauthorized
        case (4000, 10540): .topicInUse
        case (4000, _), (4430, _), (4510, _): .invalidParameterValue
        case (4100, _): .signatureFailure
        case (4400, _), (4470, _): .messageSize
        case (4410, _), (4450, 10220), (6070, _): .limitExceeded
        case (4420, _), (4480, _): .requestLimitExceeded
        case (4440, 10600): .topicNotFound
        case (4440, _): .notFound
        case (4450, _): .topicLimitExceeded
        case (4460, _), (6040, _): .queueInUse
        case (4490, 10470): .subscriptionInUse
        case (4490, _), (6050, _): .unsupported
        case (4500, _): .subscriptionLimitExceeded
        case (6000, _): .internalError
        default: .backendError
        }
    }
}
