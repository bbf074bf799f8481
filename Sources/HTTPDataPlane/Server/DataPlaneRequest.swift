public import NIOCore

/// One complete request, within the listener's limits.
public struct DataPlaneRequest: Sendable {
    /// The method as sent, `POST`.
    public let method: String
    /// The target up to the first `?`, percent-encoding kept.
    public let path: String
    /// The target behind the first `?`, as sent; nil when there is none.
    public let query: String?
    /// The header fields, without trailers.
    public let headers: HTTPFields
    /// The whole body.
    public let body: ByteBuffer
    /// The peer's address without port.
    public let peerAddress: String
    /// True when the request came over TLS.
    public let isSecure: Bool

    /// Made by the server; public so that handlers can be tested without one.
    public init(
        method: String, target: String, headers: HTTPFields = [:], body: ByteBuffer = ByteBuffer(),
        peerAddress: String = "127.0.0.1", isSecure: Bool = false
    ) {
        self.method = method
        if let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = String(target[..<mark])
            query = String(target[target.utf8.index(after: mark)...])
        } else {
            path = target
            query = nil
        }
        self.headers = headers
        self.body = body
        self.peerAddress = peerAddress
        self.isSecure = isSecure
    }
}
