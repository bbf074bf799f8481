internal import Logging
internal import QueueStore
internal import ServiceLifecycle

/// Logs what the store reports and ends the daemon where the store gave up.
struct StoreWatch: Service {
    private let events: AsyncStream<StoreEvent>
    private let feed: AsyncStream<StoreEvent>.Continuation
    private let logger: Logger

    /// A watch without events.
    init(logger: Logger) {
        self.logger = logger
        (events, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(DaemonLimits.storeEventCountMax))
    }

    /// Takes an event; returns at once. Thread-safe.
    func report(_ event: StoreEvent) { feed.yield(event) }

    /// Logs until the graceful shutdown.
    ///
    /// - Throws: ``DaemonError/storeUnusable(_:)`` where the store gave up: the daemon then ends, because it can store nothing more.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            for await event in events {
                log(event)
                if case .gaveUp(let reason) = event { throw DaemonError.storeUnusable("the store gave up: \(reason)") }
            }
        }
    }

    private func log(_ event: StoreEvent) {
        switch event {
        case .clockBehind(let millis):
            logger.warning("the wall clock is behind the store's last moment", metadata: ["millis": "\(millis)"])
        case .writeFailed(let reason): logger.error("a group could not be written", metadata: ["reason": "\(reason)"])
        case .reopened(let attempt): logger.warning("the store was opened again", metadata: ["attempt": "\(attempt)"])
        case .ballastFreed: logger.critical("the disk is full: the reserve was freed, free some room")
        case .readOnly: logger.critical("the filesystem of the store is read-only")
        case .gaveUp(let reason): logger.critical("the store gave up", metadata: ["reason": "\(reason)"])
        case .readersBehind(let commits):
            logger.warning("a long reader makes the store's file grow", metadata: ["commits": "\(commits)"])
        case .spaceShort(let percent, let free):
            logger.warning(
                "room is getting short", metadata: ["map_used_percent": "\(percent)", "disk_free_bytes": "\(free)"])
        case .rowSetAside(let what): logger.error("a corrupted row was set aside", metadata: ["row": "\(what)"])
        case .scrubbed(let rowCount, let problems):
            for problem in problems {
                logger.error("the store's own check found damage", metadata: ["problem": "\(problem)"])
            }
            logger.info(
                "the store was read whole", metadata: ["rows": "\(rowCount)", "problems": "\(problems.count)"])
        }
    }
}
