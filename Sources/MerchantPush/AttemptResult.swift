internal import HTTPDataPlane
internal import PaymentNotice
internal import PushSchedule

/// What one attempt came to.
struct AttemptResult: Sendable {
    /// Start, Unix milliseconds.
    var startedAtMillis: Int64
    /// End, Unix milliseconds.
    var endedAtMillis: Int64
    /// The class.
    var outcome: OutcomeClass
    /// What Retry-After asked for.
    var retryAfterMillis: Int?
    /// The endpoint said `webhook-delivery: stop-message`: no more tries of this order.
    var stopsMessage = false
    /// With `senderError`: how long to wait before the next try.
    var faultDelayMillis = MerchantPushLimits.senderFaultMillis
    /// The order's row as read before the attempt; nil where it could not be read, and then nothing was sent.
    var record: OrderRecord?
    /// The endpoint as it was used; nil where there is none any more, and then nothing was sent.
    var endpoint: PushEndpoint?

    /// A result where nothing was sent and the fault is ours.
    static func unsent(
        atMillis: Int64, faultDelayMillis: Int = MerchantPushLimits.senderFaultMillis, record: OrderRecord? = nil,
        endpoint: PushEndpoint? = nil
    ) -> AttemptResult {
        AttemptResult(
            startedAtMillis: atMillis, endedAtMillis: atMillis, outcome: .senderError,
            faultDelayMillis: faultDelayMillis,
            record: record, endpoint: endpoint)
    }

    /// How long it took.
    var latencyMillis: Int { Int(max(endedAtMillis - startedAtMillis, 0)) }
}

extension OutboundFailure.SenderFault {
    /// Milliseconds until the next try: none where we are stopping, long where somebody must repair something.
    var delayMillis: Int {
        switch self {
        case .cancelled: 0
        case .shutDown, .tooManyWaiting, .resolverBusy, .noResources: MerchantPushLimits.senderFaultMillis
        default: MerchantPushLimits.senderFaultMillisLong
        }
    }
}
