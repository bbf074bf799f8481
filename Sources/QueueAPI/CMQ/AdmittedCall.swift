internal import CMQProtocol
internal import HTTPDataPlane
internal import MessageModel

/// A request that may be served: read, verified, permitted.
struct AdmittedCall: Sendable {
    /// Waits for the answer.
    let exchange: DataPlaneExchange
    /// What is asked.
    let call: CMQRequest
    /// What it needs and how it is counted.
    let facts: CallFacts
    /// Who asks.
    let caller: Caller
    /// Writes the answer.
    let form: AnswerForm
    /// When it arrived, by the store's clock.
    let arrivedAt: Timestamp
    /// The same, on the process's continuous clock.
    let startedAt: ContinuousClock.Instant
}
