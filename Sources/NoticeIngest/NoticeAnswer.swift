internal import HTTPDataPlane
internal import PaymentNotice

/// The answers WeChat Pay gets. The status decides, the body is informative (wechat-pay §2.1); which check failed is told to nobody outside.
enum NoticeAnswer {
    /// Stored, now or before.
    static let success = DataPlaneResponse(status: 204)
    /// Send it again: nothing was stored, or nobody knows.
    static let tryAgain = DataPlaneResponse.failure(status: 503, message: "not stored, send again")
    /// Only POST is served.
    static let wrongMethod: DataPlaneResponse = {
        var answer = DataPlaneResponse.failure(status: 405, message: "only POST is allowed")
        answer.headers.append("Allow", "POST")
        return answer
    }()

    /// One text for all reasons; only the status differs.
    static func refusal(_ reason: NoticeRefusal) -> DataPlaneResponse {
        refusals[reason.status] ?? .failure(status: reason.status, message: refusalText)
    }

    private static let refusalText = "notice not accepted"
    private static let refusals: [Int: DataPlaneResponse] = Dictionary(
        NoticeRefusal.allCases.map { ($0.status, .failure(status: $0.status, message: refusalText)) }
    ) { first, _ in first }
}
