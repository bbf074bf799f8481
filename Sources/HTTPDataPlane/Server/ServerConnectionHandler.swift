internal import NIOCore
internal import NIOHTTP1

/// One server connection: collects requests, keeps answers in order, does what its state machine decides.
///
/// Confined to its event loop. Reads stop while enough requests are under way or the peer takes no bytes.
final class ServerConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let shared: ServerLoopContext
    let peerAddress: String
    let isSecure: Bool
    /// Tells the exchanges of this connection when it ends.
    let client = ClientPresence()
    var machine: ServerConnectionStateMachine
    var answers = AnswerQueue()
    var context: ChannelHandlerContext?
    /// The body of a request that was handed over at its head.
    var streamed: StreamedBody?
    private var pending: (head: HTTPRequestHead, body: ByteBuffer)?
    /// Bytes of ``pending`` that the listener's budget counts.
    private var budgetedByteCount = 0
    private var madeProgress = false
    private var isReadHeld = false
    /// The one timer; it looks again when it fires, so that a moving deadline costs nothing per request.
    private var timer: (at: NIODeadline, task: Scheduled<Void>)?
    private var lastBufferedByteCount = 0
    /// Set once a refusal is written or waits for its turn.
    var isRefusing = false

    init(shared: ServerLoopContext, peerAddress: String, isSecure: Bool) {
        self.shared = shared
        self.peerAddress = peerAddress
        self.isSecure = isSecure
        machine = ServerConnectionStateMachine(limits: shared.limits, now: shared.loop.now)
    }

    // MARK: - Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        shared.joined(self)
        armTimer()
        if shared.isStopping { finish() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        guard context != nil else { return }
        context = nil
        timer?.task.cancel()
        timer = nil
        dropBody()
        streamed?.body.fail(.clientGone)
        streamed = nil
        machine.closed()
        answers.removeAll()
        shared.left(self)
        client.leave()
    }

    // MARK: - Reading

    func rawReadBegins() {
        madeProgress = false
    }

    func rawReadEnded(byteCount: Int) {
        guard !madeProgress, byteCount > 0 else { return }
        perform(machine.receivedPartialHead(byteCount: byteCount, now: shared.loop.now))
        armTimer()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        madeProgress = true
        switch unwrapInboundIn(data) {
        case .head(let head): received(head)
        case .body(let bytes): received(bytes)
        case .end: receivedEnd()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        armTimer()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if machine.mayRead {
            context.read()
        } else {
            isReadHeld = true
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let reason = RequestRefusal(decoderError: error) else {
            context.close(promise: nil)
            return
        }
        perform(machine.receivedGarbage(reason))
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        machine.writability(isWritable: context.channel.isWritable, now: shared.loop.now)
        lastBufferedByteCount = bufferedByteCount
        armTimer()
        resumeReading()
        if context.channel.isWritable { answers.first?.stream?.release() }
        context.fireChannelWritabilityChanged()
    }

    private func received(_ head: HTTPRequestHead) {
        let streaming = shared.streaming(head)
        let action = machine.receivedHead(RequestHeadFacts(head), isStreamed: streaming != nil, now: shared.loop.now)
        perform(action)
        guard action == .proceed || action == .proceedWithContinue else { return }
        if let streaming {
            beginStream(head, isLast: Self.isLast(head), to: streaming)
        } else {
            pending = (head, ByteBuffer())
        }
    }

    private func received(_ bytes: ByteBuffer) {
        if let streamed { return received(bytes, for: streamed) }
        let action = machine.receivedBody(byteCount: bytes.readableBytes)
        perform(action)
        guard action == .proceed else { return dropBody() }
        guard shared.bodies.take(bytes.readableBytes) else {
            dropBody()
            return perform(machine.bodyOverflowed())
        }
        budgetedByteCount += bytes.readableBytes
        if pending?.body.readableBytes == 0 {
            pending?.body = bytes
        } else {
            pending?.body.writeImmutableBuffer(bytes)
        }
    }

    /// Forgets what was read of a body.
    private func dropBody() {
        pending = nil
        shared.bodies.give(budgetedByteCount)
        budgetedByteCount = 0
    }

    /// The codec stops decoding behind a request for an upgrade, so nothing can follow it.
    private static func isLast(_ head: HTTPRequestHead) -> Bool {
        !head.isKeepAlive || head.headers.contains(name: "upgrade")
    }

    private func receivedEnd() {
        if let streamed { return receivedEnd(of: streamed) }
        guard let (head, body) = pending, let context else { return }
        dropBody()
        let isLast = Self.isLast(head)
        guard machine.receivedEnd(isLast: isLast) == .proceed else { return }
        let sequence = answers.reserve(
            isHead: head.method == .HEAD, closesAfter: isLast, isOld: head.version == .http1_0)
        let request = DataPlaneRequest(
            method: head.method.rawValue, target: head.uri, headers: HTTPFields(head.headers), body: body,
            peerAddress: peerAddress, isSecure: isSecure)
        shared.submit(DataPlaneExchange(request: request, sink: mailboxSink(sequence, context), client: client))
    }

    func mailboxSink(_ sequence: UInt64, _ context: ChannelHandlerContext) -> MailboxSink {
        MailboxSink(
            mailbox: shared.mailbox, streams: shared.streamMailbox,
            connection: NIOLoopBound(self, eventLoop: context.eventLoop), sequence: sequence,
            executor: shared.executor)
    }

    func resumeReading() {
        guard isReadHeld, machine.mayRead, let context else { return }
        isReadHeld = false
        context.read()
    }

    // MARK: - Actions and time

    func perform(_ action: ServerConnectionStateMachine.Action) {
        switch action {
        case .proceed, .ignore: break
        case .proceedWithContinue: writeContinue()
        case .refuse(let reason): refuse(reason)
        case .breakStream(let reason): breakStream(reason)
        case .close(let reason):
            shared.counters.refused(reason)
            closeNow()
        }
    }

    func armTimer() {
        guard context != nil, let deadline = machine.deadline else { return }
        if let timer, timer.at <= deadline { return }
        timer?.task.cancel()
        let task = shared.loop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired() }
        timer = (deadline, task)
    }

    private func timerFired() {
        timer = nil
        let now = shared.loop.now
        if tookBytesSinceLastLook() { machine.writability(isWritable: false, now: now) }
        perform(machine.timeout(now: now))
        armTimer()
    }

    /// A slow peer that takes some bytes is not stalled.
    private func tookBytesSinceLastLook() -> Bool {
        guard let context, !context.channel.isWritable else { return false }
        let now = bufferedByteCount
        defer { lastBufferedByteCount = now }
        return now < lastBufferedByteCount
    }

    private var bufferedByteCount: Int {
        (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
