public import NIOCore
internal import Synchronization

/// The body of one request as it arrives; thread-safe, read by one task at a time.
///
/// What was received and not taken is bounded by ``HTTPLimits/streamBufferByteCountMax`` (and one read more): beyond it the connection is not read
/// until the reader has taken everything. These bytes count against the listener's bound of unfinished bodies.
public final class RequestBody: Sendable {
    /// What became of bytes that came in.
    enum Offer {
        case taken
        /// Taken, and nothing more is wanted for now.
        case full
        /// Dropped: the reader wants no more.
        case unwanted
        /// Dropped: the listener holds as many bytes of bodies as it may.
        case overBudget
        /// Dropped: bytes came though nothing was wanted, as happens where the connection has ended.
        case overrun
    }

    private struct State {
        var bytes = ByteBuffer()
        /// The last byte is in ``bytes`` or was taken.
        var isComplete = false
        /// Thrown behind ``bytes``.
        var failure: RequestBodyFailure?
        /// The connection is not read.
        var isFull = false
        /// The reader, while it waits.
        var waiter: CheckedContinuation<Void, Never>?
    }

    private enum Turn {
        case bytes(ByteBuffer, wasFull: Bool)
        case complete
        case failed(RequestBodyFailure)
        case nothing
    }

    private let byteCountMax: Int
    private let budget: BodyBudget
    /// Called when bytes are wanted again.
    private let whenWanted: @Sendable () -> Void
    private let state = Mutex(State())

    init(byteCountMax: Int, budget: BodyBudget, whenWanted: @escaping @Sendable () -> Void) {
        self.byteCountMax = byteCountMax
        self.budget = budget
        self.whenWanted = whenWanted
    }

    /// A body that is all there, or that breaks off with `failure`; for tests of handlers.
    public convenience init(_ bytes: ByteBuffer, failure: RequestBodyFailure? = nil) {
        self.init(byteCountMax: .max, budget: BodyBudget(byteCountMax: .max), whenWanted: {})
        _ = offer(bytes)
        if let failure { fail(failure) } else { complete() }
    }

    deinit { budget.give(state.withLock { $0.bytes.readableBytes }) }

    /// Whether nothing is there to be taken at once: the sender pauses, or the body is over.
    public var isDry: Bool { state.withLock { $0.bytes.readableBytes == 0 } }

    /// Whether the connection is not read until something is taken.
    var isFull: Bool { state.withLock { $0.isFull } }

    /// Everything that has arrived since the last call, waiting for the first byte; nil at the end of a complete body.
    ///
    /// A cancelled task gets what is there, then ``RequestBodyFailure/cancelled``.
    ///
    /// - Throws: why the body is not complete, once what came before is taken; then at every call.
    public func next() async throws(RequestBodyFailure) -> ByteBuffer? {
        if Task.isCancelled { fail(.cancelled) }
        while true {
            switch take() {
            case .bytes(let bytes, let wasFull):
                budget.give(bytes.readableBytes)
                if wasFull { whenWanted() }
                return bytes
            case .complete: return nil
            case .failed(let failure): throw failure
            case .nothing: await wait()
            }
        }
    }

    /// Nothing more is wanted: ``next()`` throws ``RequestBodyFailure/cancelled`` once what has arrived is taken.
    public func cancel() { fail(.cancelled) }

    private func take() -> Turn {
        state.withLock { state in
            if state.bytes.readableBytes > 0 {
                let bytes = state.bytes
                let wasFull = state.isFull
                state.bytes = ByteBuffer()
                state.isFull = false
                return .bytes(bytes, wasFull: wasFull)
            }
            if state.isComplete { return .complete }
            return state.failure.map { .failed($0) } ?? .nothing
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    precondition(state.waiter == nil, "a body has one reader at a time")
                    if state.bytes.readableBytes > 0 || state.isComplete || state.failure != nil { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            fail(.cancelled)
        }
    }

    // MARK: The connection's side

    /// Adds bytes.
    func offer(_ bytes: ByteBuffer) -> Offer {
        let count = bytes.readableBytes
        guard budget.take(count) else { return .overBudget }
        let (offer, waiter) = state.withLock { state -> (Offer, CheckedContinuation<Void, Never>?) in
            guard state.failure == nil else { return (.unwanted, nil) }
            let held = state.bytes.readableBytes
            guard held <= byteCountMax || held - byteCountMax <= ServerLimits.streamOverrunByteCountMax else {
                return (.overrun, nil)
            }
            if held == 0 { state.bytes = bytes } else { state.bytes.writeImmutableBuffer(bytes) }
            state.isFull = held + count >= byteCountMax
            return (state.isFull ? .full : .taken, state.waiter.take())
        }
        switch offer {
        case .taken, .full: break
        case .unwanted, .overBudget, .overrun: budget.give(count)
        }
        waiter?.resume()
        return offer
    }

    /// The body is complete.
    func complete() { end { $0.isComplete = true } }

    /// No more comes. A complete body stays complete, a first failure stays the failure.
    func fail(_ failure: RequestBodyFailure) {
        end { state in if !state.isComplete, state.failure == nil { state.failure = failure } }
    }

    private func end(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
