internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// An HTTP/1.1 client that connects only where its policy allows, with pooled connections and hard bounds; thread-safe.
///
/// Used for merchant push: no redirects, no cookies, no decompression. The endpoint's loop does all the work; a call
/// costs one hop there and one back, shared with the calls that come at the same time.
public final class OutboundClient: Sendable {
    /// What runs on one loop.
    private struct Lane: Sendable {
        let loop: any EventLoop
        let pool: NIOLoopBoundBox<OutboundPool>
        let mailbox: LoopMailbox<OutboundMessage>
    }

    private let settings: OutboundSettings
    private let threads: NIOThreadPool
    private let lanes: [Lane]
    private let isShutDown = Atomic<Bool>(false)

    /// A client on the given loops; it opens nothing before the first request.
    public init(settings: OutboundSettings, loops: DataPlaneLoops, resolver: any NameResolver = SystemResolver()) {
        let threads = NIOThreadPool(numberOfThreads: OutboundLimits.resolverThreadCount)
        threads.start()
        let tls = ClientTLS.context(trustedRootsPath: settings.trustedRootsPath)
        let all = loops.all
        self.settings = settings
        self.threads = threads
        lanes = all.map { loop in
            let pool = OutboundPool(
                loop: loop, loopCount: all.count, settings: settings, threads: threads, resolver: resolver, tls: tls)
            let box = NIOLoopBoundBox.makeBoxSendingValue(pool, eventLoop: loop)
            let mailbox = LoopMailbox<OutboundMessage>(loop: loop) { batch in
                for message in batch { box.value.receive(message) }
            }
            return Lane(loop: loop, pool: box, mailbox: mailbox)
        }
    }

    deinit {
        guard !isShutDown.load(ordering: .acquiring) else { return }
        for lane in lanes { lane.loop.execute { [pool = lane.pool] in pool.value.shutDown() } }
        threads.shutdownGracefully { _ in }
    }

    /// Sends one request and returns the whole answer, whatever its status.
    ///
    /// Cancelling the task ends the attempt as `senderError(.cancelled)`.
    /// - Throws: ``OutboundFailure``.
    public func send(_ request: OutboundRequest) async throws(OutboundFailure) -> OutboundResponse {
        if let fault = request.fault(settings) { throw fault }
        let lane = lane(for: OutboundKey(request.url))
        let ticket = OutboundTicket()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let submission = OutboundSubmission(request: request, ticket: ticket, continuation: continuation)
                let isTaken = lane.mailbox.post(.submit(submission))
                if !isTaken { continuation.resume(returning: .failure(.senderError(.shutDown))) }
            }
        } onCancel: {
            ticket.cancel()
            lane.mailbox.post(.cancel(ticket))
        }
        return try outcome.get()
    }

    /// Fails what is under way and closes all connections; call before the loops end. Later requests fail.
    ///
    /// Waits for name lookups under way, which take as long as the system's resolver lets them.
    public func shutdown() async {
        guard !isShutDown.exchange(true, ordering: .acquiringAndReleasing) else { return }
        for lane in lanes {
            lane.mailbox.close()
            try? await lane.loop.submit { lane.pool.value.shutDown() }.get()
        }
        try? await threads.shutdownGracefully()
    }

    private func lane(for key: OutboundKey) -> Lane {
        lanes[Int(UInt(bitPattern: key.hashValue) % UInt(lanes.count))]
    }
}
