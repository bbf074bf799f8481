internal import Engine
internal import HTTPDataPlane
internal import MessageModel
internal import PaymentNotice
internal import PushSchedule
internal import Tillwire
internal import Webhooks

/// Performs one attempt: reads the order's row, signs, posts, classifies. Changes nothing.
struct PushSender<E: Engine>: Sendable {
    let broker: Broker<E>
    let directory: any PushDirectory
    let client: OutboundClient
    let time: any TimeSource
    let userAgent: String

    /// One attempt. Off the actor: signing and waiting for the answer hold up nobody.
    @concurrent
    func attempt(_ order: PushOrder<E.Receipt>) async -> AttemptResult {
        guard let endpoint = directory.endpoint(merchantID: order.merchantID) else {
            return .unsent(atMillis: nowMillis)
        }
        let record: OrderRecord
        do {
            record = try await self.record(of: order)
        } catch {
            return .unsent(atMillis: nowMillis, endpoint: endpoint)
        }
        return await post(order, record, to: endpoint)
    }

    /// The order's row.
    ///
    /// - Throws: why the store did not give it. A row that cannot be read as one is made anew: the money's message is the delivery, the row only tells of it.
    func record(of order: PushOrder<E.Receipt>) async throws(BrokerError) -> OrderRecord {
        guard let row = try await broker.row(.orders, key: order.rowKey) else { return order.freshRecord }
        return (try? OrderRecord.decode(Array(row.slice))) ?? order.freshRecord
    }

    private var nowMillis: Int64 { Int64(time.now.milliseconds) }

    private func post(
        _ order: PushOrder<E.Receipt>, _ record: OrderRecord, to endpoint: PushEndpoint
    ) async -> AttemptResult {
        let startedAt = nowMillis
        var result = AttemptResult(
            startedAtMillis: startedAt, endedAtMillis: startedAt, outcome: .senderError, record: record,
            endpoint: endpoint)
        do throws(OutboundFailure) {
            let request = try request(order, attempt: record.attemptCount + 1, endpoint, startedAtMillis: startedAt)
            let response = try await client.send(request)
            result.endedAtMillis = nowMillis
            classify(response, endpoint, &result)
        } catch {
            result.endedAtMillis = nowMillis
            result.outcome = OutcomeClass(rawValue: error.shortDescription) ?? .senderError
            if case .senderError(let fault) = error { result.faultDelayMillis = fault.delayMillis }
        }
        return result
    }

    private func classify(_ response: OutboundResponse, _ endpoint: PushEndpoint, _ result: inout AttemptResult) {
        result.retryAfterMillis = response.headers["retry-after"].flatMap {
            RetryAfter.delayMillis($0, nowMillis: result.endedAtMillis)
        }
        result.outcome = endpoint.ackMode.classify(
            status: response.status, hasRetryAfter: result.retryAfterMillis != nil, body: response.body)
        result.stopsMessage = response.headers["webhook-delivery"] == "stop-message"
    }

    /// The request of merchant-push §1: these fields in this order, the stored bytes as body.
    private func request(
        _ order: PushOrder<E.Receipt>, attempt: UInt32, _ endpoint: PushEndpoint, startedAtMillis: Int64
    ) throws(OutboundFailure) -> OutboundRequest {
        let body = Array(order.delivery.body.slice)
        let seconds = startedAtMillis / 1_000
        let signature: String
        do {
            signature = try endpoint.signer.signature(id: order.messageID, timestampSeconds: seconds, payload: body)
        } catch {
            // Never sent unsigned: what cannot be signed is our fault and waits for its repair.
            throw .senderError(.malformedHeader)
        }
        var headers = HTTPFields([
            ("User-Agent", userAgent), ("Accept", "*/*"), ("Accept-Encoding", "identity"),
            ("Content-Type", "application/json; charset=utf-8"), ("Content-Length", String(body.count)),
            (WebhookHeaderName.id, order.messageID), (WebhookHeaderName.timestamp, String(seconds)),
            (WebhookHeaderName.signature, signature), (WebhookHeaderName.idempotencyKey, order.messageID),
            (WebhookHeaderName.event, OrderPaymentMessage.eventType), (WebhookHeaderName.attempt, String(attempt)),
        ])
        for (name, value) in endpoint.headers?.list ?? [] { headers.append(name, value) }
        return OutboundRequest(
            url: endpoint.url, headers: headers, body: body, timeLimits: Self.timeLimits(endpoint.attemptMillisMax))
    }

    /// No phase may last longer than the whole.
    private static func timeLimits(_ totalMillis: Int) -> OutboundTimeLimits {
        let usual = OutboundTimeLimits()
        return OutboundTimeLimits(
            dnsMillis: min(usual.dnsMillis, totalMillis), connectMillis: min(usual.connectMillis, totalMillis),
            tlsMillis: min(usual.tlsMillis, totalMillis), totalMillis: totalMillis)
    }
}
