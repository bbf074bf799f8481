internal import BenchmarkSupport

/// A `redis-server` of our own on a free port of loopback, with its files in a folder of its own; killed when the last reference goes.
///
/// Every write waits for its fdatasync (`appendfsync always`); nodes of streams are as large as suits it; no snapshots, no rewriting.
final class RedisServer {
    /// The program.
    static let program = "redis-server"

    let port: UInt16
    private let process: ChildProcess

    /// Starts one in the empty folder `path`, with `queueCount` streams and the group `g` on each.
    init(path: String, queueCount: Int) throws {
        port = try LoopbackPort.free()
        process = try ChildProcess(
            Self.program,
            [
                "--port", "\(port)", "--bind", "127.0.0.1", "--dir", path, "--appendonly", "yes",
                "--appendfsync", "always", "--save", "", "--auto-aof-rewrite-percentage", "0", "--daemonize", "no",
                "--stream-node-max-bytes", "65536", "--stream-node-max-entries", "128",
            ], outputPath: "\(path)/redis.log")
        let connection = try PeerStart.connect(port: port, process, "\(path)/redis.log")
        for number in 0..<queueCount {
            connection.append(
                RedisCommands.command(
                    ["XGROUP", "CREATE", RedisCommands.stream(number), "g", "0", "MKSTREAM"]))
        }
        var answeredCount = 0
        try RedisReplies.await(connection) { _ in
            answeredCount += 1
            return answeredCount < queueCount
        }
    }
}

/// The first connection to a peer that is starting.
enum PeerStart {
    static func connect(port: UInt16, _ process: ChildProcess, _ logPath: String) throws -> PeerConnection {
        let deadline = Clock.nanos() + BenchLimits.peerStartNanosMax
        while true {
            do throws(ProcessError) {
                return try PeerConnection(port: port)
            } catch {
                guard Clock.nanos() < deadline, !process.isGone() else {
                    throw ProcessError(description: "a peer did not start: \(TextFile.text(logPath))")
                }
                Clock.sleep(nanos: 5_000_000)
            }
        }
    }
}

/// Replies of Redis.
enum RedisReplies {
    /// Hands each complete reply that has come to `body`, with the bytes that its places count in.
    static func each(
        _ connection: PeerConnection, _ body: (inout RespReader, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try connection.use { bytes in
            var reader = RespReader(bytes)
            while reader.kind != nil, let end = try reader.end() {
                try body(&reader, bytes)
                reader.skip(to: end)
            }
            return reader.place
        }
    }

    /// Waits for replies until `body` answers false for one.
    static func await(_ connection: PeerConnection, _ body: (inout RespReader) throws -> Bool) throws {
        let loop = PeerLoop(connections: [connection])
        var goesOn = true
        while goesOn {
            let came = try loop.turn(timeoutMillis: BenchLimits.peerSilenceMillisMax) { _ in
                try each(connection) { reader, _ in goesOn = try body(&reader) && goesOn }
            }
            guard came else { throw ProcessError(description: "Redis does not answer") }
        }
    }
}
