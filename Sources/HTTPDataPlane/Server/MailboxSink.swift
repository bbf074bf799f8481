internal import NIOCore

/// The way of one exchange's answer back to its place in its connection's order.
struct MailboxSink: ResponseSink {
    let mailbox: LoopMailbox<AnsweredExchange>
    let connection: NIOLoopBound<ServerConnectionHandler>
    let sequence: UInt64

    func deliver(_ response: DataPlaneResponse) {
        mailbox.post(answered(response))
    }

    /// The answer on its way, for whoever posts several.
    func answered(_ response: DataPlaneResponse) -> AnsweredExchange {
        AnsweredExchange(connection: connection, sequence: sequence, response: response, whenWritten: nil)
    }

    func deliver(_ response: DataPlaneResponse, whenWritten: @escaping @Sendable (Bool) -> Void) {
        let answered = AnsweredExchange(
            connection: connection, sequence: sequence, response: response, whenWritten: whenWritten)
        if !mailbox.post(answered) { whenWritten(false) }
    }
}
