internal import BenchmarkSupport
internal import Glibc
internal import Tillwire

/// NATS JetStream with `sync_interval: always`: a publish into a stream on disk, answered once it is synced, one at a time on one connection.
struct NATSRun {
    /// The program.
    static let program = "nats-server"

    let options: BenchOptions
    let corpus: Corpus
    /// An empty folder.
    let path: String

    func measure() throws -> Measurement {
        let port = try LoopbackPort.free()
        let process = try start(port)
        defer { process.kill() }
        let connection = try PeerStart.connect(port: port, process, "\(path)/nats.log")
        connection.append(
            #"CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}"# + "\r\nSUB answers 1\r\n"
        )
        let stream =
            #"{"name":"ORDERS","subjects":["orders"],"retention":"workqueue","storage":"file","num_replicas":1}"#
        let made = try request(connection, "$JS.API.STREAM.CREATE.ORDERS", Array(stream.utf8))
        guard !made.contains("\"error\"") else { throw ProcessError(description: "NATS: \(made)") }
        return try publish(connection)
    }

    private func start(_ port: UInt16) throws -> ChildProcess {
        let settings = """
            host: 127.0.0.1
            port: \(port)
            jetstream { store_dir: "\(path)/jetstream", sync_interval: always }

            """
        guard let file = fopen("\(path)/nats.conf", "w") else { throw ProcessError(description: "nats.conf") }
        fputs(settings, file)
        fclose(file)
        return try ChildProcess(Self.program, ["-c", "\(path)/nats.conf"], outputPath: "\(path)/nats.log")
    }

    private func publish(_ connection: PeerConnection) throws -> Measurement {
        var number = 0
        func one() throws -> UInt64 {
            let start = Clock.nanos()
            let answer = try request(connection, "orders", Array(corpus[number].slice))
            guard answer.contains("\"seq\"") else { throw ProcessError(description: "NATS: \(answer)") }
            number += 1
            return Clock.nanos() - start
        }
        let warmEnd = Clock.nanos() + UInt64(Double(options.runNanos) * BenchLimits.peerWarmUpShare)
        while Clock.nanos() < warmEnd { _ = try one() }
        var measurement = Measurement()
        let start = Clock.nanos()
        while Clock.nanos() < start + options.runNanos {
            measurement.latenciesMicros.append(UInt32(clamping: try one() / 1_000))
            measurement.messageCount += 1
        }
        measurement.elapsedNanos = Clock.nanos() - start
        return measurement
    }

    /// Publishes `body` and waits for the answer.
    private func request(_ connection: PeerConnection, _ subject: String, _ body: [UInt8]) throws -> String {
        connection.append("PUB \(subject) answers \(body.count)\r\n")
        connection.append(body)
        connection.append("\r\n")
        let loop = PeerLoop(connections: [connection])
        var answer: String?
        while answer == nil {
            let came = try loop.turn(timeoutMillis: BenchLimits.peerSilenceMillisMax) { _ in
                connection.use { bytes in
                    let (text, usedCount) = Self.message(bytes)
                    answer = answer ?? text
                    return usedCount
                }
            }
            guard came else { throw ProcessError(description: "NATS does not answer") }
        }
        return answer ?? ""
    }

    /// The text of the first message in `bytes`, and how many bytes are used up; other lines (INFO, +OK, PING) are passed over.
    private static func message(_ bytes: UnsafeRawBufferPointer) -> (text: String?, usedCount: Int) {
        var place = 0
        while let end = bytes[place...].firstIndex(of: 10) {
            let line = String(decoding: bytes[place..<end], as: UTF8.self)
            guard line.hasPrefix("MSG ") || line.hasPrefix("HMSG ") else {
                if line.hasPrefix("-ERR") { return (line, end + 1) }
                place = end + 1
                continue
            }
            let words = line.split { $0 == " " || $0 == "\r" || $0 == "\r\n" }
            guard let count = words.last.flatMap({ Int($0) }), end + 1 + count + 2 <= bytes.count else { break }
            return (String(decoding: bytes[end + 1..<end + 1 + count], as: UTF8.self), end + 1 + count + 2)
        }
        return (nil, place)
    }
}
