internal import NIOCore

/// Stands before the decoder and tells the connection how many bytes each read brought, after the decoder has seen them.
final class ClientByteObserver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: OutboundConnection

    init(connection: OutboundConnection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let byteCount = unwrapInboundIn(data).readableBytes
        connection.rawReadBegins()
        context.fireChannelRead(data)
        connection.rawReadEnded(byteCount: byteCount)
    }
}
