/// Lets one change at a time through, in the order of arrival, so that memory and store see changes in the same order.
///
/// Used by one actor from its own isolation only: every method runs there. Take it with ``takeIfFree()``, or where that fails with ``wait(_:)``;
/// give it back with ``give()``.
public struct ChangeTurn {
    /// How many may wait behind the one that has the turn.
    private let waitingCountMax: Int
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// A turn that is free.
    public init(waitingCountMax: Int) { self.waitingCountMax = waitingCountMax }

    /// True where the caller has the turn at once.
    public mutating func takeIfFree() -> Bool {
        guard !isTaken else { return false }
        isTaken = true
        return true
    }

    /// Whether one more may wait.
    public var hasRoom: Bool { waiting.count < waitingCountMax }

    /// Waits behind the others.
    public mutating func wait(_ continuation: CheckedContinuation<Void, Never>) { waiting.append(continuation) }

    /// Passes the turn to the first that waits.
    public mutating func give() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
