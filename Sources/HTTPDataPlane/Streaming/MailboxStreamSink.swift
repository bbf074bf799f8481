internal import NIOCore

/// The way of a streamed answer's pieces to their connection's loop.
struct MailboxStreamSink: AnswerStreamSink {
    let mailbox: LoopMailbox<StreamEvent>
    let connection: NIOLoopBound<ServerConnectionHandler>
    let sequence: UInt64

    func write(_ bytes: ByteBuffer, whenWritten: (@Sendable (Bool) -> Void)?) async -> Bool {
        await withCheckedContinuation { continuation in
            let write = StreamWrite(bytes: bytes, turn: continuation, whenWritten: whenWritten)
            if !post(.write(write)) { write.fail() }
        }
    }

    func finish(whenWritten: (@Sendable (Bool) -> Void)?) {
        if !post(.finish(whenWritten: whenWritten)) { whenWritten?(false) }
    }

    func abort() { post(.abort) }

    @discardableResult
    func post(_ kind: StreamEvent.Kind) -> Bool {
        mailbox.post(StreamEvent(connection: connection, sequence: sequence, kind: kind))
    }
}
