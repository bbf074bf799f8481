internal import NIOCore

/// Something about a streamed body or answer on its way to its connection's loop.
struct StreamEvent: Sendable {
    enum Kind: Sendable {
        /// The answer begins with this head; its body is ignored.
        case begin(DataPlaneResponse)
        case write(StreamWrite)
        case finish(whenWritten: (@Sendable (Bool) -> Void)?)
        /// The answer breaks off.
        case abort
        /// The reader of the body wants more.
        case bodyWanted
    }

    let connection: NIOLoopBound<ServerConnectionHandler>
    let sequence: UInt64
    let kind: Kind

    /// On the loop: performs all in their order.
    static func deliver(_ batch: [StreamEvent]) {
        for event in batch { event.connection.value.perform(event) }
    }
}

/// One piece of a streamed answer, and whoever waits for its turn.
struct StreamWrite: Sendable {
    let bytes: ByteBuffer
    /// Resumed once: true when more may come, false where the connection ended.
    let turn: CheckedContinuation<Bool, Never>
    /// Told what became of the bytes: false where none was written.
    let whenWritten: (@Sendable (Bool) -> Void)?

    /// The bytes will not be written.
    func fail() {
        whenWritten?(false)
        turn.resume(returning: false)
    }
}
