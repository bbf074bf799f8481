internal import BenchmarkSupport
internal import Glibc
internal import Synchronization

/// Asks a gate over HTTP: a thread for each connection, one request at a time, so that a latency is the whole exchange.
enum GateLoad {
    /// Runs all connections to their end.
    static func run(
        _ world: GateWorld, port: Int, connectionCount: Int, requestCount: Int, warmUpCount: Int
    ) -> GateRun {
        let runs = Mutex<[GateRun]>([])
        let began = ContinuousClock.now
        let threads = (0..<connectionCount).map { index in
            WorkerThread {
                let run = connection(
                    world, port: port, first: index * requestCount, requestCount: requestCount, warmUpCount: warmUpCount
                )
                runs.withLock { $0.append(run) }
            }
        }
        for thread in threads { thread.join() }
        var sum = GateRun()
        sum.seconds = began.duration(to: .now) / .seconds(1)
        for run in runs.withLock({ $0 }) {
            sum.nanos += run.nanos
            sum.refusedCount += run.refusedCount
            sum.failure = sum.failure ?? run.failure
        }
        return sum
    }

    private static func connection(
        _ world: GateWorld, port: Int, first: Int, requestCount: Int, warmUpCount: Int
    ) -> GateRun {
        var run = GateRun()
        guard let descriptor = connect(port: port) else {
            run.failure = "the gate's listener cannot be reached"
            return run
        }
        defer { close(descriptor) }
        for number in 0..<(requestCount + warmUpCount) {
            let request = world.bytes(first + number)
            let start = ContinuousClock.now
            guard let status = exchange(descriptor, request) else {
                run.failure = "an answer did not come"
                return run
            }
            guard number >= warmUpCount else { continue }
            run.nanos.append(UInt64(start.duration(to: .now) / .nanoseconds(1)))
            if status == 403 { run.refusedCount += 1 }
            if status != 403, status != 200 { run.failure = "an answer with status \(status)" }
        }
        return run
    }

    private static func connect(port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var noDelay: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
        guard connected == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Sends a request and reads its answer to the end; nil where that fails.
    private static func exchange(_ descriptor: Int32, _ request: [UInt8]) -> Int? {
        guard write(descriptor, request, request.count) == request.count else { return nil }
        var answer: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(descriptor, &part, part.count)
            guard count > 0 else { return nil }
            answer += part[..<count]
            if let status = status(of: answer) { return status }
        }
    }

    /// The status of an answer that is there whole; nil before.
    private static func status(of answer: [UInt8]) -> Int? {
        let text = String(decoding: answer, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let head = text[..<end.lowerBound].lowercased()
        guard let field = head.range(of: "content-length: ") else { return nil }
        let length = Int(head[field.upperBound...].prefix { $0.isNumber }) ?? 0
        guard text[end.upperBound...].utf8.count >= length else { return nil }
        return Int(text.dropFirst(9).prefix(3))
    }
}

extension StringProtocol {
    /// Where the text first stands.
    fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
