internal import BenchmarkSupport
internal import Glibc
internal import Tillwire

/// RabbitMQ with a quorum queue of one replica and publisher confirms, one publish at a time on one connection.
struct RabbitRun {
    /// The program; not the one on the `PATH`, which changes the user.
    static let program = "/usr/lib/rabbitmq/bin/rabbitmq-server"
    private static let queueName = "orders"

    let options: BenchOptions
    let corpus: Corpus
    /// An empty folder.
    let path: String

    static var isInstalled: Bool { access(program, X_OK) == 0 }

    func measure() throws -> Measurement {
        let port = try LoopbackPort.free()
        let variables = try variables(port)
        let process = try ChildProcess(Self.program, [], variables: variables, outputPath: "\(path)/rabbit.log")
        defer {
            process.kill()
            endPortMapper(variables)
        }
        let connection = try PeerStart.connect(port: port, process, "\(path)/rabbit.log")
        try logIn(connection)
        try declare(connection)
        return try publish(connection)
    }

    /// Erlang's port mapper went its own way at the start. It ends when it is told to, but not before it has noticed that the server is gone.
    private func endPortMapper(_ variables: [String: String]) {
        for _ in 0..<BenchLimits.portMapperAttemptCountMax {
            let command = try? ChildProcess("epmd", ["-kill"], variables: variables, outputPath: "\(path)/epmd.log")
            guard let status = command?.wait(), status != 0 else { return }
            Clock.sleep(nanos: BenchLimits.portMapperPauseNanos)
        }
    }

    private func logIn(_ connection: PeerConnection) throws {
        connection.append(AMQPFrames.greeting)
        try expect(.start, connection)
        connection.append(
            AMQPFrames.method(
                0, .startOK,
                .init().table([]).shortText("PLAIN").longText(Array("\0guest\0guest".utf8)).shortText("en_US")))
        try expect(.tune, connection)
        connection.append(AMQPFrames.method(0, .tuneOK, .init().short(8).long(131_072).short(0)))
        connection.append(AMQPFrames.method(0, .open, .init().shortText("/").shortText("").octet(0)))
        try expect(.openOK, connection)
        connection.append(AMQPFrames.method(1, .channelOpen, .init().shortText("")))
        try expect(.channelOpenOK, connection)
    }

    private func declare(_ connection: PeerConnection) throws {
        let isDurable: UInt8 = 2
        connection.append(
            AMQPFrames.method(
                1, .declare,
                .init().short(0).shortText(Self.queueName).octet(isDurable).table([("x-queue-type", "quorum")])))
        try expect(.declareOK, connection)
        connection.append(AMQPFrames.method(1, .selectConfirms, .init().octet(0)))
        try expect(.selectConfirmsOK, connection)
    }

    private func publish(_ connection: PeerConnection) throws -> Measurement {
        let method = AMQPFrames.method(
            1, .publish, .init().short(0).shortText("").shortText(Self.queueName).octet(0))
        var number = 0
        return try OneAtATime.measure(options) {
            let start = Clock.nanos()
            connection.append(method)
            connection.append(AMQPFrames.content(1, Array(corpus[number].slice)))
            try expect(.acknowledge, connection)
            number += 1
            return Clock.nanos() - start
        }
    }

    private func expect(_ method: AMQPMethod, _ connection: PeerConnection) throws {
        let answer = try connection.answer(AMQPFrames.method)
        guard answer == method else {
            throw ProcessError(description: "RabbitMQ answered \(answer) where \(method) was expected")
        }
    }

    /// Settings that keep all that it writes in the folder, and all its ports on loopback.
    private func variables(_ port: UInt16) throws -> [String: String] {
        try TextFile.write(
            """
            listeners.tcp.1 = 127.0.0.1:\(port)
            disk_free_limit.absolute = 100MB
            log.console.level = error
            log.file.level = error

            """, to: "\(path)/rabbitmq.conf")
        try TextFile.write("[].\n", to: "\(path)/plugins")
        return [
            "RABBITMQ_NODENAME": "storebench@localhost", "RABBITMQ_MNESIA_BASE": "\(path)/mnesia",
            "RABBITMQ_LOG_BASE": "\(path)/log", "RABBITMQ_CONFIG_FILE": "\(path)/rabbitmq",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null", "RABBITMQ_ENABLED_PLUGINS_FILE": "\(path)/plugins",
            "RABBITMQ_PID_FILE": "\(path)/rabbitmq.pid", "RABBITMQ_NODE_PORT": "\(port)",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_DIST_PORT": "\(try LoopbackPort.free())",
            "ERL_EPMD_PORT": "\(try LoopbackPort.free())", "ERL_EPMD_ADDRESS": "127.0.0.1", "HOME": path,
        ]
    }
}
