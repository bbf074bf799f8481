#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Looks for ports nobody listens on, by binding them for a moment.
enum FreePort {
    /// Two different free ports of the loopback address.
    static func pair(in range: ClosedRange<UInt16>) throws(SimulatorError) -> (UInt16, UInt16) {
        var found: [UInt16] = []
        for port in range where isFree(port) {
            found.append(port)
            if found.count == 2 { return (found[0], found[1]) }
        }
        throw .network("no two free ports between \(range.lowerBound) and \(range.upperBound)")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr(Loopback.address)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
