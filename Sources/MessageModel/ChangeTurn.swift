/// Lets one change at a time through, in the order of arrival, so that memory and store see changes in the same order.
///
/// Used by one actor from its own isolation only: every method runs there.
struct ChangeTurn {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// True where the caller has the turn at once.
    mutating func takeIfFree() -> Bool {
        guard !isTaken else { return false }
        isTaken = true
        return true
    }

    /// Whether one more may wait.
    var hasRoom: Bool { waiting.count < MerchantLimits.waitingChangeCountMax }

    /// Waits behind the others.
    mutating func wait(_ continuation: CheckedContinuation<Void, Never>) { waiting.append(continuation) }

    /// Passes the turn to the first that waits.
    mutating func give() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
