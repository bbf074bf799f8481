/// Wakes one loop: any number of raises before it looks are one. Thread-safe.
public struct WakeSignal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    /// A signal nobody raised yet.
    public init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// There is something to do.
    public func raise() { continuation.yield() }

    /// There will be nothing more to do.
    public func finish() { continuation.finish() }

    /// One element per wake-up; ends after ``finish()`` or when the task is cancelled. One loop at a time; a loop that is
    /// cancelled ends the signal for good.
    public var wakes: AsyncStream<Void> { stream }
}
