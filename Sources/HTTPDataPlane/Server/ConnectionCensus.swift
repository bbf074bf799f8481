internal import NIOCore
internal import Synchronization

/// Counts open connections in all and per address, and says which may come in; thread-safe.
final class ConnectionCensus: Sendable {
    private struct Tally {
        var total = 0
        var byAddress: [String: Int] = [:]
        /// Set while the server stops: resumed when the last connection is gone.
        var drained: EventLoopPromise<Void>?
    }

    private let totalMax: Int
    private let perAddressMax: Int
    /// Every open connection, counted from accept to close; entries of addresses without any are removed.
    private let tally = Mutex(Tally())

    init(limits: HTTPLimits) {
        totalMax = limits.connectionCountMax
        perAddressMax = limits.connectionsPerAddressMax
    }

    /// Counts a connection in; returns why it must be turned away, in which case it is not counted.
    func admit(_ address: String) -> RequestRefusal? {
        tally.withLock { tally in
            guard tally.total < totalMax, tally.drained == nil else { return .tooManyConnections }
            guard tally.byAddress[address, default: 0] < perAddressMax else { return .tooManyConnectionsFromAddress }
            tally.total += 1
            tally.byAddress[address, default: 0] += 1
            return nil
        }
    }

    /// Counts a connection out.
    func release(_ address: String) {
        let drained = tally.withLock { tally -> EventLoopPromise<Void>? in
            tally.total -= 1
            let left = tally.byAddress[address, default: 1] - 1
            tally.byAddress[address] = left > 0 ? left : nil
            guard tally.total == 0 else { return nil }
            return tally.drained
        }
        drained?.succeed()
    }

    /// Admits nobody from now on; the promise is kept when no connection is left.
    func drain(into promise: EventLoopPromise<Void>) {
        let isEmpty = tally.withLock { tally in
            tally.drained = promise
            return tally.total == 0
        }
        if isEmpty { promise.succeed() }
    }
}
