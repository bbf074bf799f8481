internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Keep-alive connections on one thread, each with one request under way, for a given time.
enum LoadRun {
    /// What came of it.
    struct Result: Sendable {
        /// Messages answered within the measured time.
        var messageCount = 0
        var elapsedNanos: UInt64 = 0
        /// Of each request, sorted.
        var latenciesMicros: [UInt32] = []

        var rate: Double { elapsedNanos == 0 ? 0 : Double(messageCount) * 1e9 / Double(elapsedNanos) }

        func millis(percent: Int) -> Double {
            guard !latenciesMicros.isEmpty else { return 0 }
            return Double(latenciesMicros[min(latenciesMicros.count * percent / 100, latenciesMicros.count - 1)])
                / 1_000
        }
    }

    /// Runs one connection per script; all start together.
    ///
    /// - Throws: ``LoadFailure`` where an answer is wrong or a connection breaks.
    static func run<Script: LoadScript & Sendable>(
        port: Int, seconds: Double, scripts: [Script]
    ) async throws -> Result {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let result = try await run(port: port, seconds: seconds, scripts: scripts, on: group)
            try await group.shutdownGracefully()
            return result
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private static func run<Script: LoadScript & Sendable>(
        port: Int, seconds: Double, scripts: [Script], on group: MultiThreadedEventLoopGroup
    ) async throws -> Result {
        var connections: [(channel: any Channel, handler: NIOLoopBound<LoadConnection<Script>>)] = []
        for script in scripts {
            let made = try await ClientBootstrap(group: group)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = LoadConnection(script)
                        try channel.pipeline.syncOperations.addHandler(handler)
                        return (channel, NIOLoopBound(handler, eventLoop: channel.eventLoop))
                    }
                }
            connections.append(made)
        }
        let deadline = NIODeadline.now() + .nanoseconds(Int64(seconds * 1e9))
        var ends: [EventLoopFuture<LoadConnectionTally>] = []
        let start = NIODeadline.now()
        for (channel, handler) in connections {
            ends.append(
                channel.eventLoop.flatSubmit {
                    let promise = channel.eventLoop.makePromise(of: LoadConnectionTally.self)
                    handler.value.begin(channel, until: deadline, promise)
                    return promise.futureResult
                })
        }
        var result = Result()
        for end in ends {
            let tally = try await end.get()
            result.messageCount += tally.messageCount
            result.latenciesMicros += tally.latenciesMicros
        }
        result.elapsedNanos = UInt64((NIODeadline.now() - start).nanoseconds)
        result.latenciesMicros.sort()
        return result
    }
}

/// What one connection did.
struct LoadConnectionTally: Sendable {
    var messageCount = 0
    var latenciesMicros: [UInt32] = []
}

/// One connection: writes a request, waits for its answer, writes the next.
final class LoadConnection<Script: LoadScript>: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var script: Script
    private var reader = AnswerReader()
    private var tally = LoadConnectionTally()
    private var channel: (any Channel)?
    private var promise: EventLoopPromise<LoadConnectionTally>?
    private var deadline = NIODeadline.distantFuture
    private var sentAt = NIODeadline.now()

    init(_ script: Script) { self.script = script }

    /// On the loop.
    func begin(_ channel: any Channel, until deadline: NIODeadline, _ promise: EventLoopPromise<LoadConnectionTally>) {
        self.channel = channel
        self.deadline = deadline
        self.promise = promise
        step(after: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        reader.append(&bytes)
        do throws(LoadFailure) {
            while let answer = try reader.next() {
                tally.latenciesMicros.append(UInt32(clamping: (NIODeadline.now() - sentAt).nanoseconds / 1_000))
                step(after: answer)
            }
        } catch { end(error) }
    }

    func channelInactive(context: ChannelHandlerContext) { end(LoadFailure("the server closed a connection")) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(LoadFailure("\(error)")) }

    private func step(after answer: (status: Int, body: ByteBuffer)?) {
        do throws(LoadFailure) {
            guard let request = try script.next(after: answer) else { return end(nil) }
            sentAt = .now()
            guard sentAt < deadline else { return end(nil) }
            channel?.writeAndFlush(request, promise: nil)
        } catch { end(error) }
    }

    private func end(_ failure: LoadFailure?) {
        guard let promise else { return }
        self.promise = nil
        tally.messageCount = script.doneCount
        if let failure { promise.fail(failure) } else { promise.succeed(tally) }
        channel?.close(promise: nil)
    }
}
