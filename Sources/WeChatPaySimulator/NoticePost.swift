internal import HTTPDataPlane
internal import PaymentNotice

/// Posts one delivery of a notice and says how it ended, as the platform sees it. Thread-safe.
struct NoticePost: Sendable {
    private let client: OutboundClient
    private let answerLimitMillis: Int
    private let timeLimits: OutboundTimeLimits

    /// - Parameter answerLimitMillis: the platform's patience, for connecting and answering together.
    init(client: OutboundClient, answerLimitMillis limit: Int) {
        self.client = client
        answerLimitMillis = limit
        timeLimits = OutboundTimeLimits(dnsMillis: limit, connectMillis: limit, tlsMillis: limit, totalMillis: limit)
    }

    /// Sends it.
    /// - Parameter generation: whose rule tells success from failure.
    /// - Returns: the outcome, and the time from sending to the answer or to the end of patience; 0 where nobody took the
    ///   connection.
    func send(
        _ body: [UInt8], headers: [(name: String, value: String)], to url: EndpointURL,
        generation: APIGeneration = .v3
    ) async -> (outcome: DeliveryOutcome, micros: Int) {
        let request = OutboundRequest(
            url: url, headers: HTTPFields(named: headers), body: body, timeLimits: timeLimits)
        do throws(OutboundFailure) {
            let answer = try await client.send(request)
            let isRefused = generation == .v2 && answer.status == 200 && !Self.saysSuccess(answer.body)
            return (isRefused ? .refusedInBody : .answered(status: answer.status), answer.timings.totalMicros)
        } catch {
            switch error {
            case .timeoutConnect, .timeoutTotal: return (.timedOut, answerLimitMillis * 1_000)
            default: return (.unreachable, 0)
            }
        }
    }

    /// An empty body, JSON, or anything around the document counts as failure (wechat-pay §3.3).
    private static func saysSuccess(_ body: [UInt8]) -> Bool {
        (try? FlatXMLReader.read(body))?["return_code"] == "SUCCESS"
    }
}
