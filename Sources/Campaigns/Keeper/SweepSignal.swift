/// Wakes the sweep: any number of raises before it looks are one. Thread-safe.
public struct SweepSignal: Sendable {
    /// One element per wake-up; ends when the task is cancelled. One loop.
    let wakes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    /// A signal that is raised: rows may be left of an earlier start.
    public init() {
        (wakes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        raise()
    }

    /// There may be something to sweep.
    public func raise() { continuation.yield() }
}
