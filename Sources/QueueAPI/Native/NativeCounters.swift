internal import Synchronization

/// What the native API did since the start. Thread-safe.
final class NativeCounters: Sendable {
    private let succeeded = Atomic<UInt64>(0)
    private let refused = Atomic<UInt64>(0)
    private let unauthenticated = Atomic<UInt64>(0)
    private let forbidden = Atomic<UInt64>(0)
    private let failed = Atomic<UInt64>(0)
    private let stored = Atomic<UInt64>(0)
    private let duplicates = Atomic<UInt64>(0)
    private let receivedMessages = Atomic<UInt64>(0)
    private let settledDeliveries = Atomic<UInt64>(0)

    /// Counts an answer.
    func answered(_ status: Int) {
        switch status {
        case ..<400: succeeded.wrappingAdd(1, ordering: .relaxed)
        case 401: unauthenticated.wrappingAdd(1, ordering: .relaxed)
        case 403: forbidden.wrappingAdd(1, ordering: .relaxed)
        case ..<500: refused.wrappingAdd(1, ordering: .relaxed)
        default: failed.wrappingAdd(1, ordering: .relaxed)
        }
    }

    func sent(stored count: UInt64, duplicates duplicateCount: UInt64) {
        stored.wrappingAdd(count, ordering: .relaxed)
        duplicates.wrappingAdd(duplicateCount, ordering: .relaxed)
    }

    func received(_ count: UInt64) { receivedMessages.wrappingAdd(count, ordering: .relaxed) }

    func settled(_ count: UInt64) { settledDeliveries.wrappingAdd(count, ordering: .relaxed) }

    /// The counts at this moment.
    func figures(inFlight: Int, waitingReceives: Int, streams: Int) -> NativeFigures {
        NativeFigures(
            succeeded: succeeded.load(ordering: .relaxed), refused: refused.load(ordering: .relaxed),
            unauthenticated: unauthenticated.load(ordering: .relaxed), forbidden: forbidden.load(ordering: .relaxed),
            failed: failed.load(ordering: .relaxed), stored: stored.load(ordering: .relaxed),
            duplicates: duplicates.load(ordering: .relaxed), received: receivedMessages.load(ordering: .relaxed),
            settled: settledDeliveries.load(ordering: .relaxed), inFlight: inFlight, waitingReceives: waitingReceives,
            streams: streams)
    }
}

/// What the native API did since the start.
public struct NativeFigures: Sendable, Equatable {
    /// Requests answered with a status below 400.
    public let succeeded: UInt64
    /// Requests that broke a rule.
    public let refused: UInt64
    /// Requests without a key that holds.
    public let unauthenticated: UInt64
    /// Requests without the right.
    public let forbidden: UInt64
    /// Requests answered with a status of 500 or above.
    public let failed: UInt64
    /// Messages stored.
    public let stored: UInt64
    /// Messages answered as repeats.
    public let duplicates: UInt64
    /// Messages handed out.
    public let received: UInt64
    /// Deliveries acknowledged, released or extended.
    public let settled: UInt64
    /// Requests under way, waiting receives and streams apart.
    public let inFlight: Int
    /// Receives that wait for a message.
    public let waitingReceives: Int
    /// Streams under way, of lines and of deliveries.
    public let streams: Int
}
