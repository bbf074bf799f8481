internal import Synchronization

/// The identity of one call of `send`, known before its loop knows the request; thread-safe.
final class OutboundTicket: Sendable {
    private let isCancelledFlag = Atomic<Bool>(false)

    var isCancelled: Bool { isCancelledFlag.load(ordering: .acquiring) }

    func cancel() {
        isCancelledFlag.store(true, ordering: .releasing)
    }
}
