internal import NIOCore
internal import NIOHTTP1

/// What the connections of one event loop share: the batch being collected, the mailbox, the list of who is there.
///
/// Confined to its loop.
final class ServerLoopContext {
    let loop: any EventLoop
    let mailbox: LoopMailbox<AnsweredExchange>
    let streamMailbox: LoopMailbox<StreamEvent>
    let executor: LoopTaskExecutor
    let limits: HTTPLimits
    let counters: DataPlaneCounters
    let census: ConnectionCensus
    let bodies: BodyBudget
    private let handler: any DataPlaneHandler
    /// The same, where it takes bodies in parts.
    private let streamingHandler: (any StreamingDataPlaneHandler)?
    /// Requests completed in this turn; at most `batchRequestCountMax`.
    private var batch: [DataPlaneExchange] = []
    private var connections: [ObjectIdentifier: ServerConnectionHandler] = [:]
    private(set) var isStopping = false

    init(
        loop: any EventLoop, limits: HTTPLimits, counters: DataPlaneCounters, census: ConnectionCensus,
        bodies: BodyBudget, handler: any DataPlaneHandler
    ) {
        self.loop = loop
        self.limits = limits
        self.counters = counters
        self.census = census
        self.bodies = bodies
        self.handler = handler
        streamingHandler = handler as? any StreamingDataPlaneHandler
        executor = LoopTaskExecutor(loop: loop)
        mailbox = LoopMailbox(loop: loop) { AnsweredExchange.deliver($0) }
        streamMailbox = LoopMailbox(loop: loop) { StreamEvent.deliver($0) }
    }

    /// Who takes the body of a request in parts; nil where it is handed over whole.
    func streaming(_ head: HTTPRequestHead) -> (any StreamingDataPlaneHandler)? {
        guard let streamingHandler else { return nil }
        return streamingHandler.streamsBody(method: head.method.rawValue, target: head.uri) ? streamingHandler : nil
    }

    /// Adds a request to the batch of this turn; the loop runs tasks after all connections that were ready have been read.
    func submit(_ exchange: DataPlaneExchange) {
        batch.append(exchange)
        if batch.count >= limits.batchRequestCountMax {
            handOver()
        } else if batch.count == 1 {
            loop.assumeIsolated().execute { self.handOver() }
        }
    }

    func joined(_ connection: ServerConnectionHandler) {
        connections[ObjectIdentifier(connection)] = connection
        counters.opened()
    }

    func left(_ connection: ServerConnectionHandler) {
        if connections.removeValue(forKey: ObjectIdentifier(connection)) != nil { counters.closed() }
    }

    /// No connection takes another request; idle ones close.
    func beginStopping() {
        isStopping = true
        for connection in Array(connections.values) { connection.finish() }
    }

    /// Nothing posted or enqueued from now on reaches the loop, which may end.
    func closeMailboxes() {
        mailbox.close()
        streamMailbox.close()
        executor.close()
    }

    /// Closes what is still open.
    func closeAll() {
        for connection in Array(connections.values) { connection.closeNow() }
    }

    private func handOver() {
        guard !batch.isEmpty else { return }
        let full = batch
        batch = []
        counters.delivered(full.count)
        handler.handle(full)
    }
}
