internal import HTTPDataPlane

/// What one push came to.
enum PushOutcome: Sendable, Equatable {
    /// Any 2xx.
    case delivered(status: Int)
    /// Any other answer (its status as text), or none (the class of ``HTTPDataPlane/OutboundFailure``).
    case failed(String, status: Int?)
    /// Nothing was sent, and the fault is ours: no attempt was used. The next try comes after so many milliseconds.
    case notSent(String, afterMillis: UInt64)

    /// By the answer's status.
    init(status: Int) {
        self = 200...299 ~= status ? .delivered(status: status) : .failed(String(status), status: status)
    }

    /// By why there was no answer.
    init(_ failure: OutboundFailure) {
        guard case .senderError(let fault) = failure else {
            self = .failed(failure.shortDescription, status: nil)
            return
        }
        let delay: UInt64
        switch fault {
        case .cancelled: delay = 0
        case .shutDown, .tooManyWaiting, .resolverBusy, .noResources: delay = TopicFanOutLimits.senderFaultMillis
        default: delay = TopicFanOutLimits.senderFaultMillisLong
        }
        self = .notSent(fault.rawValue, afterMillis: delay)
    }

    /// Whether it was taken.
    var isDelivered: Bool { if case .delivered = self { true } else { false } }

    /// A word for the operator.
    var text: String {
        switch self {
        case .delivered(let status): String(status)
        case .failed(let text, _), .notSent(let text, _): text
        }
    }
}
