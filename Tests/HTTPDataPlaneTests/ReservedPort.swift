import NIOCore
import NIOPosix

/// A loopback port that is taken but not listened on, so that connecting to it is refused for as long as this lives.
///
/// A datagram socket would not reserve it for TCP; a client connection's own end does.
final class ReservedPort {
    let port: Int
    private let server: ScriptedServer
    private let channel: any Channel

    private init(server: ScriptedServer, channel: any Channel) {
        self.server = server
        self.channel = channel
        port = channel.localAddress?.port ?? 0
    }

    static func take() async throws -> ReservedPort {
        let server = try await ScriptedServer.start([[.silence]])
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: server.port).get()
        return ReservedPort(server: server, channel: channel)
    }

    func giveBack() async throws {
        try await channel.close().get()
        try await server.stop()
    }
}
