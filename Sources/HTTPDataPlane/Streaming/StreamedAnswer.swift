internal import NIOCore

/// A streamed answer at its place in a connection's order; confined to the connection's loop.
final class StreamedAnswer {
    let head: DataPlaneResponse
    var isHeadWritten = false
    /// Known once the head is written.
    var isChunked = false
    /// Not written yet: the answer is not the first, or has just come. One writer writes one piece at a time.
    private(set) var pending: [StreamWrite] = []
    /// Written, and its writer waits for the connection to take bytes again.
    private var held: [CheckedContinuation<Bool, Never>] = []
    private(set) var isFinished = false
    private(set) var whenFinished: (@Sendable (Bool) -> Void)?

    init(head: DataPlaneResponse) { self.head = head }

    func add(_ write: StreamWrite) { pending.append(write) }

    func takePending() -> [StreamWrite] {
        defer { pending = [] }
        return pending
    }

    /// Keeps a writer until ``release()``.
    func hold(_ turn: CheckedContinuation<Bool, Never>) { held.append(turn) }

    /// The connection takes bytes again.
    func release() {
        let turns = held
        held = []
        for turn in turns { turn.resume(returning: true) }
    }

    func finish(whenWritten: (@Sendable (Bool) -> Void)?) {
        isFinished = true
        whenFinished = whenWritten
    }

    /// Nothing more of it will be written.
    func fail() {
        let turns = held
        held = []
        for turn in turns { turn.resume(returning: false) }
        for write in takePending() { write.fail() }
        whenFinished?(false)
        whenFinished = nil
    }
}
