import NIOCore
import NIOPosix

/// Writes bytes as they are and collects whatever comes back until the other side closes.
final class RawClient: Sendable {
    private let channel: any Channel
    private let everything: EventLoopFuture<String>

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private var text = ""
        private let done: EventLoopPromise<String>

        init(done: EventLoopPromise<String>) {
            self.done = done
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            done.succeed(text)
        }
    }

    private init(channel: any Channel, everything: EventLoopFuture<String>) {
        self.channel = channel
        self.everything = everything
    }

    static func connect(port: Int) async throws -> RawClient {
        let group = MultiThreadedEventLoopGroup.singleton
        let loop = group.next()
        let done = loop.makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(done: done))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawClient(channel: channel, everything: done.futureResult)
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    /// Everything the server sent, once it has closed.
    func untilClosed() async throws -> String {
        try await everything.get()
    }

    func close() async throws {
        try await channel.close().get()
    }

    /// Connects, writes, and reads until the server closes.
    static func exchange(port: Int, _ text: String) async throws -> String {
        let client = try await connect(port: port)
        try await client.send(text)
        return try await client.untilClosed()
    }
}
