internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import NIOTLS

/// One client connection: carries one request at a time and does what its state machine decides.
///
/// Confined to its event loop.
final class OutboundConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    let key: OutboundKey
    let peerAddress: String
    let channel: any Channel
    let openedAt: NIODeadline
    var idleSince: NIODeadline
    /// True while this connection counts among the pool's.
    var holdsSlot = false
    private(set) var useCount = 0
    private let pool: OutboundPool
    private var machine: AnswerStateMachine
    private var attempt: OutboundAttempt?
    private var answer: (head: HTTPResponseHead, body: [UInt8])?
    private var isRequestWritten = false
    private var requestWrittenAt: NIODeadline
    /// True while a read is decoded that found no request under way: the server speaks without being asked.
    private var isUnasked = false
    /// The name the certificate must be for; nil when the endpoint is known by address, which the library checks.
    private var expectedName: String?
    /// Waits for the TLS handshake.
    private var onHandshake: ((OutboundFailure?) -> Void)?

    init(key: OutboundKey, peerAddress: String, channel: any Channel, pool: OutboundPool) {
        self.key = key
        self.peerAddress = peerAddress
        self.channel = channel
        self.pool = pool
        let now = channel.eventLoop.now
        openedAt = now
        idleSince = now
        requestWrittenAt = now
        machine = AnswerStateMachine(limits: pool.settings.limits)
    }

    /// Adds this connection and its codec to the channel; with TLS the callback comes after the handshake.
    func install(
        tls: NIOSSLClientHandler?, expectedName: String?, _ onReady: @escaping (OutboundFailure?) -> Void
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        var encoding = HTTPRequestEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        let decoder = HTTPResponseDecoder(
            leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .forward,
            limitConfiguration: decoderLimits)
        self.expectedName = expectedName
        if tls != nil { onHandshake = onReady }
        try pipeline.addHandlers([
            ClientByteObserver(connection: self), HTTPRequestEncoder(configuration: encoding),
            ByteToMessageHandler(decoder), self,
        ])
        if let tls { try pipeline.addHandler(tls, position: .first) } else { onReady(nil) }
    }

    private var decoderLimits: NIOHTTPDecoderLimitConfiguration {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = pool.settings.limits.answerHeadByteCountMax
        configuration.maxHeaderListSize = pool.settings.limits.answerHeadByteCountMax
        configuration.maxHeaderFieldCount = pool.settings.limits.answerFieldCountMax
        return configuration
    }

    // MARK: - Sending

    /// True after the first request.
    var isReused: Bool { useCount > 1 }

    func send(_ attempt: OutboundAttempt) {
        self.attempt = attempt
        attempt.connection = self
        useCount += 1
        isRequestWritten = false
        answer = nil
        machine.started()
        requestWrittenAt = channel.eventLoop.now
        write(attempt.request)
    }

    private func write(_ request: OutboundRequest) {
        var headers = HTTPHeaders([("Host", request.url.hostHeader)])
        for (name, value) in request.headers.storage { headers.add(name: name, value: value) }
        let hasLength = request.headers.occurrences(of: "content-length") > 0
        if !hasLength { headers.add(name: "Content-Length", value: String(request.body.count)) }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: request.url.target, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !request.body.isEmpty {
            let body = IOData.byteBuffer(ByteBuffer(bytes: request.body))
            channel.write(HTTPClientRequestPart.body(body), promise: nil)
        }
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { self.isRequestWritten = true }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: written)
    }

    /// The attempt is over for other reasons: whatever still comes is not for it.
    func abandon() {
        attempt = nil
        close()
    }

    func close() {
        channel.close(promise: nil)
    }

    // MARK: - Receiving

    func rawReadBegins() {
        isUnasked = machine.phase == .idle
        guard machine.readBegins() else { return }
        attempt?.timings.firstByteMicros = OutboundAttempt.micros(from: requestWrittenAt, to: channel.eventLoop.now)
    }

    func rawReadEnded(byteCount: Int) {
        guard isUnasked || machine.phase != .idle else { return }
        perform(machine.received(byteCount: byteCount))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            perform(machine.received(AnswerStateMachine.Head(head)))
            answer = (head, [])
        case .body(let bytes):
            perform(machine.receivedBody(byteCount: bytes.readableBytes))
            if attempt != nil { answer?.body.append(contentsOf: bytes.readableBytesView) }
        case .end:
            perform(machine.receivedEnd())
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { handshakeEnded(hasRightName ? nil : .tlsName) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if onHandshake != nil {
            let failure = OutboundFailure(handshakeError: error, certificateHasExpired: peerCertificateHasExpired)
            handshakeEnded(failure)
        } else if case NIOSSLError.uncleanShutdown = error {
            // The end follows; what it means depends on how far the answer came.
        } else {
            broke(OutboundFailure(connectionError: error))
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        handshakeEnded(.tlsProtocol)
        broke(.reset)
        pool.closed(self)
        context.fireChannelInactive()
    }

    private func broke(_ failure: OutboundFailure) {
        perform(machine.broke(failure))
    }

    private func handshakeEnded(_ failure: OutboundFailure?) {
        guard let callback = onHandshake else { return }
        onHandshake = nil
        callback(failure)
    }

    private var peerCertificate: NIOSSLCertificate? {
        try? channel.pipeline.syncOperations.nioSSL_peerCertificate()
    }

    private var peerCertificateHasExpired: Bool {
        peerCertificate.map { $0.notValidAfter < time(nil) } ?? false
    }

    private var hasRightName: Bool {
        guard let expectedName else { return true }
        return peerCertificate.map { CertificateName.covers($0, host: expectedName) } ?? false
    }

    private func perform(_ action: AnswerStateMachine.Action) {
        switch action {
        case .proceed: return
        case .close: close()
        case .complete(let isReusable): complete(isReusable: isReusable && isRequestWritten)
        case .brokeBeforeAnswer:
            close()
            if let attempt = takeAttempt() { pool.brokeBeforeAnswer(attempt, wasReused: isReused) }
        case .fail(let failure):
            close()
            if let attempt = takeAttempt() { pool.fail(attempt, failure) }
        }
    }

    private func complete(isReusable: Bool) {
        guard let attempt = takeAttempt(), let (head, body) = answer else { return close() }
        answer = nil
        pool.succeed(attempt, on: self, status: Int(head.status.code), headers: HTTPFields(head.headers), body: body)
        pool.returned(self, isReusable: isReusable)
    }

    private func takeAttempt() -> OutboundAttempt? {
        defer { attempt = nil }
        attempt?.connection = nil
        return attempt
    }
}
