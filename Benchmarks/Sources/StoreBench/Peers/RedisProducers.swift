internal import BenchmarkSupport
internal import Tillwire

/// Connections to Redis that each keep so many additions unanswered: a closed loop.
struct RedisProducers {
    private let loop: PeerLoop
    private let parts: [[UInt8]]
    private let outstandingCount: Int
    private let queueCount: Int
    private let corpus: Corpus
    /// When the unanswered ones were sent, oldest first; replies come in order.
    private var sent: [[UInt64]]
    private var number = 0
    private var answeredCount = 0
    private var latenciesMicros: [UInt32]? = nil

    init(
        _ server: RedisServer, connectionCount: Int, outstandingCount: Int, queueCount: Int, _ corpus: Corpus
    ) throws {
        let port = server.port
        loop = PeerLoop(connections: try (0..<connectionCount).map { _ in try PeerConnection(port: port) })
        parts = RedisCommands.add(queueCount: queueCount, byteCount: OrderCorpus.bodyByteCount)
        sent = .init(repeating: [], count: connectionCount)
        self.outstandingCount = outstandingCount
        self.queueCount = queueCount
        self.corpus = corpus
    }

    /// Adds for `nanos` after warming up.
    mutating func run(for nanos: UInt64) throws -> Measurement {
        for index in sent.indices { send(outstandingCount, on: index) }
        let warmEnd = Clock.nanos() + UInt64(Double(nanos) * BenchLimits.peerWarmUpShare)
        while Clock.nanos() < warmEnd { try turn(refilling: true) }
        latenciesMicros = []
        let (start, before) = (Clock.nanos(), answeredCount)
        while Clock.nanos() < start + nanos { try turn(refilling: true) }
        var measurement = Measurement()
        measurement.elapsedNanos = Clock.nanos() - start
        measurement.messageCount = answeredCount - before
        measurement.latenciesMicros = latenciesMicros ?? []
        return measurement
    }

    /// Adds exactly `count`.
    mutating func run(count: Int) throws {
        while answeredCount < count {
            for index in sent.indices {
                send(min(outstandingCount - sent[index].count, count - number), on: index)
            }
            try turn(refilling: false)
        }
    }

    private mutating func turn(refilling: Bool) throws {
        var answers: [(index: Int, count: Int)] = []
        let came = try loop.turn(timeoutMillis: BenchLimits.peerSilenceMillisMax) { index in
            var count = 0
            try RedisReplies.each(loop.connections[index]) { reader, _ in
                // Of a transaction only the last reply, an array, counts.
                if queueCount == 1 || reader.kind == UInt8(ascii: "*") { count += 1 }
            }
            answers.append((index, count))
        }
        guard came else { throw ProcessError(description: "Redis does not answer") }
        let now = Clock.nanos()
        for (index, count) in answers where count > 0 {
            for moment in sent[index].prefix(count) {
                latenciesMicros?.append(UInt32(clamping: (now - moment) / 1_000))
            }
            sent[index].removeFirst(count)
            answeredCount += count
            if refilling { send(count, on: index) }
        }
    }

    private mutating func send(_ count: Int, on index: Int) {
        guard count > 0 else { return }
        let connection = loop.connections[index]
        let now = Clock.nanos()
        for _ in 0..<count {
            let body = corpus[number].slice
            connection.append(parts[0])
            for part in parts.dropFirst() {
                connection.append(body)
                connection.append(part)
            }
            sent[index].append(now)
            number += 1
        }
    }
}
