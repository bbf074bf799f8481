internal import BoundedJSON
internal import CMQProtocol
internal import HTTPDataPlane
internal import MessageModel
internal import NIOCore

/// How the answer to a request is written: in the spelling of its API, and always as HTTP 200, because clients look at no other answer
/// (`cmq-protocol.md` §0.1, §10.3).
struct AnswerForm: Sendable {
    private enum Kind {
        /// The action where the request could be read, and the id that is echoed.
        case api2(API2Action?, clientRequestID: UInt64)
        case api3(API3Action?)
    }

    private let kind: Kind

    /// The form for a request.
    init(_ incoming: CMQIncoming) {
        kind =
            switch incoming {
            case .api2(let request): .api2(request.action, clientRequestID: request.clientRequestID)
            case .api3(let request): .api3(request.action)
            case .refused(_, .api2(let clientRequestID)): .api2(nil, clientRequestID: clientRequestID)
            case .refused(_, .api3): .api3(nil)
            }
    }

    private static let headers: HTTPFields = ["Content-Type": API3Answer.contentType]

    /// Bytes of bodies in an answer and of what stands around each.
    private static func bodyByteCount(_ result: Result<CMQResult, CMQFault>) -> Int {
        guard case .success(.received(let messages)) = result else { return 0 }
        return messages.reduce(0) { $0 + $1.body.count + 256 }
    }

    /// The whole answer.
    func response(_ result: Result<CMQResult, CMQFault>, requestID: UInt64) -> DataPlaneResponse {
        var writer = JSONWriter(reservingByteCount: 256 + Self.bodyByteCount(result))
        switch kind {
        case .api2(let action, let clientRequestID):
            API2Answer.write(
                result, for: action, clientRequestID: clientRequestID, requestID: requestID, into: &writer)
        case .api3(let action):
            let id = API3RequestID(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max))
            API3Answer.write(result, for: action, requestID: id, into: &writer)
        }
        // Exactly so: with a character set behind it one client no longer sees errors.
        return DataPlaneResponse(
            status: 200, headers: Self.headers, body: ByteBuffer(bytes: writer.bytes))
    }
}
