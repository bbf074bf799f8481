import HTTPDataPlane
import Synchronization

/// Keeps exchanges for a test to answer when it wants; thread-safe.
final class KeptExchanges: Sendable {
    private let exchanges = Mutex<[DataPlaneExchange]>([])

    func keep(_ batch: [DataPlaneExchange]) {
        exchanges.withLock { $0 += batch }
    }

    func takeAll() -> [DataPlaneExchange] {
        exchanges.withLock { kept in
            defer { kept = [] }
            return kept
        }
    }
}
