internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// An HTTP/1.1 listener of the data plane: keep-alive, pipelining, limits, batches.
///
/// One `start`, one `stop`; thread-safe. It owns its connections but not the event loops it was given.
public final class DataPlaneServer: Sendable {
    private enum State {
        /// Can go to: `starting`, `stopped`.
        case fresh
        /// Can go to: `running`, `stopped`.
        case starting
        /// Can go to: `stopped`.
        case running(any Channel, [NIOLoopBound<ServerLoopContext>])
        case stopped
    }

    private let settings: DataPlaneServerSettings
    private let loops: DataPlaneLoops
    private let handler: any DataPlaneHandler
    private let counters: DataPlaneCounters
    private let census: ConnectionCensus
    private let bodies: BodyBudget
    private let state = Mutex(State.fresh)

    /// A server that does not listen yet.
    public init(
        settings: DataPlaneServerSettings, loops: DataPlaneLoops, handler: any DataPlaneHandler,
        counters: DataPlaneCounters = DataPlaneCounters()
    ) {
        self.settings = settings
        self.loops = loops
        self.handler = handler
        self.counters = counters
        census = ConnectionCensus(limits: settings.limits)
        bodies = BodyBudget(
            byteCountMax: max(settings.limits.unfinishedBodyByteCountMax, settings.limits.bodyByteCountMax))
    }

    /// Listens; requests may arrive before this returns.
    /// - Throws: ``DataPlaneError``, naming address or file.
    public func start() async throws(DataPlaneError) -> DataPlaneAddress {
        try beginStart()
        do throws(DataPlaneError) {
            return try await listen()
        } catch {
            state.withLock { $0 = .stopped }
            throw error
        }
    }

    /// Stops accepting, lets requests under way finish for at most `graceSeconds`, then closes what is left.
    ///
    /// Answers given in that time are written; idle connections close at once. A second call does nothing.
    public func stop(graceSeconds: Int) async {
        let before = state.withLock { state in
            let before = state
            state = .stopped
            return before
        }
        guard case .running(let channel, let contexts) = before else { return }
        let loop = channel.eventLoop
        try? await channel.close()
        let drained = loop.makePromise(of: Void.self)
        census.drain(into: drained)
        for context in contexts { context.eventLoop.execute { context.value.beginStopping() } }
        let grace = loop.scheduleTask(in: .seconds(Int64(max(graceSeconds, 0)))) {
            for context in contexts { context.eventLoop.execute { context.value.closeAll() } }
        }
        try? await drained.futureResult.get()
        grace.cancel()
        for context in contexts { try? await context.eventLoop.submit { context.value.closeMailboxes() }.get() }
    }

    private func beginStart() throws(DataPlaneError) {
        if let fault = settings.limits.fault { throw .limit(fault) }
        guard (0...65_535).contains(settings.port) else { throw .portOutOfRange(settings.port) }
        let isFirst = state.withLock { state in
            guard case .fresh = state else { return false }
            state = .starting
            return true
        }
        guard isFirst else { throw .alreadyStarted }
    }

    private func listen() async throws(DataPlaneError) -> DataPlaneAddress {
        let tls = try settings.tls.map { (files) throws(DataPlaneError) in try ServerTLS.context(files) }
        let contexts = await makeContexts()
        let pipeline = ServerPipeline(
            contexts: contexts, census: census, counters: counters, limits: settings.limits, tls: tls)
        let channel = try await bind(pipeline)
        let isRunning = state.withLock { state in
            guard case .starting = state else { return false }
            state = .running(channel, contexts)
            return true
        }
        guard isRunning, let address = channel.localAddress, let port = address.port else {
            try? await channel.close()
            throw .alreadyStarted
        }
        return DataPlaneAddress(host: address.ipAddress ?? settings.host, port: port)
    }

    private func makeContexts() async -> [NIOLoopBound<ServerLoopContext>] {
        var contexts: [NIOLoopBound<ServerLoopContext>] = []
        for loop in loops.all {
            let made = try? await loop.submit { [settings, counters, census, bodies, handler] in
                let context = ServerLoopContext(
                    loop: loop, limits: settings.limits, counters: counters, census: census, bodies: bodies,
                    handler: handler)
                return NIOLoopBound(context, eventLoop: loop)
            }.get()
            if let made { contexts.append(made) }
        }
        return contexts
    }

    private func bind(_ pipeline: ServerPipeline) async throws(DataPlaneError) -> any Channel {
        do {
            return try await ServerBootstrap(group: loops.group)
                .serverChannelOption(.backlog, value: ServerLimits.listenBacklogCount)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.maxMessagesPerRead, value: 1)
                .childChannelInitializer { channel in pipeline.configure(channel) }
                .bind(host: settings.host, port: settings.port)
                .get()
        } catch {
            throw DataPlaneError(bindError: error, host: settings.host, port: settings.port)
        }
    }
}
