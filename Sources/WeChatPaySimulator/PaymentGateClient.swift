internal import BoundedJSON
public import HTTPDataPlane

/// What the provider's gate said to a payment request.
public enum GateAnswer: Sendable, Equatable {
    /// The shop may go on.
    case accepted
    /// It may not; the code tells why.
    case refused(code: String)
    /// The gate did not answer for as long as a till waits: there is no payment.
    case noAnswer
}

/// Asks the provider's gate before a payment request, as a till does: again and again for a bounded time while it
/// does not answer. Thread-safe.
public struct PaymentGateClient: Sendable {
    private let client: OutboundClient
    private let url: EndpointURL
    private let headers: HTTPFields
    private let clock = ContinuousClock()

    /// A client of one gate.
    public init(client: OutboundClient, url: EndpointURL, token: String) {
        self.client = client
        self.url = url
        headers = ["Authorization": "Bearer \(token)", "Content-Type": "application/json"]
    }

    /// Asks. Cancelling the task ends it as `noAnswer`.
    public func ask(_ payment: Payment) async -> GateAnswer {
        let giveUpAt = clock.now + .milliseconds(SimulatorLimits.gatePatienceMillis)
        while clock.now < giveUpAt, !Task.isCancelled {
            if let answer = await askOnce(payment) { return answer }
            try? await Task.sleep(for: .milliseconds(SimulatorLimits.gatePauseMillis))
        }
        return .noAnswer
    }

    /// nil: nobody answered, or the gate was in trouble of its own.
    private func askOnce(_ payment: Payment) async -> GateAnswer? {
        let limits = OutboundTimeLimits(totalMillis: SimulatorLimits.callMillisMax)
        let request = OutboundRequest(url: url, headers: headers, body: Self.body(payment), timeLimits: limits)
        guard let answer = try? await client.send(request), answer.status < 500, answer.status != 429 else {
            return nil
        }
        let decision = try? JSONValue.parse(answer.body)
        if answer.status == 200, decision?["decision"]?.equals("accept") == true { return .accepted }
        return .refused(code: decision?["code"]?.string ?? "STATUS_\(answer.status)")
    }

    private static func body(_ payment: Payment) -> [UInt8] {
        var writer = JSONWriter(reservingByteCount: 192)
        writer.beginObject()
        writer.member("merchant_id", payment.merchantID)
        writer.member("store_id", payment.storeID)
        writer.member("device_id", payment.deviceID)
        writer.member("out_trade_no", payment.outTradeNo)
        writer.member("amount", payment.amount)
        writer.endObject()
        return writer.bytes
    }
}
