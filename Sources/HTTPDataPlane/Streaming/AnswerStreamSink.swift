public import NIOCore

/// Takes the pieces of a streamed answer, in order.
public protocol AnswerStreamSink: Sendable {
    /// Takes bytes and returns when more may come; false where nobody takes them. Tells `whenWritten` once, false where none of them was written.
    func write(_ bytes: ByteBuffer, whenWritten: (@Sendable (Bool) -> Void)?) async -> Bool

    /// The answer is complete.
    func finish(whenWritten: (@Sendable (Bool) -> Void)?)

    /// The answer breaks off.
    func abort()
}

/// Where a streamed answer goes that nobody takes.
struct ClosedStreamSink: AnswerStreamSink {
    func write(_ bytes: ByteBuffer, whenWritten: (@Sendable (Bool) -> Void)?) async -> Bool {
        whenWritten?(false)
        return false
    }

    func finish(whenWritten: (@Sendable (Bool) -> Void)?) { whenWritten?(false) }

    func abort() {}
}
