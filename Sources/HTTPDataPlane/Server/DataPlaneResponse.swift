public import NIOCore

/// An answer: status, header fields and body. Content-Length and Connection are written by the room and ignored here.
public struct DataPlaneResponse: Sendable {
    /// The status code, 200...599.
    public var status: Int
    /// The header fields in the order written; a field whose name or value could break the head is left out.
    public var headers: HTTPFields
    /// The body.
    public var body: ByteBuffer
    /// Closes the connection after this answer.
    public var closesConnection: Bool

    /// An answer; empty unless told otherwise.
    public init(
        status: Int, headers: HTTPFields = [:], body: ByteBuffer = ByteBuffer(), closesConnection: Bool = false
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.closesConnection = closesConnection
    }

    /// An answer with a JSON text as body.
    public static func json(status: Int, _ body: String) -> DataPlaneResponse {
        DataPlaneResponse(status: status, headers: ["Content-Type": "application/json"], body: ByteBuffer(string: body))
    }

    /// The answer of a refusal: `{"code":"FAIL","message":"…"}`.
    public static func failure(status: Int, message: String) -> DataPlaneResponse {
        json(status: status, "{\"code\":\"FAIL\",\"message\":\"\(escaped(message))\"}")
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
