internal import NIOCore

/// Renders answers as HTTP/1.1 bytes.
enum ResponseWriter {
    /// Appends head and, unless it is large, body; returns the body that has to be written by itself.
    static func append(
        _ response: DataPlaneResponse, isHead: Bool, closes: Bool, to buffer: inout ByteBuffer
    ) -> ByteBuffer? {
        let status = appendStatusAndFields(response, to: &buffer)
        if status != 204, status != 304 {
            buffer.writeStaticString("Content-Length: ")
            buffer.writeString(String(response.body.readableBytes))
            buffer.writeStaticString("\r\n")
        }
        if closes { buffer.writeStaticString("Connection: close\r\n") }
        buffer.writeStaticString("\r\n")
        guard !isHead, status != 204, status != 304, response.body.readableBytes > 0 else { return nil }
        guard response.body.readableBytes <= ServerLimits.coalescedBodyByteCountMax else { return response.body }
        buffer.writeImmutableBuffer(response.body)
        return nil
    }

    /// Appends the head of an answer whose body is written piece by piece.
    static func appendStreamHead(
        _ response: DataPlaneResponse, isChunked: Bool, closes: Bool, to buffer: inout ByteBuffer
    ) {
        appendStatusAndFields(response, to: &buffer)
        if isChunked { buffer.writeStaticString("Transfer-Encoding: chunked\r\n") }
        if closes { buffer.writeStaticString("Connection: close\r\n") }
        buffer.writeStaticString("\r\n")
    }

    /// Appends what stands before the bytes of a chunk (RFC 9112 §7.1).
    static func appendChunkSize(_ byteCount: Int, to buffer: inout ByteBuffer) {
        buffer.writeString(String(byteCount, radix: 16))
        buffer.writeStaticString("\r\n")
    }

    @discardableResult
    private static func appendStatusAndFields(_ response: DataPlaneResponse, to buffer: inout ByteBuffer) -> Int {
        let status = (200...599).contains(response.status) ? response.status : 500
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(statusLine(status))
        for (name, value) in response.headers.storage where isWritable(name, value) {
            buffer.writeString(name)
            buffer.writeStaticString(": ")
            buffer.writeString(value)
            buffer.writeStaticString("\r\n")
        }
        return status
    }

    private static func isWritable(_ name: String, _ value: String) -> Bool {
        guard FieldText.isToken(name), FieldText.isValue(value) else { return false }
        switch name.utf8.count {
        case 10: return name.lowercased() != "connection"
        case 14: return name.lowercased() != "content-length"
        case 17: return name.lowercased() != "transfer-encoding"
        default: return true
        }
    }

    private static func statusLine(_ status: Int) -> String {
        switch status {
        case 200: "200 OK\r\n"
        case 201: "201 Created\r\n"
        case 202: "202 Accepted\r\n"
        case 204: "204 No Content\r\n"
        case 304: "304 Not Modified\r\n"
        case 400: "400 Bad Request\r\n"
        case 401: "401 Unauthorized\r\n"
        case 403: "403 Forbidden\r\n"
        case 404: "404 Not Found\r\n"
        case 405: "405 Method Not Allowed\r\n"
        case 408: "408 Request Timeout\r\n"
        case 409: "409 Conflict\r\n"
        case 413: "413 Content Too Large\r\n"
        case 414: "414 URI Too Long\r\n"
        case 429: "429 Too Many Requests\r\n"
        case 431: "431 Request Header Fields Too Large\r\n"
        case 500: "500 Internal Server Error\r\n"
        case 503: "503 Service Unavailable\r\n"
        default: "\(status) \r\n"
        }
    }
}
