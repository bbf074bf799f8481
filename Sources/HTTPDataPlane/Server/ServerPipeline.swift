internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// Sets up accepted connections: census, TLS, decoder limits, connection handler.
struct ServerPipeline: Sendable {
    let contexts: [NIOLoopBound<ServerLoopContext>]
    let census: ConnectionCensus
    let counters: DataPlaneCounters
    let limits: HTTPLimits
    let tls: NIOSSLContext?

    /// Called on the connection's loop.
    func configure(_ channel: any Channel) -> EventLoopFuture<Void> {
        counters.accepted()
        let peer = channel.remoteAddress?.ipAddress ?? "unknown"
        if let refusal = census.admit(peer) { return turnAway(channel, refusal) }
        channel.closeFuture.whenComplete { [census] _ in census.release(peer) }
        guard let bound = contexts.first(where: { $0.eventLoop === channel.eventLoop }) else {
            return channel.close()
        }
        return channel.eventLoop.makeCompletedFuture {
            try Self.addHandlers(to: channel.pipeline.syncOperations, shared: bound.value, peer: peer, tls: tls)
        }
    }

    /// The handlers of one connection; tests use the same on an embedded channel.
    static func addHandlers(
        to pipeline: ChannelPipeline.SynchronousOperations, shared: ServerLoopContext, peer: String, tls: NIOSSLContext?
    ) throws {
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        let connection = ServerConnectionHandler(shared: shared, peerAddress: peer, isSecure: tls != nil)
        let decoder = HTTPRequestDecoder(
            leftOverBytesStrategy: .dropBytes, limitConfiguration: decoderLimits(shared.limits))
        try pipeline.addHandlers([RawByteObserver(connection: connection), ByteToMessageHandler(decoder), connection])
    }

    /// The decoder counts the target among the header bytes, and knows one bound for target and fields; the exact bounds are
    /// checked on the complete head.
    private static func decoderLimits(_ limits: HTTPLimits) -> NIOHTTPDecoderLimitConfiguration {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = max(limits.headerByteCountMax, limits.requestLineByteCountMax)
        configuration.maxHeaderListSize = limits.headerByteCountMax + limits.requestLineByteCountMax
        configuration.maxHeaderFieldCount = limits.headerFieldCountMax
        return configuration
    }

    /// Answers 503 and closes; over TLS it only closes, since an answer would cost the handshake it is meant to save.
    private func turnAway(_ channel: any Channel, _ refusal: RequestRefusal) -> EventLoopFuture<Void> {
        counters.refused(refusal)
        guard tls == nil else { return channel.close() }
        var buffer = ByteBuffer()
        let answer = DataPlaneResponse.failure(status: refusal.status ?? 503, message: refusal.message(limits))
        _ = ResponseWriter.append(answer, isHead: false, closes: true, to: &buffer)
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(TurnAwayHandler(answer: buffer))
        }
    }
}
