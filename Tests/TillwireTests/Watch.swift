import Synchronization

/// A value that tasks change and others wait for. Thread-safe.
final class Watch<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        var waiters: [(isMet: @Sendable (Value) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    init(_ value: Value) { state = Mutex(State(value: value)) }

    /// What it is now.
    var value: Value { state.withLock { $0.value } }

    /// Changes it and wakes whoever waited for this.
    @discardableResult
    func update<Result: Sendable>(_ change: @Sendable (inout Value) -> Result) -> Result {
        let (result, met) = state.withLock { state in
            let result = change(&state.value)
            let value = state.value
            let met = state.waiters.filter { $0.isMet(value) }.map(\.continuation)
            state.waiters.removeAll { $0.isMet(value) }
            return (result, met)
        }
        for continuation in met { continuation.resume() }
        return result
    }

    /// Returns once `isMet` was true. Ignores cancellation, as a handler may that cannot stop halfway.
    func wait(until isMet: @escaping @Sendable (Value) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if isMet(state.value) { return true }
                state.waiters.append((isMet, continuation))
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}

extension Watch where Value == Bool {
    /// A gate that is shut.
    convenience init() { self.init(false) }

    /// Opens the gate.
    func open() { update { $0 = true } }

    /// Waits until it is open.
    func pass() async { await wait { $0 } }
}
