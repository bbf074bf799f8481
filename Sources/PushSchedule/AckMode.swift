/// Which answer of an endpoint counts as accepted (merchant-push §2).
public enum AckMode: Sendable, Equatable {
    /// 200...299; the body is ignored.
    case status
    /// 200...299 and the body, without white space around it, is one of these texts (case-sensitive).
    case body([String])
    /// 204, or 200...299 with JSON `"code":"SUCCESS"` or XML `<return_code>` SUCCESS.
    case code

    /// `body` with the texts merchants answer payment notices with.
    public static let successText = AckMode.body(["success", "SUCCESS"])

    /// The class of a complete answer.
    ///
    /// - Parameters:
    ///   - hasRetryAfter: whether the answer carried a readable Retry-After.
    ///   - body: the body as received; modes that read it refuse more than 4 KiB.
    public func classify(status: Int, hasRetryAfter: Bool, body: [UInt8]) -> OutcomeClass {
        switch status {
        case 200...299: accepts(status: status, body: body) ? .acked : .nacked
        case 300...399: .redirect
        case 410: .gone
        case 429: .throttled
        case 400...499: .clientError
        case 503 where hasRetryAfter: .throttled
        case 500...599: .serverError
        default: .protocolError
        }
    }

    private func accepts(status: Int, body: [UInt8]) -> Bool {
        if self == .status { return true }
        guard body.count <= ScheduleLimits.ackBodyByteCountMax else { return false }
        switch self {
        case .status: return true
        case .body(let texts):
            let trimmed = AnswerText.trimmed(body[...])
            return texts.prefix(ScheduleLimits.ackTextCountMax).contains { trimmed.elementsEqual($0.utf8) }
        case .code: return status == 204 || AnswerText.saysSuccess(body)
        }
    }
}
