import NIOCore
import NIOPosix
import Synchronization

/// A server that answers with prepared bytes: one script per connection, one step per request head it sees.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        case answer(String)
        case answerAndClose(String)
        case closeWithoutAnswer
        case silence
    }

    let port: Int
    private let channel: any Channel
    private let log: RequestLog

    private final class Player: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private var steps: [Step]
        private var text = ""
        private let onRequest: (String) -> Void

        init(steps: [Step], onRequest: @escaping (String) -> Void) {
            self.steps = steps
            self.onRequest = onRequest
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            guard text.contains("\r\n\r\n") else { return }
            onRequest(text)
            text = ""
            switch steps.isEmpty ? .silence : steps.removeFirst() {
            case .answer(let bytes):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: bytes)), promise: nil)
            case .answerAndClose(let bytes):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: bytes)), promise: nil)
                context.close(promise: nil)
            case .closeWithoutAnswer: context.close(promise: nil)
            case .silence: break
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    /// The first connection plays the first script, further ones the next, the last script repeats.
    static func start(_ scripts: [[Step]]) async throws -> ScriptedServer {
        let log = RequestLog()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                let number = log.nextConnection()
                return channel.eventLoop.makeCompletedFuture {
                    let player = Player(steps: scripts[min(number, scripts.count - 1)]) { log.append($0) }
                    try channel.pipeline.syncOperations.addHandler(player)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedServer(channel: channel, log: log)
    }

    private init(channel: any Channel, log: RequestLog) {
        self.channel = channel
        self.log = log
        port = channel.localAddress?.port ?? 0
    }

    var requests: [String] { log.requests }
    var connectionCount: Int { log.connectionCount }

    func stop() async throws {
        try await channel.close().get()
    }
}

/// What a scripted server saw; thread-safe.
final class RequestLog: Sendable {
    private let state = Mutex<(requests: [String], connectionCount: Int)>(([], 0))

    func nextConnection() -> Int {
        state.withLock { state in
            state.connectionCount += 1
            return state.connectionCount - 1
        }
    }

    func append(_ request: String) {
        state.withLock { $0.requests.append(request) }
    }

    var requests: [String] { state.withLock { $0.requests } }
    var connectionCount: Int { state.withLock { $0.connectionCount } }
}
