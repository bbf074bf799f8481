public import PaymentNotice

/// Why a call to the platform gave nothing.
///
/// Names codes and classes of failures, never a key or an answer's content beyond the platform's own short message.
public enum PlatformCallError: Error, Sendable, Equatable, CustomStringConvertible {
    /// 404: there is no such order, refund or merchant; with the platform's code (`ORDER_NOT_EXIST`, `NOT_FOUND`, …).
    case notFound(code: String)
    /// Any other 4xx: repeating the same call gives the same answer.
    case refused(status: Int, code: String, message: String)
    /// 429: too many calls.
    case rateLimited
    /// 5xx, from the spare host too where one is set.
    case platformFault(status: Int, code: String)
    /// No answer at all; with the class of the failure.
    case unreachable(String)
    /// An answer whose signature does not hold, for the reason a notice would be refused.
    case untrustedAnswer(NoticeRefusal)
    /// An authentic answer that is not what the protocol says; with the member or the bound.
    case malformedAnswer(String)
    /// Nothing was sent: own keys are missing, a number cannot stand in a path, or too many calls are under way.
    case notStarted(String)
    /// Nothing was sent: no key we sign with may ask this of this merchant; with the reason. It stays so until the settings change.
    case notOurs(String)

    /// Whether the same call is worth another try later.
    public var isTransient: Bool {
        switch self {
        case .notFound, .refused, .malformedAnswer, .notOurs: false
        case .rateLimited, .platformFault, .unreachable, .untrustedAnswer, .notStarted: true
        }
    }

    /// The kind, from a bounded set: fit for a metric label.
    public var shortDescription: String {
        switch self {
        case .notFound: "not_found"
        case .refused: "refused"
        case .rateLimited: "rate_limited"
        case .platformFault: "platform_fault"
        case .unreachable: "unreachable"
        case .untrustedAnswer: "untrusted_answer"
        case .malformedAnswer: "malformed_answer"
        case .notStarted: "not_started"
        case .notOurs: "not_ours"
        }
    }

    /// What happened, for an operator.
    public var description: String {
        switch self {
        case .notFound(let code): "WeChat Pay knows no such thing (404 \(code))"
        case .refused(let status, let code, let message):
            "WeChat Pay refused the call: \(status) \(code)\(message.isEmpty ? "" : ": \(message)")"
        case .rateLimited: "WeChat Pay refuses more calls for now (429)"
        case .platformFault(let status, let code): "WeChat Pay failed: \(status) \(code)"
        case .unreachable(let failure): "WeChat Pay was not reached: \(failure)"
        case .untrustedAnswer(let reason): "WeChat Pay's answer is not authentic: \(reason.rawValue)"
        case .malformedAnswer(let what): "WeChat Pay's answer cannot be read: \(what)"
        case .notStarted(let why): "the call to WeChat Pay was not made: \(why)"
        case .notOurs(let why): "WeChat Pay cannot be asked for this merchant: \(why)"
        }
    }
}
