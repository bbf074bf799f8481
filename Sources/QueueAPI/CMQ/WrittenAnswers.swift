internal import Synchronization

/// How often an answer to one and the same signed request was fully written, for clients whose requests may look the same though they are meant as
/// two. Thread-safe.
///
/// Only in memory: over a restart nobody's answer is fully written in the same second. Holds the latest
/// ``QueueAPILimits/writtenAnswerCountMax``; such a client's signatures repeat within one second only.
final class WrittenAnswers: Sendable {
    private struct Contents {
        var rounds: [[UInt8]: UInt32] = [:]
        var ring: [[UInt8]] = []
        var next = 0
    }

    private let contents = Mutex(Contents())

    /// Answers to this request that were written.
    func round(of seed: ReplaySeed) -> UInt32 {
        seed.sharesSignatures ? contents.withLock { $0.rounds[seed.digest] ?? 0 } : 0
    }

    /// An answer that was made in `round` was fully written: the next equal request is another one.
    func wrote(_ seed: ReplaySeed, round: UInt32) {
        guard seed.sharesSignatures else { return }
        contents.withLock { contents in
            if let known = contents.rounds[seed.digest] {
                contents.rounds[seed.digest] = max(known, round + 1)
                return
            }
            contents.rounds[seed.digest] = round + 1
            if contents.ring.count < QueueAPILimits.writtenAnswerCountMax {
                contents.ring.append(seed.digest)
            } else {
                contents.rounds[contents.ring[contents.next]] = nil
                contents.ring[contents.next] = seed.digest
                contents.next = (contents.next + 1) % contents.ring.count
            }
        }
    }
}
