/// What the platform does wrong on purpose. All off at first; a change sets all of it anew.
struct Misbehaviour: Sendable, Equatable {
    /// Every answer to an API call comes so late.
    var answerDelayMillis = 0
    /// Share of API calls answered 500 `SYSTEM_ERROR`.
    var failShare = 0.0
    /// Share of API calls answered 429 `FREQUENCY_LIMITED`.
    var rateLimitShare = 0.0
    /// Answers carry deliberately wrong signatures, as probes do (wechat-pay §1.11).
    var hasBadAnswerSignature = false
    /// What is signed is dated so far ahead, or behind where it is negative. Checks of requests use the right time.
    var clockSkewSeconds: Int64 = 0
    /// First deliveries wait for a random part of the ladder's first pause, so that later notices overtake them.
    var isOutOfOrder = false
    /// Share of notices whose first delivery is sent twice at once.
    var duplicateShare = 0.0
    /// Share of notices that are never sent.
    var lostShare = 0.0
    /// Share of notices before which a deliberately wrong signature is sent.
    var probeShare = 0.0
    /// How payments by code end.
    var codePay = CodePay.success
    /// How refunds end; `processing` leaves them open until they are ended by hand.
    var refundEnd = PlatformRefund.State.success

    /// How a payment by code is answered (wechat-pay §5.3).
    enum CodePay: String, Sendable, CaseIterable {
        /// Paid at once.
        case success
        /// The user has to type the password; paid, failed or revoked later.
        case userPaying = "userpaying"
        /// Failed.
        case payError = "payerror"
    }
}
