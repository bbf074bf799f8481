internal import HTTPDataPlane
internal import MessageModel
internal import PushSchedule
internal import Webhooks

/// Performs one try of a callback. Changes nothing.
struct CallbackSender: Sendable {
    let settings: CallbackSettings
    let client: OutboundClient
    let time: any TimeSource

    /// What a try came to.
    struct Result: Sendable {
        /// Any 2xx.
        let isAnswered: Bool
        /// For the log: the status, or why there was none.
        let outcome: String
        /// What the answer asked for.
        let retryAfterMillis: Int64?
    }

    /// One try. Off any actor: signing and waiting for the answer hold up nobody.
    @concurrent
    func send(_ message: CallbackMessage) async -> Result {
        let now = Int64(time.now.milliseconds)
        let signature: String
        do {
            signature = try settings.signer.signature(
                id: message.decisionID, timestampSeconds: now / 1_000, payload: message.body)
        } catch {
            // Never sent unsigned.
            return Result(isAnswered: false, outcome: "not signed: \(error)", retryAfterMillis: nil)
        }
        let headers = HTTPFields([
            ("User-Agent", settings.userAgent), ("Accept", "*/*"), ("Accept-Encoding", "identity"),
            ("Content-Type", "application/json; charset=utf-8"), ("Content-Length", String(message.body.count)),
            (WebhookHeaderName.id, message.decisionID), (WebhookHeaderName.timestamp, String(now / 1_000)),
            (WebhookHeaderName.signature, signature), (WebhookHeaderName.idempotencyKey, message.decisionID),
        ])
        let limits = OutboundTimeLimits(totalMillis: RiskControlLimits.callbackMillisMax)
        let request = OutboundRequest(
            url: settings.url, headers: headers, body: message.body, timeLimits: limits)
        do throws(OutboundFailure) {
            let response = try await client.send(request)
            let retryAfter = response.headers["retry-after"].flatMap { RetryAfter.delayMillis($0, nowMillis: now) }
            return Result(
                isAnswered: 200..<300 ~= response.status, outcome: "status \(response.status)",
                retryAfterMillis: retryAfter.map(Int64.init))
        } catch {
            return Result(isAnswered: false, outcome: error.shortDescription, retryAfterMillis: nil)
        }
    }
}
