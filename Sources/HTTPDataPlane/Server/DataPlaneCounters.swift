internal import Synchronization

/// What a server counted since it started; thread-safe, read with ``snapshot()``.
public final class DataPlaneCounters: Sendable {
    /// The figures at one moment; taken field by field, so they may be a request apart.
    public struct Snapshot: Sendable, Equatable {
        /// Connections accepted, refused ones included.
        public var connectionsAccepted = 0
        /// Connections open now.
        public var connectionsOpen = 0
        /// Requests handed to the handler.
        public var requests = 0
        /// Batches handed to the handler.
        public var batches = 0
        /// Answers written.
        public var responses = 0
        /// Requests and connections turned away, by reason; reasons that never happened are absent.
        public var refusals: [RequestRefusal: Int] = [:]
    }

    private let connectionsAccepted = Atomic<Int>(0)
    private let connectionsOpen = Atomic<Int>(0)
    private let requests = Atomic<Int>(0)
    private let batches = Atomic<Int>(0)
    private let responses = Atomic<Int>(0)
    /// One count per case of ``RequestRefusal``; refusals are rare, so a lock is cheap enough.
    private let refusals = Mutex<[RequestRefusal: Int]>([:])

    /// All zero.
    public init() {}

    /// The figures now.
    public func snapshot() -> Snapshot {
        Snapshot(
            connectionsAccepted: connectionsAccepted.load(ordering: .relaxed),
            connectionsOpen: connectionsOpen.load(ordering: .relaxed),
            requests: requests.load(ordering: .relaxed), batches: batches.load(ordering: .relaxed),
            responses: responses.load(ordering: .relaxed), refusals: refusals.withLock { $0 })
    }

    func accepted() { connectionsAccepted.add(1, ordering: .relaxed) }
    func opened() { connectionsOpen.add(1, ordering: .relaxed) }
    func closed() { connectionsOpen.subtract(1, ordering: .relaxed) }
    func wrote(_ count: Int) { responses.add(count, ordering: .relaxed) }

    func delivered(_ count: Int) {
        batches.add(1, ordering: .relaxed)
        requests.add(count, ordering: .relaxed)
    }

    /// A request whose body comes in parts.
    func streamed() { requests.add(1, ordering: .relaxed) }

    func refused(_ reason: RequestRefusal) {
        refusals.withLock { $0[reason, default: 0] += 1 }
    }
}
