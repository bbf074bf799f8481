/// One call of `send` on its way to its loop.
struct OutboundSubmission: Sendable {
    typealias Outcome = Result<OutboundResponse, OutboundFailure>

    let request: OutboundRequest
    let ticket: OutboundTicket
    let continuation: CheckedContinuation<Outcome, Never>
}
