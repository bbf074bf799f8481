internal import Glibc

/// One connection of the load generator, with at most one request under way. Used by one thread.
final class LoadConnection {
    /// Answers of our own server are far shorter.
    private static let answerByteCountMax = 4_096
    private static let headEnd: [UInt8] = Array("\r\n\r\n".utf8)
    private static let lengthName: [UInt8] = Array("Content-Length: ".utf8)

    let descriptor: Int32
    private(set) var sentAtNanos: UInt64 = 0
    private var answer = [UInt8](repeating: 0, count: answerByteCountMax)
    private var answerByteCount = 0

    /// Connects to `port` on this machine.
    init(port: Int) throws(BenchFailure) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw BenchFailure("socket: \(errno)") }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            throw BenchFailure("connect to port \(port): \(errno)")
        }
    }

    deinit { close(descriptor) }

    /// Sends a request. The socket's buffer takes all of it, since nothing else is under way.
    func send(_ request: [UInt8]) throws(BenchFailure) {
        sentAtNanos = Processor.monotonicNanos()
        let count = request.withUnsafeBytes { bytes in
            Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        guard count == request.count else { throw BenchFailure("send: \(errno)") }
    }

    /// Takes in what came; true where the answer is complete and as `expected`.
    func receive(_ expected: ExpectedAnswer) throws(BenchFailure) -> Bool {
        let filled = answerByteCount
        let count = answer.withUnsafeMutableBytes { bytes in
            recv(
                descriptor, bytes.baseAddress.map { $0 + filled }, bytes.count - filled, Int32(MSG_DONTWAIT))
        }
        if count < 0, errno == EAGAIN { return false }
        guard count > 0 else { throw BenchFailure("the server hung up, or an answer is too long") }
        answerByteCount += count
        let bytes = answer[..<answerByteCount]
        guard let head = Self.offset(of: Self.headEnd, in: bytes) else { return false }
        let bodyStart = head + Self.headEnd.count
        guard answerByteCount >= bodyStart + Self.bodyByteCount(bytes[..<bodyStart]) else { return false }
        guard expected.fits(bytes) else {
            throw BenchFailure("answered: \(String(decoding: bytes, as: UTF8.self).prefix(300))")
        }
        answerByteCount = 0
        return true
    }

    private static func bodyByteCount(_ head: ArraySlice<UInt8>) -> Int {
        guard let name = offset(of: lengthName, in: head) else { return 0 }
        return head[(name + lengthName.count)...].prefix { 48...57 ~= $0 }.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    static func offset(of text: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= text.count else { return nil }
        for start in bytes.startIndex...(bytes.endIndex - text.count)
        where bytes[start] == text[0] && bytes[start..<(start + text.count)].elementsEqual(text) {
            return start
        }
        return nil
    }
}

/// What every answer must be.
struct ExpectedAnswer: Sendable {
    private let start: [UInt8]
    private let part: [UInt8]

    /// The status, and a part of the body.
    init(status: Int, part: String = "") {
        start = Array("HTTP/1.1 \(status) ".utf8)
        self.part = Array(part.utf8)
    }

    func fits(_ answer: ArraySlice<UInt8>) -> Bool {
        answer.starts(with: start) && (part.isEmpty || LoadConnection.offset(of: part, in: answer) != nil)
    }
}
