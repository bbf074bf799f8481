internal import HTTPDataPlane

/// A request that was let in and is neither judged nor answered yet.
struct AdmittedNotice: Sendable {
    /// Waits for the answer.
    let exchange: DataPlaneExchange
    /// Bytes of the request's body, counted by the gate until it is answered.
    let byteCount: Int
    /// When it arrived, on the process's continuous clock.
    let arrivedAt: ContinuousClock.Instant
}
