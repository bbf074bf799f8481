import Glibc
import HTTPDataPlane
import NIOCore

/// A blocking socket to this machine that writes requests as they are, and may hang up at any time.
final class PlainSocket {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard isConnected == 0 else { throw SocketFailure() }
        // A test that fails must end.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func write(_ request: DataPlaneRequest) throws {
        var text = "\(request.method) \(request.path) HTTP/1.1\r\n"
        for (name, value) in request.headers { text += "\(name): \(value)\r\n" }
        text += "Content-Length: \(request.body.readableBytes)\r\n\r\n" + String(buffer: request.body)
        let bytes = Array(text.utf8)
        guard send(descriptor, bytes, bytes.count, 0) == bytes.count else { throw SocketFailure() }
    }

    /// One answer, which must have a Content-Length and come in one piece after its head.
    func readAnswer() throws -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !text.contains("}") {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw SocketFailure() }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }

    func close() { _ = Glibc.close(descriptor) }
}

struct SocketFailure: Error {}
