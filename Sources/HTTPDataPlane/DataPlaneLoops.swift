public import NIOCore
internal import NIOPosix

/// The event loops of a process, shared by its servers and clients: one thread each, one per core by default.
public final class DataPlaneLoops: Sendable {
    let group: MultiThreadedEventLoopGroup

    /// Starts `count` loops, 1...64.
    public init(count: Int = System.coreCount) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: min(max(count, 1), ServerLimits.eventLoopCountMax))
    }

    /// Ends the threads; call after the servers and clients on them have stopped. A second call does nothing.
    public func shutdown() async {
        try? await group.shutdownGracefully()
    }

    var all: [any EventLoop] { Array(group.makeIterator()) }
}
