internal import NIOCore

/// Stands before the decoder and tells the connection how many bytes each read brought, after the decoder has seen them.
///
/// The codec does not say that a head is half read; bytes that completed nothing do.
final class RawByteObserver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: ServerConnectionHandler

    init(connection: ServerConnectionHandler) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let byteCount = unwrapInboundIn(data).readableBytes
        connection.rawReadBegins()
        context.fireChannelRead(data)
        connection.rawReadEnded(byteCount: byteCount)
    }
}
