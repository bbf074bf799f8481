internal import NIOCore

/// The way of one exchange's answer back to its place in its connection's order.
struct MailboxSink: ResponseSink {
    let mailbox: LoopMailbox<AnsweredExchange>
    let streams: LoopMailbox<StreamEvent>
    let connection: NIOLoopBound<ServerConnectionHandler>
    let sequence: UInt64
    /// Of the connection's event loop.
    let executor: LoopTaskExecutor

    func deliver(_ response: DataPlaneResponse) {
        mailbox.post(answered(response))
    }

    /// The answer on its way, for whoever posts several.
    func answered(
        _ response: DataPlaneResponse, whenWritten: (@Sendable (Bool) -> Void)? = nil
    ) -> AnsweredExchange {
        AnsweredExchange(connection: connection, sequence: sequence, response: response, whenWritten: whenWritten)
    }

    func deliver(_ response: DataPlaneResponse, whenWritten: @escaping @Sendable (Bool) -> Void) {
        if !mailbox.post(answered(response, whenWritten: whenWritten)) { whenWritten(false) }
    }

    func beginStream(_ head: DataPlaneResponse) -> (any AnswerStreamSink)? {
        let sink = streamSink
        return sink.post(.begin(head)) ? sink : nil
    }

    var streamSink: MailboxStreamSink {
        MailboxStreamSink(mailbox: streams, connection: connection, sequence: sequence)
    }
}
