public import NIOCore
internal import Synchronization

/// An answer whose body is written piece by piece; thread-safe, written by one task at a time.
///
/// Chunked where the client speaks HTTP/1.1, ended by the end of the connection else. Released without ``finish(whenWritten:)`` it is broken off: the
/// connection closes without the mark of a complete answer, so that nobody takes a part for the whole.
public final class AnswerStream: Sendable {
    private let sink: any AnswerStreamSink
    private let client: ClientPresence
    private let isFinished = Atomic<Bool>(false)
    /// The listener at ``client``; 0 where there is none.
    private let listener = Atomic<UInt64>(0)

    init(sink: any AnswerStreamSink, client: ClientPresence) {
        self.sink = sink
        self.client = client
    }

    deinit {
        if end() { sink.abort() }
    }

    /// True when the connection ended.
    public var isClientGone: Bool { client.isGone }

    /// Writes bytes, and returns when more may come: after the answers before this one are written and while the connection takes bytes. The wait is
    /// bounded, by ``HTTPLimits/stalledWriteSecondsMax`` and, behind another answer, by ``ServerLimits/streamTurnSecondsMax``.
    ///
    /// - Parameter whenWritten: told once, from any thread, the event loop included: it must not block. False: none of these bytes was written, nobody
    ///   can have seen them. True: the operating system has taken them, or the connection ended while they were being written, and it may have taken
    ///   some.
    /// - Returns: false where the connection has ended, or the answer never got its turn; then nothing can be written any more.
    public func write(_ bytes: ByteBuffer, whenWritten: (@Sendable (Bool) -> Void)? = nil) async -> Bool {
        guard !isFinished.load(ordering: .acquiring) else {
            whenWritten?(false)
            return false
        }
        return await sink.write(bytes, whenWritten: whenWritten)
    }

    /// The answer is complete. `whenWritten` is told whether all of it was written.
    public func finish(whenWritten: (@Sendable (Bool) -> Void)? = nil) {
        guard end() else {
            whenWritten?(false)
            return
        }
        sink.finish(whenWritten: whenWritten)
    }

    /// Calls `body` once when the connection ends before the answer is complete, at once where it has ended; as
    /// ``DataPlaneExchange/onClientGone(_:)``.
    public func onClientGone(_ body: @escaping @Sendable () -> Void) {
        let id = client.onLeaving(body)
        client.forget(listener.exchange(id, ordering: .acquiringAndReleasing))
        if isFinished.load(ordering: .acquiring) { client.forget(id) }
    }

    private func end() -> Bool {
        guard !isFinished.exchange(true, ordering: .acquiringAndReleasing) else { return false }
        let id = listener.load(ordering: .acquiring)
        if id != 0 { client.forget(id) }
        return true
    }
}
