internal import HTTPDataPlane
internal import NIOCore

extension DataPlaneRequest {
    /// The field's value; nil where it is missing or there twice, which a signed protocol cannot tell apart.
    func field(_ name: String) -> String? {
        headers.occurrences(of: name) == 1 ? headers[name] : nil
    }

    /// The body.
    var bodyBytes: [UInt8] { Array(buffer: body) }

    /// Whether nobody between client and server could read or change the request: over TLS, or on this machine.
    var isOutOfReach: Bool {
        isSecure || peerAddress == "::1" || peerAddress.hasPrefix("127.") || peerAddress.hasPrefix("::ffff:127.")
    }
}
