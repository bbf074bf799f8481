internal import MessageModel

/// Receives that wait for a message: first come, first woken.
struct PollQueue {
    /// One waiting receive. Resumed exactly once: by a message, its deadline, cancellation or the end of the store.
    struct Poll {
        let id: UInt64
        let deadline: Timestamp
        let continuation: CheckedContinuation<Void, Never>
    }

    private var polls: [Poll] = []
    private var nextID: UInt64 = 1

    var count: Int { polls.count }
    var isEmpty: Bool { polls.isEmpty }
    var earliestDeadline: Timestamp? { polls.map(\.deadline).min() }

    mutating func makeID() -> UInt64 {
        defer { nextID += 1 }
        return nextID
    }

    mutating func append(_ poll: Poll) { polls.append(poll) }

    /// Takes out the first `count`.
    mutating func take(_ count: Int) -> [Poll] {
        let taken = Array(polls.prefix(count))
        polls.removeFirst(taken.count)
        return taken
    }

    /// Takes out those whose time is over.
    mutating func takeExpired(at now: Timestamp) -> [Poll] {
        let expired = polls.filter { $0.deadline <= now }
        if !expired.isEmpty { polls.removeAll { $0.deadline <= now } }
        return expired
    }

    /// Takes out the one with this id.
    mutating func take(id: UInt64) -> Poll? {
        guard let index = polls.firstIndex(where: { $0.id == id }) else { return nil }
        return polls.remove(at: index)
    }
}
