internal import HTTPDataPlane
internal import NIOCore
internal import PaymentNotice

/// Which of WeChat Pay's two interfaces a notice came by; each wants its own form of answer.
enum NoticeGeneration: Sendable {
    /// XML, signed over its fields.
    case v2
    /// JSON, signed over its bytes and encrypted.
    case v3
}

/// The answers WeChat Pay gets; which check failed is told to nobody outside.
///
/// In API v3 the status decides and the body is informative (wechat-pay §2.1). In v2 the return code in the XML body decides, and nothing
/// may stand around it (§3.3).
enum NoticeAnswer {
    /// Stored, now or before.
    static func success(_ generation: NoticeGeneration) -> DataPlaneResponse {
        switch generation {
        case .v2: successV2
        case .v3: successV3
        }
    }

    /// Send it again: nothing was stored, or nobody knows.
    static func tryAgain(_ generation: NoticeGeneration) -> DataPlaneResponse {
        switch generation {
        case .v2: tryAgainV2
        case .v3: tryAgainV3
        }
    }

    /// Only POST is served.
    static func wrongMethod(_ generation: NoticeGeneration) -> DataPlaneResponse {
        let text = "only POST is allowed"
        var answer: DataPlaneResponse =
            switch generation {
            case .v2: xml(status: 405, "FAIL", text)
            case .v3: .failure(status: 405, message: text)
            }
        answer.headers.append("Allow", "POST")
        return answer
    }

    /// One text for all reasons; only the status differs.
    static func refusal(_ reason: NoticeRefusal, _ generation: NoticeGeneration) -> DataPlaneResponse {
        switch generation {
        case .v2: refusalsV2[reason.statusV2] ?? xml(status: reason.statusV2, "FAIL", refusalText)
        case .v3: refusalsV3[reason.status] ?? .failure(status: reason.status, message: refusalText)
        }
    }

    private static let refusalText = "notice not accepted"
    private static let tryAgainText = "not stored, send again"
    private static let successV2 = xml(status: 200, "SUCCESS", "OK")
    private static let successV3 = DataPlaneResponse(status: 204)
    private static let tryAgainV2 = xml(status: 503, "FAIL", tryAgainText)
    private static let tryAgainV3 = DataPlaneResponse.failure(status: 503, message: tryAgainText)
    private static let refusalsV2: [Int: DataPlaneResponse] = Dictionary(
        NoticeRefusal.allCases.map { ($0.statusV2, xml(status: $0.statusV2, "FAIL", refusalText)) }
    ) { first, _ in first }
    private static let refusalsV3: [Int: DataPlaneResponse] = Dictionary(
        NoticeRefusal.allCases.map { ($0.status, .failure(status: $0.status, message: refusalText)) }
    ) { first, _ in first }

    private static func xml(status: Int, _ returnCode: String, _ message: String) -> DataPlaneResponse {
        DataPlaneResponse(
            status: status, headers: ["Content-Type": "text/xml; charset=utf-8"],
            body: ByteBuffer(string: FlatXMLWriter.answer(returnCode: returnCode, message: message)))
    }
}
