internal import Glibc
internal import NIOCore

extension DataPlaneError {
    /// The error of a failed bind, in words that name the address.
    init(bindError error: any Error, host: String, port: Int) {
        let address = DataPlaneAddress.text(host: host, port: port)
        if error is SocketAddressError {
            self = .addressNotAvailable(address)
            return
        }
        guard let error = error as? IOError else {
            self = .bindFailed(address, reason: "\(error)")
            return
        }
        switch error.errnoCode {
        case EADDRINUSE: self = .addressInUse(address)
        case EACCES, EPERM: self = .permissionDenied(address)
        case EADDRNOTAVAIL: self = .addressNotAvailable(address)
        default: self = .bindFailed(address, reason: String(cString: strerror(error.errnoCode)))
        }
    }
}
