internal import Engine
internal import MessageModel
internal import Synchronization

/// A receive whose wait can be ended without cancelling the task it serves. One call at a time. Thread-safe.
final class InterruptibleReceive<E: Engine>: Sendable {
    private struct State {
        var isInterrupted = false
        var wait: Task<Result<[Delivery<E.Receipt>], BrokerError>, Never>?
    }

    private let engine: E
    private let state = Mutex(State())

    init(_ engine: E) { self.engine = engine }

    /// Ends the present wait, and every later one at once.
    func interrupt() {
        state.withLock { state in
            state.isInterrupted = true
            return state.wait
        }?.cancel()
    }

    /// Receives as `request` says. What was leased before the interruption is returned all the same.
    ///
    /// - Throws: what the engine throws; ``BrokerError/cancelled`` where it was interrupted or the task is cancelled.
    func receive(_ request: ReceiveRequest) async throws(BrokerError) -> [Delivery<E.Receipt>] {
        guard !state.withLock({ $0.isInterrupted }), !Task.isCancelled else { throw .cancelled }
        // Where messages are there already, no task is needed to wait for them.
        var first = request
        first.waitMillis = 0
        let present = try await engine.receive(first)
        guard present.isEmpty, request.waitMillis > 0 else { return present }
        let wait = Task { [engine] in await Self.outcome(of: request, engine) }
        let isInterrupted = state.withLock { state in
            state.wait = wait
            return state.isInterrupted
        }
        if isInterrupted { wait.cancel() }
        let outcome = await withTaskCancellationHandler {
            await wait.value
        } onCancel: {
            wait.cancel()
        }
        state.withLock { $0.wait = nil }
        return try outcome.get()
    }

    private static func outcome(
        of request: ReceiveRequest, _ engine: E
    ) async -> Result<[Delivery<E.Receipt>], BrokerError> {
        do throws(BrokerError) { return .success(try await engine.receive(request)) } catch { return .failure(error) }
    }
}
