internal import Synchronization

/// Repeats that were answered and are still to be counted in their orders' rows. While one set of them is on its way to the disk the next gathers.
/// Thread-safe.
final class RepeatCounts: Sendable {
    private struct Contents {
        var waiting: [String: UInt32] = [:]
        /// Whether somebody writes: then what comes is taken along.
        var isWriting = false
    }

    private let contents = Mutex(Contents())

    /// Whether the repeats of one more batch may be answered before they are counted.
    var hasRoom: Bool { contents.withLock { $0.waiting.count < NoticeIngestLimits.uncountedRepeatCountMax } }

    /// Adds one repeat each; true where the caller has to write, since nobody does.
    func add(_ transactionIDs: [String]) -> Bool {
        contents.withLock { contents in
            for transactionID in transactionIDs { contents.waiting[transactionID, default: 0] &+= 1 }
            guard !contents.isWriting else { return false }
            contents.isWriting = true
            return true
        }
    }

    /// What is to be written now, so many orders at most; nil where nothing is left and the caller's part ends.
    func take(orderCountMax: Int) -> [String: UInt32]? {
        contents.withLock { contents in
            guard !contents.waiting.isEmpty else {
                contents.isWriting = false
                return nil
            }
            if contents.waiting.count <= orderCountMax {
                defer { contents.waiting = [:] }
                return contents.waiting
            }
            var taken: [String: UInt32] = [:]
            for (transactionID, count) in contents.waiting.prefix(orderCountMax) { taken[transactionID] = count }
            for transactionID in taken.keys { contents.waiting[transactionID] = nil }
            return taken
        }
    }
}
