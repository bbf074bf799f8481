internal import HTTPDataPlane
internal import NIOCore

/// What a request is answered with.
struct NativeAnswer: Sendable {
    /// Media types the API speaks.
    enum Media: String, Sendable {
        case json = "application/json"
        case lines = "application/x-ndjson"
    }

    var status: Int
    var media = Media.json
    var body: [UInt8]
    var headers: [(String, String)] = []

    /// A JSON answer.
    init(status: Int, json body: [UInt8]) {
        self.status = status
        self.body = body
    }

    /// One JSON text a line.
    init(lines body: [UInt8]) {
        status = 200
        media = .lines
        self.body = body
    }

    /// Nothing to say.
    static let noContent = NativeAnswer(status: 204, json: [])

    var response: DataPlaneResponse {
        var fields = HTTPFields(headers)
        if status != 204 { fields.append("Content-Type", media.rawValue) }
        return DataPlaneResponse(status: status, headers: fields, body: ByteBuffer(bytes: body))
    }
}
