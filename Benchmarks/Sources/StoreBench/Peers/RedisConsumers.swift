internal import BenchmarkSupport

/// Connections to Redis that each read a batch, then acknowledge and delete it, then read the next.
struct RedisConsumers {
    /// What a connection waits for.
    private enum Phase { case entries, acknowledgement, deletion }

    private let loop: PeerLoop
    private let reads: [[UInt8]]
    private var phases: [Phase]
    private var askedNanos: [UInt64]
    private(set) var deletedCount = 0
    private(set) var latenciesMicros: [UInt32] = []

    /// Waits `blockMillis` for the first entry of a read where given; else a read that finds nothing is a consumer's last.
    init(_ server: RedisServer, connectionCount: Int, batchCount: Int, blockMillis: UInt64? = nil) throws {
        let port = server.port
        loop = PeerLoop(connections: try (0..<connectionCount).map { _ in try PeerConnection(port: port) })
        reads = (0..<connectionCount).map {
            RedisCommands.readGroup(consumer: $0, count: batchCount, blockMillis: blockMillis)
        }
        phases = .init(repeating: .entries, count: connectionCount)
        askedNanos = .init(repeating: 0, count: connectionCount)
    }

    /// Drains until `count` are deleted or `nanos` are over.
    mutating func drain(count: Int, for nanos: UInt64) throws -> Measurement {
        let startNanos = Clock.nanos()
        start()
        var byteCount = 0
        while deletedCount < count, Clock.nanos() < startNanos + nanos {
            try turn(goesOn: { deleted in deleted < count }) { body in byteCount += body.count }
        }
        guard byteCount >= deletedCount * OrderCorpus.bodyByteCount else {
            throw WrongCount(description: "Redis delivered \(byteCount) bytes in \(deletedCount) messages")
        }
        var measurement = Measurement()
        measurement.elapsedNanos = Clock.nanos() - startNanos
        measurement.messageCount = deletedCount
        measurement.latenciesMicros = latenciesMicros
        return measurement
    }

    /// Starts all reads.
    mutating func start() { for index in reads.indices { ask(index) } }

    /// One turn over all connections; `message` is lent each body. `goesOn` tells whether a consumer that is done reads on.
    mutating func turn(
        timeoutMillis: Int = BenchLimits.peerSilenceMillisMax, goesOn: (_ deletedCount: Int) -> Bool,
        _ message: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var ready: [(index: Int, received: Int?, deleted: Int)] = []
        try loop.turn(timeoutMillis: timeoutMillis) { index in
            var phase = phases[index]
            try RedisReplies.each(loop.connections[index]) { reader, bytes in
                switch phase {
                case .entries:
                    let found = try Self.entries(&reader, bytes, message)
                    if found.count > 0 {
                        loop.connections[index].append(
                            RedisCommands.acknowledgeAndDelete(found.count, ids: found.ids))
                        phase = .acknowledgement
                    } else {
                        ready.append((index, 0, 0))
                    }
                case .acknowledgement: phase = .deletion
                case .deletion:
                    ready.append((index, nil, reader.count()))
                    phase = .entries
                }
            }
            phases[index] = phase
        }
        let now = Clock.nanos()
        for (index, received, deleted) in ready {
            deletedCount += deleted
            if received == nil { latenciesMicros.append(UInt32(clamping: (now - askedNanos[index]) / 1_000)) }
            if goesOn(deletedCount) { ask(index) }
        }
    }

    private mutating func ask(_ index: Int) {
        loop.connections[index].append(reads[index])
        askedNanos[index] = Clock.nanos()
    }

    /// Reads `*1 *2 stream *N (*2 id *2 field body)`; nothing where the reply is null.
    private static func entries(
        _ reader: inout RespReader, _ bytes: UnsafeRawBufferPointer, _ message: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (count: Int, ids: [UInt8]) {
        guard reader.count() > 0 else { return (0, []) }
        _ = reader.count()
        _ = reader.string()
        let count = reader.count()
        var ids: [UInt8] = []
        for _ in 0..<count {
            _ = reader.count()
            ids.append(contentsOf: bytes[reader.string().whole])
            _ = reader.count()
            _ = reader.string()
            try message(UnsafeRawBufferPointer(rebasing: bytes[reader.string().text]))
        }
        return (count, ids)
    }
}
