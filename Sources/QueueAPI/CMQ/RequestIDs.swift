internal import MessageModel
internal import Synchronization

/// Ids of requests for logs of both sides: decimal, rising, not the same again after a restart. Thread-safe.
struct RequestIDs: ~Copyable, Sendable {
    private let last: Atomic<UInt64>

    /// The ids of this start: seventeen digits, as the original service has them. Ten thousand ids a millisecond cannot be used up.
    init(startingAt moment: Timestamp) { last = Atomic(moment.milliseconds * 10_000) }

    /// The next id.
    func next() -> UInt64 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}
