internal import BoundedJSON

/// An error answer of API v3, or of the control interface, which uses the same form (wechat-pay §4). Error answers carry no
/// signature (§1.9).
struct APIFault: Error, Sendable, Equatable {
    let status: Int
    let code: String
    let message: String
    /// A JSON object; nil for none.
    var detail: [UInt8]?

    init(_ status: Int, _ code: String, _ message: String, detail: [UInt8]? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
    }

    static func parameter(_ message: String) -> APIFault { APIFault(400, "PARAM_ERROR", message) }

    /// `{"code","message","detail"}`.
    var body: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("code", code)
        writer.member("message", message)
        if let detail {
            writer.key("detail")
            writer.raw(detail)
        }
        writer.endObject()
        return writer.bytes
    }
}
