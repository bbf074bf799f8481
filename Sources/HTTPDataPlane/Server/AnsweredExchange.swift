internal import NIOCore

/// An answer on its way back to its connection's loop.
struct AnsweredExchange: Sendable {
    let connection: NIOLoopBound<ServerConnectionHandler>
    let sequence: UInt64
    let response: DataPlaneResponse
    /// Told what became of the answer; nil where nobody asked.
    let whenWritten: (@Sendable (Bool) -> Void)?

    /// On the loop: hands every answer to its connection, then lets each touched connection write once.
    static func deliver(_ batch: [AnsweredExchange]) {
        for answered in batch { answered.connection.value.answered(answered) }
        for answered in batch { answered.connection.value.writeReadyAnswers() }
    }
}
