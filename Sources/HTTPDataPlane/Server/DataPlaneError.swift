/// Why a server does not start.
public enum DataPlaneError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another program listens there.
    case addressInUse(String)
    /// The port is reserved for the superuser.
    case permissionDenied(String)
    /// The host is no address of this machine, or no known name.
    case addressNotAvailable(String)
    /// The port is no number from 0 to 65535.
    case portOutOfRange(Int)
    /// Any other failure to listen.
    case bindFailed(String, reason: String)
    /// A certificate or key file cannot be used.
    case tlsFile(path: String, reason: String)
    /// A limit is not usable.
    case limit(String)
    /// `start` was called twice, or after `stop`.
    case alreadyStarted

    /// What was attempted and what went wrong.
    public var description: String {
        switch self {
        case .addressInUse(let address): "address already in use \(address)"
        case .permissionDenied(let address):
            "permission denied to listen on \(address); ports below 1024 need privileges"
        case .addressNotAvailable(let address): "\(address) is not an address of this machine"
        case .portOutOfRange(let port): "port \(port) is out of range; 0 to 65535 are allowed"
        case .bindFailed(let address, let reason): "cannot listen on \(address): \(reason)"
        case .tlsFile(let path, let reason): "cannot use TLS file \(path): \(reason)"
        case .limit(let text): "limit \(text)"
        case .alreadyStarted: "the server was started before; a server starts once"
        }
    }
}
