internal import BenchmarkSupport
internal import Glibc

/// Waits for several connections at once and hands on those that something came for. On the thread that calls it.
struct PeerLoop {
    let connections: [PeerConnection]

    /// One turn: sends what waits, then waits up to `timeoutMillis` and calls `received` for each connection that has something new.
    ///
    /// - Returns: whether anything came.
    @discardableResult
    func turn(timeoutMillis: Int, _ received: (_ index: Int) throws -> Void) throws -> Bool {
        for connection in connections where connection.hasOutput { try connection.flush() }
        var polled = connections.map { connection in
            let events = POLLIN | (connection.hasOutput ? POLLOUT : 0)
            return pollfd(fd: connection.descriptor, events: Int16(events), revents: 0)
        }
        guard poll(&polled, nfds_t(polled.count), Int32(timeoutMillis)) > 0 else { return false }
        var cameAny = false
        for index in polled.indices where polled[index].revents & ~Int16(POLLOUT) != 0 {
            guard try connections[index].fill() else { continue }
            cameAny = true
            try received(index)
        }
        return cameAny
    }
}
