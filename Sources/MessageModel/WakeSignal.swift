/// Wakes one loop: any number of raises before it looks are one. Thread-safe.
struct Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// There is something to do.
    func raise() { continuation.yield() }

    /// There will be nothing more to do.
    func finish() { continuation.finish() }

    /// One element per wake-up; ends after ``finish()`` or when the task is cancelled. One loop at a time.
    var wakes: AsyncStream<Void> { stream }
}
