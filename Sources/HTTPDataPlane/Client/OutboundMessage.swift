/// What callers send to a client's loop.
enum OutboundMessage: Sendable {
    case submit(OutboundSubmission)
    case cancel(OutboundTicket)
}
