internal import BenchmarkSupport
internal import Glibc

/// Keep-alive connections on one thread, each with one request under way; whichever is answered takes the next request of the list.
///
/// Made of sockets and poll alone, so that it leaves the cores to the server; what it uses nevertheless is measured.
enum LoadGenerator {
    /// A server that answers nothing any more ends the run.
    private static let silenceMillisMax: Int32 = 10_000

    /// Sends every request once; returns when the last one is answered.
    ///
    /// - Throws: ``BenchFailure`` where an answer is wrong or a connection breaks.
    static func run(
        port: Int, connectionCount: Int, requests: [[UInt8]], expecting expected: ExpectedAnswer
    ) async throws -> LoadResult {
        try await withCheckedThrowingContinuation { continuation in
            WorkerThread {
                continuation.resume(
                    with: Result {
                        try measure(port, min(connectionCount, requests.count), requests, expected)
                    })
            }.detach()
        }
    }

    private static func measure(
        _ port: Int, _ connectionCount: Int, _ requests: [[UInt8]], _ expected: ExpectedAnswer
    ) throws(BenchFailure) -> LoadResult {
        var connections: [LoadConnection] = []
        for _ in 0..<connectionCount { connections.append(try LoadConnection(port: port)) }
        var polled = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        var latencies: [UInt32] = []
        latencies.reserveCapacity(requests.count)
        let start = Processor.now()
        var nextIndex = 0
        for connection in connections {
            try connection.send(requests[nextIndex])
            nextIndex += 1
        }
        while latencies.count < requests.count {
            guard poll(&polled, nfds_t(polled.count), silenceMillisMax) > 0 else {
                throw BenchFailure("no answer for \(silenceMillisMax) ms")
            }
            for index in polled.indices where polled[index].revents != 0 {
                let connection = connections[index]
                guard try connection.receive(expected) else { continue }
                latencies.append(UInt32(clamping: (Processor.monotonicNanos() - connection.sentAtNanos) / 1_000))
                guard nextIndex < requests.count else { continue }
                try connection.send(requests[nextIndex])
                nextIndex += 1
            }
        }
        let use = Processor.now().use(since: start)
        return LoadResult(latenciesMicros: latencies.sorted(), use: use)
    }
}

/// What one run gave.
struct LoadResult: Sendable {
    /// Of each request, sorted.
    var latenciesMicros: [UInt32]
    var use: Processor.Use
    /// Notices a commit; 0 where nothing was committed.
    var noticesPerCommit = 0.0

    var rate: Double { Double(latenciesMicros.count) / use.elapsedSeconds }
    /// Processor time of the server for each request, microseconds.
    var serverMicros: Double { use.serverSeconds * 1e6 / Double(latenciesMicros.count) }

    func millis(percent: Int) -> Double {
        Double(latenciesMicros[min(latenciesMicros.count * percent / 100, latenciesMicros.count - 1)]) / 1_000
    }
}
