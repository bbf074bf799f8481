internal import BoundedJSON
internal import HTTPTypes
internal import Hummingbird
internal import Merchants
internal import NIOCore

/// An answer with a JSON text, never cached.
struct JSONAnswer: ResponseGenerator {
    let status: HTTPResponse.Status
    let bytes: [UInt8]

    /// An answer with the object that `body` writes the members of.
    init(_ status: HTTPResponse.Status = .ok, _ body: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.beginObject()
        body(&writer)
        writer.endObject()
        self.status = status
        bytes = writer.bytes
    }

    /// A merchant as it is shown.
    init(_ status: HTTPResponse.Status, merchant: Merchant) {
        var writer = JSONWriter()
        merchant.show(into: &writer)
        self.status = status
        bytes = writer.bytes
    }

    func response(from request: Request, context: some RequestContext) throws -> Response { response }

    var response: Response {
        let headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
