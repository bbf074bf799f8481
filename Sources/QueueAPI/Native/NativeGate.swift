internal import Synchronization

/// Counts requests between arrival and answer and keeps their number and bytes under a bound. Thread-safe.
final class NativeGate: Sendable {
    private struct Contents {
        var count = 0
        var byteCount = 0
    }

    private let countMax: Int
    private let byteCountMax: Int
    private let contents = Mutex(Contents())

    init(countMax: Int, byteCountMax: Int) {
        self.countMax = countMax
        self.byteCountMax = byteCountMax
    }

    /// Requests under way.
    var count: Int { contents.withLock { $0.count } }

    /// Lets a request in, unless a bound is reached; it is under way as long as the permit lives.
    func enter(byteCount: Int) -> NativePermit? {
        let isIn = contents.withLock { contents in
            guard contents.count < countMax, contents.byteCount + byteCount <= byteCountMax else { return false }
            contents.count += 1
            contents.byteCount += byteCount
            return true
        }
        return isIn ? NativePermit(self, byteCount: byteCount) : nil
    }

    fileprivate func leave(byteCount: Int) {
        contents.withLock { contents in
            contents.count -= 1
            contents.byteCount -= byteCount
        }
    }
}

/// A request's place among those under way; given up with the last reference.
final class NativePermit: Sendable {
    private let gate: NativeGate
    private let byteCount: Int

    fileprivate init(_ gate: NativeGate, byteCount: Int) {
        self.gate = gate
        self.byteCount = byteCount
    }

    deinit { gate.leave(byteCount: byteCount) }
}
