import NIOCore
import NIOEmbedded

@testable import HTTPDataPlane

/// One server connection on an embedded channel, whose clock the test moves.
final class EmbeddedConnection {
    let channel = EmbeddedChannel()
    let counters = DataPlaneCounters()
    let shared: ServerLoopContext
    private(set) var text = ""

    init(
        _ handler: any DataPlaneHandler, limits: HTTPLimits = HTTPLimits(),
        bodies: BodyBudget = BodyBudget(byteCountMax: .max)
    ) throws {
        shared = ServerLoopContext(
            loop: channel.embeddedEventLoop, limits: limits, counters: counters,
            census: ConnectionCensus(limits: limits), bodies: bodies, handler: handler)
        try ServerPipeline.addHandlers(
            to: channel.pipeline.syncOperations, shared: shared, peer: "192.0.2.7", tls: nil)
        channel.connect(to: try SocketAddress(ipAddress: "192.0.2.7", port: 1), promise: nil)
    }

    func receive(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
        channel.embeddedEventLoop.run()
        try collect()
    }

    func advance(seconds: Int64) throws {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
        try collect()
    }

    /// From now on the peer takes nothing.
    func stopTakingBytes() {
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
    }

    var isOpen: Bool { channel.isActive }

    private func collect() throws {
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
    }
}
