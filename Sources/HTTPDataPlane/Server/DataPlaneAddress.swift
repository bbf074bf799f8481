/// Where a server listens, with the port it really got.
public struct DataPlaneAddress: Sendable, Equatable, CustomStringConvertible {
    /// The address in text.
    public let host: String
    /// The port.
    public let port: Int

    /// `127.0.0.1:8080` or `[::1]:8080`.
    public var description: String { Self.text(host: host, port: port) }

    static func text(host: String, port: Int) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
