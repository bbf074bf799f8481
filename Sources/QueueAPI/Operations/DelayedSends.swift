internal import MessageModel
internal import Synchronization

/// Keeps sends with a delay within the cap of their queue, also while several are on their way to the disk at once. Thread-safe.
final class DelayedSends: Sendable {
    private struct Contents {
        /// Messages between the look at the queue's figures and the end of their commit.
        var underWay: [QueueID: UInt64] = [:]
        /// Keys of sends that were stored, the oldest replaced first.
        var known: Set<IdempotencyKey> = []
        var ring: [IdempotencyKey] = []
        var next = 0
    }

    private let contents = Mutex(Contents())

    /// Notes that messages are on their way; returns how many are in all. Give them back with ``leave(_:count:)``.
    func enter(_ queue: QueueID, count: UInt64) -> UInt64 {
        contents.withLock { contents in
            contents.underWay[queue, default: 0] += count
            return contents.underWay[queue] ?? count
        }
    }

    /// The messages are on the disk, or will never be.
    func leave(_ queue: QueueID, count: UInt64) {
        contents.withLock { contents in
            let rest = (contents.underWay[queue] ?? 0) - count
            contents.underWay[queue] = rest == 0 ? nil : rest
        }
    }

    /// Whether a send under this key was stored lately: then its repeat adds nothing, and the cap is no reason to refuse it.
    func knows(_ key: IdempotencyKey?) -> Bool {
        guard let key else { return false }
        return contents.withLock { $0.known.contains(key) }
    }

    /// Remembers that a send under this key was stored.
    func remember(_ key: IdempotencyKey?) {
        guard let key else { return }
        contents.withLock { contents in
            guard contents.known.insert(key).inserted else { return }
            if contents.ring.count < QueueAPILimits.rememberedDelayedSendCountMax {
                contents.ring.append(key)
            } else {
                contents.known.remove(contents.ring[contents.next])
                contents.ring[contents.next] = key
                contents.next = (contents.next + 1) % contents.ring.count
            }
        }
    }
}
