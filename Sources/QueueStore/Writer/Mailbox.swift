internal import MessageModel

/// Commands that wait for the writer: bounded in number and bytes, so a slow disk pushes back instead of filling memory.
///
/// It also says who has the writer's role: the writer's own thread from the moment it is given work until it asks for more, or a caller that
/// found nobody at work (``takeRole()``).
final class Mailbox: Sendable {
    private struct State {
        var pending: [Command] = []
        var head = 0
        var byteCount = 0
        /// Control commands among those that wait: each is a group of its own.
        var controlCount = 0
        /// Commands with which the sleeping writer is to be woken.
        var wakeCount = Int.max
        var pace = GatheringPace()
        /// True while somebody writes. The writer's thread does from the start, until it asks for work for the first time.
        var isRoleTaken = true
        var isPoked = false
        var isClosing = false
        var isDead = false

        var count: Int { pending.count - head }
    }

    private let signal = Signal(State())
    /// Nanoseconds of a clock that only goes forward.
    private let clock: @Sendable () -> UInt64

    /// An empty mailbox; tests bring a clock of their own.
    init(clock: @escaping @Sendable () -> UInt64 = { MonotonicClock.nanoseconds }) { self.clock = clock }

    /// What the writer is to do next.
    enum Work {
        /// A group of commands; none where only background work is due.
        case group([Command])
        /// Nothing is left and the store closes.
        case close
    }

    /// Queues a command and wakes the writer where it sleeps.
    ///
    /// - Throws: ``BrokerError/overloaded(_:)`` where too much waits, ``BrokerError/closed``.
    func submit(_ command: Command) -> BrokerError? {
        var refusal: BrokerError?
        signal.update { state in
            guard !state.isClosing, !state.isDead else {
                refusal = .closed
                return false
            }
            let byteCount = command.byteCount
            guard state.count < Limits.pendingCommandCountMax, state.byteCount + byteCount <= Limits.pendingByteCountMax
            else {
                refusal = .overloaded("\(state.count) commands of \(state.byteCount) bytes wait for the disk")
                return false
            }
            state.pending.append(command)
            state.byteCount += byteCount
            if command.isControl { state.controlCount += 1 }
            return state.count >= state.wakeCount || state.byteCount >= Limits.groupByteCountMax
        }
        return refusal
    }

    /// Has the writer look at its background work.
    func poke() {
        signal.update { state in
            state.isPoked = true
            return state.count == 0
        }
    }

    /// Gives the writer's role to a caller that is not the writer's thread; false where somebody has it, or is about to: commands wait, callers are
    /// gathered, background work is due or the store closes. Never waits. To be given back with ``giveBackRole()``.
    func takeRole() -> Bool {
        signal.read { state in
            guard !state.isRoleTaken, state.count == 0, !state.isPoked, !state.isClosing, !state.isDead,
                state.pace.rest(at: clock()) == nil
            else { return false }
            state.isRoleTaken = true
            // Nobody is to wake the writer's thread for what it may not do yet.
            state.wakeCount = .max
            return true
        }
    }

    /// Ends what ``takeRole()`` began; what came in meanwhile is the writer's thread's.
    func giveBackRole() {
        signal.update { state in
            state.isRoleTaken = false
            state.wakeCount = 1
            return state.count > 0 || state.isPoked || state.isClosing || state.isDead
        }
    }

    /// Takes no more commands; the writer ends when those that wait are done.
    func close() {
        signal.update { state in
            state.isClosing = true
            return true
        }
    }

    /// Takes no more commands and hands out those that wait, to be refused.
    func kill() -> [Command] {
        var rest: [Command] = []
        signal.update { state in
            state.isDead = true
            rest = Array(state.pending[state.head...])
            state.pending = []
            state.head = 0
            return true
        }
        return rest
    }

    /// So many callers that brought one message each are about to be answered: the next group waits a moment for those that come back (``GatheringPace``).
    func expect(_ answeredCount: Int) {
        signal.read { $0.pace.expect(answered: answeredCount, waiting: $0.count) }
    }

    /// Sleeps until there is work, and gives the role away meanwhile. A control command is a group of its own. The last group took `groupNanos`.
    func next(after groupNanos: UInt64 = 0) -> Work {
        let start = clock()
        signal.read { state in
            state.isRoleTaken = false
            state.pace.begin(waiting: state.count, groupNanos: groupNanos, at: start)
        }
        return signal.wait(
            sleep: { state in
                guard !state.isRoleTaken else { return nil }
                let rest = state.pace.rest(at: clock())
                // The time to gather ended since `take` looked: what is there is a group now, and nobody else need come to say so.
                if rest == nil, state.count > 0 { return 0 }
                state.wakeCount = rest == nil ? 1 : state.pace.expectedCount
                return rest
            },
            take: { state in
                guard !state.isRoleTaken, let work = Self.takeWork(&state, at: clock()) else { return nil }
                state.isRoleTaken = true
                return work
            })
    }

    private static func takeWork(_ state: inout State, at now: UInt64) -> Work? {
        let isFull = state.byteCount >= Limits.groupByteCountMax || state.isClosing || state.isDead
        if state.count > 0, isFull || state.pace.isEnough(state.count, at: now) {
            return .group(takeGroup(&state))
        }
        if state.count == 0, state.isClosing || state.isDead { return .close }
        guard state.isPoked, state.count == 0 else { return nil }
        state.isPoked = false
        return .group([])
    }

    private static func takeGroup(_ state: inout State) -> [Command] {
        // A control command goes without background work, which then still has to be looked at.
        let wasPoked = state.isPoked
        state.isPoked = false
        state.wakeCount = .max
        state.pace.end(state.count)
        if state.head == 0, state.controlCount == 0, state.count <= Limits.groupCommandCountMax,
            state.byteCount <= Limits.groupByteCountMax
        {
            let group = state.pending
            state.pending = []
            state.pending.reserveCapacity(group.count)
            state.byteCount = 0
            return group
        }
        var group: [Command] = []
        var byteCount = 0
        while state.head < state.pending.count, group.count < Limits.groupCommandCountMax {
            let command = state.pending[state.head]
            let bytes = command.byteCount
            if command.isControl, !group.isEmpty { break }
            if !group.isEmpty, byteCount + bytes > Limits.groupByteCountMax { break }
            group.append(command)
            byteCount += bytes
            state.byteCount -= bytes
            state.head += 1
            if command.isControl {
                state.controlCount -= 1
                state.isPoked = wasPoked
                break
            }
        }
        if state.head == state.pending.count {
            state.pending.removeAll(keepingCapacity: true)
            state.head = 0
        } else if state.head > 1_024 {
            state.pending.removeFirst(state.head)
            state.head = 0
        }
        return group
    }
}
