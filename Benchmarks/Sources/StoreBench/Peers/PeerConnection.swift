internal import BenchmarkSupport
internal import Glibc

/// A connection over loopback that never blocks: what is to be sent gathers in a buffer, what came stands in another until it is used up.
/// Used by one thread at a time.
final class PeerConnection {
    let descriptor: Int32
    private var output: [UInt8] = []
    private var sentCount = 0
    private var input: [UInt8] = []
    private var usedCount = 0
    private var filledCount = 0

    /// Connects to `port` on this machine.
    init(port: UInt16) throws(ProcessError) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure("socket") }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = LoopbackPort.address(port)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            let failure = Self.failure("connect to port \(port)")
            close(descriptor)
            throw failure
        }
    }

    deinit { close(descriptor) }

    /// Whether something still waits to be sent.
    var hasOutput: Bool { sentCount < output.count }

    /// Gathers bytes to send.
    func append(_ bytes: some Collection<UInt8>) { output.append(contentsOf: bytes) }

    /// Gathers text to send.
    func append(_ text: String) { output.append(contentsOf: text.utf8) }

    /// Sends what the socket takes.
    func flush() throws(ProcessError) {
        while hasOutput {
            let count = output.withUnsafeBytes { bytes in
                send(
                    descriptor, bytes.baseAddress.map { $0 + sentCount }, bytes.count - sentCount,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count < 0 {
                if errno == EAGAIN { return }
                throw Self.failure("send")
            }
            sentCount += count
        }
        output.removeAll(keepingCapacity: true)
        sentCount = 0
    }

    /// Takes in what has come; false where nothing has.
    func fill() throws(ProcessError) -> Bool {
        makeRoom()
        let room = input.count - filledCount
        let count = input.withUnsafeMutableBytes { bytes in
            recv(descriptor, bytes.baseAddress.map { $0 + filledCount }, room, Int32(MSG_DONTWAIT))
        }
        if count < 0, errno == EAGAIN { return false }
        guard count > 0 else { throw count == 0 ? ProcessError(description: "a peer hung up") : Self.failure("recv") }
        filledCount += count
        return true
    }

    /// Lends what came and is not used up yet; `body` answers how many bytes of it are used up.
    func use(_ body: (UnsafeRawBufferPointer) throws -> Int) rethrows {
        usedCount += try input.withUnsafeBytes { bytes in
            try body(UnsafeRawBufferPointer(rebasing: bytes[usedCount..<filledCount]))
        }
    }

    private func makeRoom() {
        if usedCount == filledCount {
            (usedCount, filledCount) = (0, 0)
        } else if usedCount > input.count / 2 {
            input.replaceSubrange(0..<filledCount - usedCount, with: input[usedCount..<filledCount])
            (usedCount, filledCount) = (0, filledCount - usedCount)
        }
        let missing = BenchLimits.peerReadByteCount - (input.count - filledCount)
        if missing > 0 { input.append(contentsOf: repeatElement(0, count: max(missing, input.count))) }
    }

    private static func failure(_ operation: String) -> ProcessError {
        ProcessError(description: "\(operation): \(String(cString: strerror(errno)))")
    }
}

/// Ports of this machine.
enum LoopbackPort {
    static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// A port that is free at this moment.
    static func free() throws(ProcessError) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard descriptor >= 0, code == 0 else { throw ProcessError(description: "no free port on loopback") }
        return UInt16(bigEndian: address.sin_port)
    }
}
