import NIOCore
import NIOPosix
import Synchronization

/// Writes bytes as they are and looks at what comes back while it comes.
final class StreamClient: Sendable {
    private struct State {
        var text = ""
        var isClosed = false
        var waiters: [(isThere: @Sendable (String) -> Bool, continuation: CheckedContinuation<String, Never>)] = []
    }

    private final class Transcript: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let state = Mutex(State())

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            change { $0.text += text }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func channelInactive(context: ChannelHandlerContext) { change { $0.isClosed = true } }

        private func change(_ body: (inout State) -> Void) {
            let (text, ready) = state.withLock { state in
                body(&state)
                let ready = state.waiters.filter { state.isClosed || $0.isThere(state.text) }
                state.waiters.removeAll { state.isClosed || $0.isThere(state.text) }
                return (state.text, ready)
            }
            for waiter in ready { waiter.continuation.resume(returning: text) }
        }

        func until(_ isThere: @escaping @Sendable (String) -> Bool) async -> String {
            await withCheckedContinuation { continuation in
                let text = state.withLock { state -> String? in
                    if state.isClosed || isThere(state.text) { return state.text }
                    state.waiters.append((isThere, continuation))
                    return nil
                }
                if let text { continuation.resume(returning: text) }
            }
        }
    }

    private let channel: any Channel
    private let transcript: Transcript

    private init(_ channel: any Channel, _ transcript: Transcript) {
        self.channel = channel
        self.transcript = transcript
    }

    static func connect(port: Int) async throws -> StreamClient {
        let transcript = Transcript()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(transcript) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return StreamClient(channel, transcript)
    }

    func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)).get() }

    /// Sends a body's bytes as one chunk.
    func chunk(_ text: String) async throws { try await send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n") }

    /// Everything that came, once `mark` has come or the server has closed.
    func until(_ mark: String) async -> String { await transcript.until { $0.contains(mark) } }

    /// Everything that came, once the server has closed.
    func untilClosed() async -> String { await transcript.until { _ in false } }

    /// Takes no more bytes, or takes them again.
    func takes(_ takesBytes: Bool) async throws {
        try await channel.setOption(.autoRead, value: takesBytes).get()
    }

    func close() async throws { try await channel.close().get() }
}
