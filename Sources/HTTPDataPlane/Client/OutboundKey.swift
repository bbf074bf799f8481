/// What requests must share to share a connection.
struct OutboundKey: Hashable, Sendable {
    let scheme: EndpointURL.Scheme
    let host: String
    let port: Int

    init(_ url: EndpointURL) {
        scheme = url.scheme
        host = url.host
        port = url.port
    }
}
